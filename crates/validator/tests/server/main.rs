//! The service over real sockets: its contract, its deadlines, its limits and its end.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]
#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod bodies;
mod breaker;
mod contract;
mod corpus;
mod endings;
mod health;
mod limits;
#[cfg(unix)]
mod secure;
mod slow;
mod smuggling;
mod stage;
mod trouble;
