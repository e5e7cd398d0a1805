//! A connection: one provider, one account, one client; the secrets themselves live in the vault.

pub mod credentials;
pub mod custody;
pub mod destinations;
pub mod draft;
pub mod hygiene;
pub mod id;
mod kept_key;
pub mod key_custody;
pub mod record;
mod redirect;
mod review;
mod rotation;
mod scope;
pub(crate) mod signing;
pub mod store;

pub use draft::{ConnectionDraft, DraftReview, Finding, NewCredentials, Severity, SigningDraft};
pub use id::ConnectionId;
pub use kept_key::KeptKey;
pub use record::{Connection, ResolvedEndpoints};
pub use redirect::{LoopbackFamily, Redirect};
pub use review::review;
pub(crate) use review::{Kept, review_beside, telling_parameter};
pub use rotation::{
    GenerationRole, HeldGeneration, Installation, InstallationAnswer, InstallationState, Leaving,
    RotationReason, ServiceToken, Signing,
};
pub(crate) use scope::is_scope_token;
pub use signing::OpenedKey;
pub use store::{Listing, Store, Unreadable};
