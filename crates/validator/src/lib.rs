//! The authorization validator: the endpoint that Talkdesk calls to ask whether what a person typed
//! works.
//!
//! The contract: POST `{"auth":{...}}` with the configured fields; 200 says yes and may return fields,
//! 401 says no. Whatever is not surely a yes is a no.

mod asking;
pub mod config;
mod decode;
mod local;
pub mod server;

pub use decode::{Refusal, decode};
pub use local::Local;
pub use proofkey_core::integration::{Auth, Scalar};
