//! The validator over HTTP, with an integration behind it and a peer that plays its system.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod alike;
mod bodies;
mod dead;
mod samples;
mod stage;
