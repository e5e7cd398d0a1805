//! Trying an authorization validator, and what one of ours would need to begin with.

use std::path::Path;

use super::{Proofkey, blocking};
use crate::border::{SuggestedIntegration, TrialWish};
use crate::connection::Finding;
use crate::error::{Code, Problem};
use crate::export;
use crate::integration::{self, Auth, Integration, IntegrationFile};
use crate::laboratory::{Laboratory, Options, Prepared, Target, TrialReport, TrialWatcher};
use crate::system::files::Replace;
use crate::system::network::Network;

impl Proofkey {
    /// Tries the validator at `target` with the network of the settings. See [`Laboratory::examine`].
    ///
    /// `NotFound` when a field named as secret is not among the credentials, and the problems of settings
    /// that cannot be used; what the validator does is in the report.
    pub async fn try_validator(
        &self,
        target: &Target,
        auth: &Auth,
        options: &Options,
        watcher: &dyn TrialWatcher,
    ) -> Result<TrialReport, Problem> {
        let mut network = self.network(false)?;
        if let Some(identity) = &options.identity {
            network = network.presenting(identity);
        }
        let laboratory = Laboratory {
            network: &network,
            clock: &*self.host.clock,
            watcher,
        };
        laboratory.examine(target, auth, options).await
    }

    /// The same with what was typed into a form.
    ///
    /// Fails with all that is wrong about it, each with its field; nothing was sent then.
    pub async fn try_validator_as_wished(
        &self,
        wish: &TrialWish,
        watcher: &dyn TrialWatcher,
    ) -> Result<TrialReport, Vec<Problem>> {
        let prepared = Prepared::try_from(wish)?;
        Ok(self
            .try_validator(&prepared.target, &prepared.auth, &prepared.options, watcher)
            .await?)
    }

    /// An integration that takes what the product of this connection asks for. Nothing in it is secret.
    ///
    /// `NotFound` for an unknown connection or provider, and all that keeps the product from being an
    /// integration.
    pub fn suggested_integration(&self, name: &str) -> Result<SuggestedIntegration, Vec<Problem>> {
        let file = self.integration_of(name)?;
        let made = Integration::of(&file, &self.catalogue())
            .map_err(|findings| findings.into_iter().map(problem).collect::<Vec<_>>())?;
        Ok(SuggestedIntegration {
            system: made.explains().system,
            fields: made.fields(),
            configuration: integration::configuration(&file),
        })
    }

    /// As its author would have written it; whether it holds together, [`Integration::of`] says.
    pub fn integration_of(&self, name: &str) -> Result<IntegrationFile, Problem> {
        let connection = self.find(name)?;
        let provider = self.provider(&connection.provider)?;
        let (grant, known) = (connection.grant, &connection.variables);
        Ok(IntegrationFile::suggested(&provider, grant, known))
    }

    /// Writes the suggested configuration to `path`, where the person agreed to replace what is there, and
    /// tells its place. Problems are those of the suggestion, and `FileFailed`.
    pub async fn suggested_integration_to(
        &self,
        name: &str,
        path: &Path,
    ) -> Result<String, Vec<Problem>> {
        let text = self.suggested_integration(name)?.configuration;
        let path = path.to_owned();
        let write = move || {
            export::written(&path, text.as_bytes(), Replace::Existing)
                .map(|_| path.display().to_string())
        };
        Ok(blocking(write).await?)
    }

    /// The network for a validator on this machine: that of the settings or, for practice, this machine
    /// alone.
    ///
    /// The problems of settings that cannot be used, and `ServerUnreachable` without a practice server.
    pub fn validator_network(&self, practice: bool) -> Result<Network, Problem> {
        self.network(practice)
    }
}

fn problem(finding: Finding) -> Problem {
    Problem::new(Code::DraftInvalid, finding.summary, finding.remedy).at(finding.field)
}
