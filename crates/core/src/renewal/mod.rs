//! Keeping a connection alive: the tokens of a reply, on their way into the vault.

mod tokens;
mod unsaved;

pub use tokens::Tokens;
pub use unsaved::{Unsaved, UnsavedTokens};
