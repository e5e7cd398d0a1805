//! Keeping a connection alive: one token request at a time, each refresh token spent once, and every
//! answer in the vault before it is used.

mod failure;
mod fingerprint;
mod flight;
mod life;
mod refresh;
mod tokens;
mod under_way;
mod unsaved;

pub use failure::RenewalError;
pub use flight::{Answered, Need, Origin, Renewal, Renewed};
pub use life::{lives, may_live, renew_at};
pub use tokens::Tokens;
pub use under_way::UnderWay;
pub use unsaved::{Unsaved, UnsavedTokens};
