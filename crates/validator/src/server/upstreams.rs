//! One dead system must not hurt the others (rule L13): each has its own places, and is left alone for a
//! while when it fails again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Systems that are remembered at a time; those that are well and not asked are forgotten first.
const MOST: usize = 4_096;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// When a system is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// The first rest; each further one is twice as long, up to a minute.
    pub rest: Duration,
}

/// The systems that one integration asks, by host.
pub(super) struct Upstreams {
    breaker: Breaker,
    /// The most requests to one of them at a time.
    each: usize,
    known: Mutex<HashMap<Arc<str>, Upstream>>,
}

#[derive(Default)]
struct Upstream {
    in_flight: usize,
    failures: u32,
    rests: u32,
    /// It is left alone until then, and then asked by one request.
    rests_until: Option<Instant>,
    trying: bool,
}

/// Why a system is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// Enough requests wait for it.
    Full,
    /// It failed; it is asked again after so long.
    Resting(Duration),
}

/// A request that is with a system, until it is dropped. Whoever learns how the system is says so.
#[must_use]
pub(super) struct Visit {
    upstreams: Arc<Upstreams>,
    host: Arc<str>,
    is_trial: bool,
    health: Option<Health>,
}

/// How a system turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    Failing,
}

impl Upstreams {
    pub(super) fn new(each: usize, breaker: Breaker) -> Arc<Self> {
        Arc::new(Self {
            breaker,
            each,
            known: Mutex::default(),
        })
    }

    /// Leave to ask the system at `host`.
    pub(super) fn visit(self: &Arc<Self>, host: &str) -> Result<Visit, Closed> {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(host) {
            let now = Instant::now();
            known.retain(|_, it| it.in_flight > 0 || it.rests_until.is_some_and(|at| at > now));
            if known.len() >= MOST {
                return Err(Closed::Full);
            }
        }
        let host: Arc<str> = match known.get_key_value(host) {
            Some((host, _)) => Arc::clone(host),
            None => Arc::from(host),
        };
        let upstream = known.entry(Arc::clone(&host)).or_default();
        let is_trial = upstream.admit(self.each)?;
        Ok(Visit {
            upstreams: Arc::clone(self),
            host,
            is_trial,
            health: None,
        })
    }

    /// How many are left alone at the moment.
    pub(super) fn resting(&self) -> usize {
        let known = self.known();
        known.values().filter(|it| it.rests_until.is_some()).count()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Upstream>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upstream {
    /// Whether this is the one request that tries a system after its rest.
    fn admit(&mut self, each: usize) -> Result<bool, Closed> {
        let mut is_trial = false;
        if let Some(until) = self.rests_until {
            let left = until.saturating_duration_since(Instant::now());
            if self.trying || !left.is_zero() {
                return Err(Closed::Resting(left.max(Duration::from_secs(1))));
            }
            is_trial = true;
        } else if self.in_flight >= each {
            return Err(Closed::Full);
        }
        self.trying |= is_trial;
        self.in_flight += 1;
        Ok(is_trial)
    }

    fn learn(&mut self, health: Health, is_trial: bool, breaker: Breaker) {
        match health {
            // What was asked before the rest began tells nothing new.
            Health::Well if is_trial || self.rests_until.is_none() => {
                (self.failures, self.rests, self.rests_until) = (0, 0, None);
            }
            Health::Failing if is_trial || self.rests_until.is_none() => {
                self.failures = self.failures.saturating_add(1);
                if is_trial || self.failures >= breaker.failures {
                    let rest = breaker.rest.saturating_mul(1 << self.rests.min(6));
                    self.rests_until = Some(Instant::now() + rest.min(LONGEST_REST));
                    self.rests = self.rests.saturating_add(1);
                }
            }
            Health::Well | Health::Failing => {}
        }
    }
}

impl Visit {
    pub(super) fn learned(&mut self, health: Health) {
        self.health = Some(health);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut known = self.upstreams.known();
        let Some(upstream) = known.get_mut(&self.host) else {
            return;
        };
        upstream.in_flight -= 1;
        if self.is_trial {
            upstream.trying = false;
        }
        if let Some(health) = self.health {
            upstream.learn(health, self.is_trial, self.upstreams.breaker);
        }
        let is_idle = upstream.in_flight == 0 && upstream.failures == 0;
        if is_idle {
            known.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKER: Breaker = Breaker {
        failures: 3,
        rest: Duration::from_secs(5),
    };

    fn visit(upstreams: &Arc<Upstreams>, health: Option<Health>) -> Result<(), Closed> {
        let mut visit = upstreams.visit("a")?;
        visit.health = health;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_system_that_fails_rests_longer_each_time_and_one_request_tries_it() {
        let upstreams = Upstreams::new(2, BREAKER);
        for rest in [5, 10, 20, 40, 60, 60] {
            while visit(&upstreams, Some(Health::Failing)).is_ok() {}
            assert_eq!(
                visit(&upstreams, None),
                Err(Closed::Resting(Duration::from_secs(rest)))
            );
            assert!(upstreams.visit("b").is_ok());
            assert_eq!(upstreams.resting(), 1);
            tokio::time::advance(Duration::from_secs(rest)).await;
            let trial = upstreams.visit("a").expect("the trial");
            assert!(matches!(upstreams.visit("a"), Err(Closed::Resting(_))));
            // A caller that goes away leaves the trial to the next one.
            drop(trial);
        }
        assert_eq!(visit(&upstreams, Some(Health::Well)), Ok(()));
        assert_eq!(upstreams.resting(), 0);
        assert_eq!(visit(&upstreams, Some(Health::Failing)), Ok(()));
        assert_eq!(visit(&upstreams, None), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn only_failures_in_a_row_count() {
        let upstreams = Upstreams::new(2, BREAKER);
        for health in [Health::Failing, Health::Failing, Health::Well].repeat(9) {
            assert_eq!(visit(&upstreams, Some(health)), Ok(()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_system_holds_its_own_places_only() {
        let upstreams = Upstreams::new(2, BREAKER);
        let held = [upstreams.visit("a"), upstreams.visit("a")];
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(visit(&upstreams, None), Err(Closed::Full));
        assert!(upstreams.visit("b").is_ok());
        drop(held);
        assert_eq!(visit(&upstreams, None), Ok(()));
        assert!(upstreams.known().is_empty());
    }
}
