//! What the service asks of an integration.

use std::hash::Hasher;
use std::pin::Pin;
use std::time::Duration;

use proofkey_core::integration::{Auth, Gate, Judgement};

/// A judgement under way.
pub type Judging<'a> = Pin<Box<dyn Future<Output = Judgement> + Send + 'a>>;

/// Decides whether the credentials of one integration work.
pub trait Judge: Send + Sync {
    /// Asks the systems that know, with leave of `gate` for each: requests to one that is dead must not hurt
    /// others. It takes no longer than `longest`. Dropping the future gives up.
    fn judge<'a>(&'a self, auth: &'a Auth, gate: &'a dyn Gate, longest: Duration) -> Judging<'a>;

    /// Tells `hasher` who tries, for the limit of tries of each; whether there was anything to tell.
    fn client(&self, auth: &Auth, hasher: &mut dyn Hasher) -> bool;
}
