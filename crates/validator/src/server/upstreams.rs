//! One dead system must not hurt the others (rule L13): each has its own places, and is left alone for a
//! while when it fails again and again.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proofkey_core::integration::{Gate, Health, Shut, Visit};
use tokio::time::Instant;

use super::breaker::{Breaker, State};

/// Systems that are remembered at a time, besides those that are being asked. The ones whose failures are
/// oldest are forgotten first.
const MOST: usize = 4_096;

/// The systems that are asked, by host: those of all integrations, since a dead one is dead for each.
pub(super) struct Upstreams {
    /// Tells clients apart without holding a name.
    hasher: RandomState,
    known: Mutex<Known>,
}

struct Known {
    breaker: Breaker,
    /// The most requests to one of them at a time.
    each: usize,
    systems: HashMap<Arc<str>, System>,
}

#[derive(Default)]
struct System {
    in_flight: usize,
    state: State,
}

/// Leads one client to the systems.
pub(super) struct Entrance {
    upstreams: Arc<Upstreams>,
    client: u64,
}

/// A request that is with a system, until it is dropped.
struct Guest {
    upstreams: Arc<Upstreams>,
    host: Arc<str>,
    client: u64,
    is_trial: bool,
    health: Option<Health>,
}

impl Upstreams {
    pub(super) fn new(each: usize, breaker: Breaker) -> Arc<Self> {
        Arc::new(Self {
            hasher: RandomState::new(),
            known: Mutex::new(Known {
                breaker,
                each,
                systems: HashMap::new(),
            }),
        })
    }

    /// Goes by other numbers from now on. What is known of the systems stays.
    pub(super) fn resettle(&self, each: usize, breaker: Breaker) {
        let mut known = self.known();
        (known.each, known.breaker) = (each, breaker);
    }

    /// The gate of one trial that `client` makes.
    pub(super) fn entrance(self: &Arc<Self>, client: impl Hash) -> Entrance {
        Entrance {
            client: self.hasher.hash_one(client),
            upstreams: Arc::clone(self),
        }
    }

    /// How many are left alone at the moment.
    pub(super) fn resting(&self) -> usize {
        let (known, now) = (self.known(), Instant::now());
        let systems = known.systems.values();
        systems.filter(|it| it.state.is_resting(now)).count()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate for Entrance {
    fn enter(&self, host: &str) -> Result<Box<dyn Visit>, Shut> {
        let mut known = self.upstreams.known();
        let (host, is_trial) = known.admit(host, self.client)?;
        Ok(Box::new(Guest {
            upstreams: Arc::clone(&self.upstreams),
            host,
            client: self.client,
            is_trial,
            health: None,
        }))
    }
}

impl Known {
    fn admit(&mut self, host: &str, client: u64) -> Result<(Arc<str>, bool), Shut> {
        let host: Arc<str> = match self.systems.get_key_value(host) {
            Some((host, _)) => Arc::clone(host),
            None => Arc::from(host),
        };
        if self.systems.len() >= MOST && !self.systems.contains_key(&host) {
            self.forget();
        }
        let system = self.systems.entry(Arc::clone(&host)).or_default();
        let is_trial = system.state.admit(client)?;
        if !is_trial && system.in_flight >= self.each {
            return Err(Shut::Full);
        }
        system.in_flight += 1;
        Ok((host, is_trial))
    }

    /// Makes room for a good many, so that a flood of hosts does not buy a look through all of them each time.
    fn forget(&mut self) {
        let now = Instant::now();
        self.systems
            .retain(|_, it| it.in_flight > 0 || !it.state.is_forgotten(now));
        let mut ends: Vec<_> = self
            .systems
            .values()
            .filter(|it| it.in_flight == 0)
            .map(|it| it.state.matters_until())
            .collect();
        if self.systems.len() < MOST || ends.is_empty() {
            return;
        }
        let quarter = ends.len() / 4;
        let (_, last, _) = ends.select_nth_unstable(quarter);
        let last = *last;
        self.systems
            .retain(|_, it| it.in_flight > 0 || it.state.matters_until() > last);
    }
}

impl Visit for Guest {
    fn learned(&mut self, health: Health) {
        self.health = Some(health);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut known = self.upstreams.known();
        let breaker = known.breaker;
        let Some(system) = known.systems.get_mut(&self.host) else {
            return;
        };
        system.in_flight -= 1;
        if self.is_trial {
            system.state.tried();
        }
        if let Some(health) = self.health {
            system
                .state
                .learn(health, self.client, self.is_trial, breaker);
        }
        if system.in_flight == 0 && system.state.is_forgotten(Instant::now()) {
            known.systems.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests;
