//! What core asks of the world. Each trait is as small as its callers allow.

use jiff::Timestamp;
use url::Url;

use crate::check::{Check, CheckId};
use crate::error::Problem;

/// Wall-clock time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Bytes nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` from the operating system's generator.
    fn fill(&self, bytes: &mut [u8]);
}

/// Someone who watches a proof while it runs.
pub trait Progress: Send + Sync {
    fn started(&self, id: CheckId);
    fn finished(&self, check: &Check);
}

/// Someone who watches an approval while it runs.
pub trait AuthorizationWatcher: Send + Sync {
    fn say(&self, event: crate::border::AuthorizationEvent);
}

/// Nobody watches.
pub struct Unwatched;

impl Progress for Unwatched {
    fn started(&self, _id: CheckId) {}
    fn finished(&self, _check: &Check) {}
}

/// The person's own browser.
pub trait UserAgent: Send + Sync {
    /// Opens `url`, which must be https (or http on loopback).
    fn open(&self, url: &Url) -> Result<(), Problem>;

    /// Its name for people, when the system tells: "Firefox". It may take a moment to find out.
    fn name(&self) -> Option<String> {
        None
    }
}
