//! Whom a secure connection trusts, and what can be told about a peer.

mod facts;
mod identity;
mod trust;
mod verifier;

pub use facts::{Described, TlsFacts, described};
pub use identity::ClientIdentity;
pub use trust::roots_from_pem;

pub(super) use facts::facts;
pub(super) use trust::client_config;
pub(super) use verifier::Refusal;
