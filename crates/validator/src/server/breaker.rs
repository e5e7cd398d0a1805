//! When a system is left alone, and who finds out that it is well again.

use std::time::Duration;

use proofkey_core::integration::{Health, Shut};
use tokio::time::Instant;

/// The longest rest.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// A failure that is older tells nothing any more.
pub(super) const FORGOTTEN: Duration = Duration::from_mins(1);
/// Clients that are told apart among those whose requests failed.
const MOST_DOUBTERS: usize = 8;

/// When a system is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// The first rest; each further one is twice as long, up to a minute.
    pub rest: Duration,
}

/// What is known of one system.
#[derive(Default)]
pub(super) struct State {
    /// Failures in a row that had nothing to do with who asked.
    sure: u32,
    /// Failures in a row with a request, and whose requests they were. Those of one client alone may be
    /// about the client: one that uses up its own quota must not stop the others.
    doubtful: u32,
    doubters: Vec<u64>,
    last_failure: Option<Instant>,
    rests: u32,
    rest: Option<Rest>,
    trying: bool,
}

struct Rest {
    until: Instant,
    length: Duration,
}

impl State {
    /// Whether this is the one request that tries a system after its rest; or for how long it rests.
    pub(super) fn admit(&mut self, client: impl Fn() -> u64) -> Result<bool, Shut> {
        let Some(rest) = &self.rest else {
            return Ok(false);
        };
        let now = Instant::now();
        if self.is_forgotten(now) {
            *self = Self::default();
            return Ok(false);
        }
        let left = rest.until.saturating_duration_since(now);
        // Whoever made it rest would make it rest again, and longer; but if nobody else comes, it is asked.
        let is_to_blame = || self.sure == 0 && self.doubters.contains(&client());
        let is_others_time = now < rest.until + rest.length;
        if self.trying || !left.is_zero() || (is_others_time && is_to_blame()) {
            return Err(Shut::Resting(left.max(Duration::from_secs(1))));
        }
        self.trying = true;
        Ok(true)
    }

    /// The trial is over, whatever came of it.
    pub(super) fn tried(&mut self) {
        self.trying = false;
    }

    pub(super) fn learn(
        &mut self,
        health: Health,
        client: impl Fn() -> u64,
        is_trial: bool,
        breaker: Breaker,
    ) {
        match health {
            Health::Well => *self = Self::default(),
            Health::Busy if is_trial => *self = Self::default(),
            Health::Busy => {}
            // What was asked before the rest began tells nothing new.
            Health::Doubtful | Health::Failing if self.rest.is_some() && !is_trial => {}
            Health::Failing => {
                self.row();
                self.sure = self.sure.saturating_add(1);
                self.failed(is_trial, breaker);
            }
            Health::Doubtful => {
                self.row();
                self.doubtful = self.doubtful.saturating_add(1);
                let client = client();
                if !self.doubters.contains(&client) && self.doubters.len() < MOST_DOUBTERS {
                    self.doubters.push(client);
                }
                self.failed(is_trial, breaker);
            }
        }
    }

    /// A failure goes on the row of those before, or begins a new one.
    fn row(&mut self) {
        let now = Instant::now();
        if self.is_forgotten(now) {
            *self = Self::default();
        }
        self.last_failure = Some(now);
    }

    fn failed(&mut self, is_trial: bool, breaker: Breaker) {
        if is_trial || self.counted() >= breaker.failures {
            let length = breaker.rest.saturating_mul(1 << self.rests.min(6));
            let length = length.min(LONGEST_REST);
            let until = Instant::now() + length;
            self.rest = Some(Rest { until, length });
            self.rests = self.rests.saturating_add(1);
        }
    }

    fn counted(&self) -> u32 {
        let several = self.doubters.len() > 1;
        let doubtful = if several { self.doubtful } else { 0 };
        self.sure.saturating_add(doubtful)
    }

    pub(super) fn is_resting(&self, now: Instant) -> bool {
        let rest = self.rest.as_ref();
        self.trying || rest.is_some_and(|rest| rest.until > now)
    }

    /// Whether nothing of it matters any more.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        let rested = self.rest.as_ref().map(|rest| rest.until);
        match rested.max(self.last_failure) {
            None => true,
            Some(last) => !self.trying && now >= last + FORGOTTEN,
        }
    }

    /// Until when it matters, for those who have to forget something.
    pub(super) fn matters_until(&self) -> Option<Instant> {
        let rested = self.rest.as_ref().map(|rest| rest.until);
        rested.max(self.last_failure)
    }
}
