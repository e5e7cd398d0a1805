//! The authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636), over the person's own browser
//! (RFC 8252).
//!
//! Each step consumes the one before it: an [`AuthorizationRequest`] becomes an address for the
//! browser and a [`PendingAuthorization`]; that one recognizes its [`AuthorizationResponse`], and both
//! together become tokens, once.

mod pending;
mod redemption;
mod request;
mod response;

pub use pending::{IssuerRule, PendingAuthorization, Rejection, ServerRule};
pub use redemption::{Approved, Redeeming};
pub use request::{AuthorizationRequest, Settled};
pub use response::{AuthorizationResponse, Denial};
