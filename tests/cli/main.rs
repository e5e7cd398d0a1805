//! The command line, run as a program.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod approval;
mod authorize;
mod call;
mod cases;
mod catalogue;
mod doctor;
mod event_account;
mod events;
mod from_set_up_to_sheet;
mod import;
mod interrupt;
mod issuer;
mod journey;
mod keys;
mod leak;
mod leak_approval;
mod leak_keys;
mod paste;
mod practice;
mod practice_orders;
mod presets;
mod prompt;
mod real_server;
mod rotate;
mod rough;
mod service_token;
mod sheet;
mod stage;
mod terminal;
#[cfg(unix)]
mod validator_check;
mod validator_serve;
mod validator_try;
