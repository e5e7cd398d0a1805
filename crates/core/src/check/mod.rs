//! The staged proof: nine checks in order, each with evidence, and a report of all of them.

pub mod report;

pub use report::{Cause, Check, CheckId, CheckStatus, RemedyAction, Report, Verdict};
