//! Proofkey against a certified server that somebody else wrote: npm `oidc-provider`.
//!
//! `make test` installs it and sets `PROOFKEY_TEST_NODE=1`; then a missing Node or package is a
//! failure. Without the variable these tests step aside when the server cannot run, and say so.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod approval;
mod client_credentials;
mod signed;
mod stage;
