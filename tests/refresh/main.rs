//! The life of an approved connection, against a server that rotates refresh tokens and withdraws the
//! approval when one is used twice. Its record decides.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod departures;
mod elsewhere;
mod failures;
mod kept;
mod meanwhile;
mod processes;
mod proof;
mod removal;
mod replaced;
mod stage;
mod typed_call;
