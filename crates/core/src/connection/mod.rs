//! A connection: one provider, one account, one client; the secrets themselves live in the vault.

pub mod custody;
pub mod draft;
pub mod id;
pub mod record;
mod scope;
pub mod store;

pub use draft::{ConnectionDraft, DraftReview, Finding, Severity};
pub use id::ConnectionId;
pub use record::{Connection, ResolvedEndpoints};
pub(crate) use scope::is_scope_token;
pub use store::{Listing, Store, Unreadable};
