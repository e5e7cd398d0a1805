//! Who decides whether credentials work.

use std::future::Future;

use proofkey_core::integration::Auth;

/// The answer to "do these credentials work?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Accepted,
    Refused,
    /// The system that knows could not be asked, or did not answer clearly.
    Unclear,
}

pub trait Judge: Send + Sync + 'static {
    fn judge(&self, auth: Auth) -> impl Future<Output = Judgement> + Send;
}
