//! The judge of the service: an integration, and the way to its system.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

use proofkey_core::integration::{Auth, Integration};
use proofkey_core::ports::Clock;
use proofkey_core::system::network::Network;

use crate::server::{Judge, Judging};

/// Asks the system of an integration.
pub(crate) struct Asking {
    integration: Integration,
    network: Arc<Network>,
    clock: Arc<dyn Clock>,
    hasher: RandomState,
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
            hasher: RandomState::new(),
        }
    }
}

impl Judge for Asking {
    fn judge<'a>(&'a self, auth: &'a Auth) -> Judging<'a> {
        Box::pin(self.integration.judge(&self.network, &*self.clock, auth))
    }

    fn client(&self, auth: &Auth) -> Option<u64> {
        let client = self.integration.client(auth);
        client.map(|client| self.hasher.hash_one(client))
    }

    fn upstream(&self, auth: &Auth) -> String {
        // Without one, the request is refused before anything is asked.
        self.integration.upstream_of(auth).unwrap_or_default()
    }
}
