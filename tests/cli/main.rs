//! The command line, run as a program.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod cases;
mod issuer;
mod journey;
mod leak;
mod prompt;
mod rough;
mod stage;
