//! What a Talkdesk sheet says, what it refuses, and that it holds no secret.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod kinds;
mod rendering;
mod rules;
mod stage;
