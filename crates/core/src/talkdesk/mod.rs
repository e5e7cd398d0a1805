//! What only Talkdesk has: signed events that bring an installed app its credentials, and the state of an
//! installation.
//!
//! An event is read strictly and within bounds, its root link is compared with the hosts of the provider's
//! file before anything is fetched, and its signature is judged over the bytes that came, never over a
//! rewritten text.

mod event;
mod event_key;
mod headers;
mod installation;
mod members;
mod place;
mod received;
mod refusal;
mod rewritten;
mod signature;

pub use event::{AppEvent, EventCredentials, EventKind, KeyPair, LARGEST_EVENT};
pub use event_key::{Curve, EventKeys};
pub use headers::EventHeaders;
pub use received::ReceivedEvent;
pub use refusal::EventRefusal;
pub use signature::SignatureForm;

pub(crate) use event_key::LATEST;
pub(crate) use installation::{SCOPE as INSTALLATION_SCOPE, set_installation_state};
pub(crate) use place::{api_root, variables};
pub(crate) use signature::verify;
