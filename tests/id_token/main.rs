//! Which ID tokens are believed: every rule of OpenID Connect Core §3.1.3.7, and the ways around it
//! that were tried on others. Keys are made here; a web server on loopback publishes them and counts.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod claims;
mod header;
mod keys;
mod person;
mod stage;
