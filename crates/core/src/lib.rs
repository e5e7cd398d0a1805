//! The engine of Proofkey: it sets up, proves and hands over OAuth connections.
//!
//! Core prints nothing, reads no environment, and does not know whether a person, a script or a
//! server is asking. See ARCHITECTURE.md for its rooms and invariants.

pub mod border;
pub mod call;
pub mod check;
pub mod connection;
pub mod error;
pub mod export;
pub mod integration;
pub mod laboratory;
pub mod oauth;
pub mod ports;
pub mod probe;
pub mod proofkey;
pub mod provider;
pub mod renewal;
pub mod secret;
pub mod signing_key;
pub mod sought;
pub mod system;
pub mod talkdesk;
pub mod tree;
pub mod vault;
pub mod wording;

pub use error::{Code, Problem, Quoted};
pub use secret::Secret;
