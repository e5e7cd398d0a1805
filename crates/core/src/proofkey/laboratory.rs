//! Trying an authorization validator.

use super::Proofkey;
use crate::error::Problem;
use crate::integration::Auth;
use crate::laboratory::{Laboratory, Options, Target, TrialReport, TrialWatcher};

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
}
