//! The laboratory in front of real validators: one written in Express, right and with planted mistakes,
//! and peers that answer whatever a script says.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod bench;
mod express;
mod own;
mod planted;
mod scripted;
mod transport;
