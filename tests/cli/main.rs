//! The command line, run as a program.

mod cases;
mod journey;
mod leak;
mod stage;
