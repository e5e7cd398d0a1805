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

/// Leads one client to the systems. Who it is matters only where one fails, and is not worked out before.
pub(super) struct Entrance<'a, C> {
    upstreams: &'a Upstreams,
    client: C,
}

/// A request that is with a system, until it is dropped.
struct Guest<'a, C: Hash> {
    entrance: &'a Entrance<'a, C>,
    host: Arc<str>,
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
    pub(super) fn entrance<C: Hash>(&self, client: C) -> Entrance<'_, C> {
        Entrance {
            upstreams: self,
            client,
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

impl<C: Hash> Entrance<'_, C> {
    fn client(&self) -> u64 {
        self.upstreams.hasher.hash_one(&self.client)
    }
}

impl<C: Hash + Sync> Gate for Entrance<'_, C> {
    fn enter<'a>(&'a self, host: &str) -> Result<Box<dyn Visit + 'a>, Shut> {
        let mut known = self.upstreams.known();
        let (host, is_trial) = known.admit(host, || self.client())?;
        Ok(Box::new(Guest {
            entrance: self,
            host,
            is_trial,
            health: None,
        }))
    }
}

impl Known {
    fn admit(&mut self, host: &str, client: impl Fn() -> u64) -> Result<(Arc<str>, bool), Shut> {
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

impl<C: Hash + Sync> Visit for Guest<'_, C> {
    fn learned(&mut self, health: Health) {
        self.health = Some(health);
    }
}

impl<C: Hash> Drop for Guest<'_, C> {
    fn drop(&mut self) {
        let mut known = self.entrance.upstreams.known();
        let breaker = known.breaker;
        let Some(system) = known.systems.get_mut(&self.host) else {
            return;
        };
        system.in_flight -= 1;
        if self.is_trial {
            system.state.tried();
        }
        if let Some(health) = self.health {
            let client = || self.entrance.client();
            system.state.learn(health, client, self.is_trial, breaker);
        }
        if system.in_flight == 0 && system.state.is_forgotten(Instant::now()) {
            known.systems.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests;
