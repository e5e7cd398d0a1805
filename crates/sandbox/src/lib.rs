//! A practice Talkdesk on loopback: an authorization server and an API, with faults on demand.
//!
//! It answers to the real host names, with certificates of an authority made at start, so that a
//! client reaches it with `--connect-to` and `--ca-file` and otherwise behaves as in earnest.
//! Everything it hands out is practice material: its credentials are public by design.

mod access_token;
mod account;
mod api;
mod authority;
mod descriptor;
mod door;
mod fault;
mod host;
mod lessons;
mod record;
mod reply;
mod sandbox;
mod token_endpoint;
mod world;

pub use descriptor::Descriptor;
pub use fault::{Fault, UnknownFault, UnknownTarget};
pub use record::Record;
pub use sandbox::{Options, Sandbox};
