//! Trying an authorization validator.

use super::Proofkey;
use crate::border::TrialWish;
use crate::error::Problem;
use crate::integration::Auth;
use crate::laboratory::{Laboratory, Options, Prepared, Target, TrialReport, TrialWatcher};
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
        let network = self.network(false)?;
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

    /// The network for a validator on this machine: that of the settings or, for practice, this machine
    /// alone.
    ///
    /// The problems of settings that cannot be used, and `ServerUnreachable` without a practice server.
    pub fn validator_network(&self, practice: bool) -> Result<Network, Problem> {
        self.network(practice)
    }
}
