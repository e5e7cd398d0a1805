//! The judge of the service: an integration, and the way to its system.

use std::hash::Hasher;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::integration::{Auth, Gate, Integration, Means};
use proofkey_core::ports::Clock;
use proofkey_core::system::network::Network;

use crate::server::{Judge, Judging};

/// Asks the system of an integration.
pub(crate) struct Asking {
    integration: Integration,
    network: Arc<Network>,
    clock: Arc<dyn Clock>,
}

impl Asking {
    pub(crate) fn new(
        integration: Integration,
        network: Arc<Network>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            integration,
            network,
            clock,
        }
    }
}

impl Judge for Asking {
    fn judge<'a>(&'a self, auth: &'a Auth, gate: &'a dyn Gate, longest: Duration) -> Judging<'a> {
        Box::pin(async move {
            let means = Means {
                network: &self.network,
                clock: &*self.clock,
                gate,
                longest,
            };
            self.integration.judge(&means, auth).await
        })
    }

    fn client(&self, auth: &Auth, hasher: &mut dyn Hasher) -> bool {
        self.integration.client(auth, hasher)
    }
}
