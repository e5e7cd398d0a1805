//! The Secret Service itself: a real daemon on a bus of its own, in all its moods.
//!
//! `scripts/with-desktop --display cargo test -p proofkey-tests --test keychain`

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]
#![cfg(target_os = "linux")]

mod bus;
mod documents;
mod prompts;
mod stage;
