//! The folder of connections, and connections together with their secrets.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod custody;
mod files;
mod folder;
mod held;
mod processes;
mod stage;
