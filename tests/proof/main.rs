//! The staged proof against the practice Talkdesk: what fails first, what is named as its cause, and
//! what the peer was sent.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod routes;
mod stage;
mod verdicts;
