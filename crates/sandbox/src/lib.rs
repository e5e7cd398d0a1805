//! A practice Talkdesk on loopback: an authorization server and an API, with faults on demand.
//!
//! It answers to the real host names, with certificates of an authority made at start, so that a
//! client reaches it with `--connect-to` and `--ca-file` and otherwise behaves as in earnest.
//! Beside it, a peer plays the system of any provider file.
//! Everything either hands out is practice material: the credentials are public by design.

mod access_token;
mod account;
mod api;
mod appconnect;
mod approval;
mod approval_lessons;
mod authority;
mod authorization_endpoint;
mod authorization_request;
mod back_channel;
mod call;
mod client_authentication;
mod clients;
mod code_grant;
mod control;
mod descriptor;
mod disturbance;
mod door;
mod fault;
mod front_door;
mod host;
mod id_token;
mod in_force;
mod keys;
mod lessons;
mod metadata;
mod module;
mod orders;
mod pages;
mod peer;
mod person;
mod pkce;
mod record;
mod refusal;
mod reply;
mod sandbox;
mod scene;
mod service_token;
mod signed;
mod signed_lessons;
mod tally;
mod token_endpoint;
mod world;

pub use appconnect::order::{
    Curve, EmittedEvent, EventKind, EventOrder, Spelling, Spoilt, UnknownName,
};
pub use authorization_request::REGISTERED_CALLBACK;
pub use control::{Order, Outcome};
pub use descriptor::{Descriptor, OrderFailed};
pub use fault::{Fault, UnknownFault};
pub use in_force::UnknownTarget;
pub use module::{Defect, MODULES, Module};
pub use orders::OrderError;
pub use peer::{Mutation, Peer, PeerPlan};
pub use record::Record;
pub use sandbox::{Options, Sandbox};
pub use signed::key::{KeyRefused, RegisteredKey};
pub use tally::Tally;
