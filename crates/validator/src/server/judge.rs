//! What the service asks of an integration.

use std::pin::Pin;

use proofkey_core::integration::{Auth, Judgement};

/// A judgement under way.
pub type Judging<'a> = Pin<Box<dyn Future<Output = Judgement> + Send + 'a>>;

/// Decides whether the credentials of one integration work.
pub trait Judge: Send + Sync {
    /// Asks the system. Dropping the future gives up.
    fn judge<'a>(&'a self, auth: &'a Auth) -> Judging<'a>;

    /// Tells clients apart, for the limit of tries of each; `None` when nothing does. It is no ID of anybody.
    fn client(&self, auth: &Auth) -> Option<u64>;

    /// Which system would be asked: requests to one that is dead must not hurt others.
    fn upstream(&self, auth: &Auth) -> String;
}
