//! The staged proof: nine checks in order, each with evidence, and a report of all of them.
//!
//! `prove` runs the checks; every other file turns the facts of one stage into a [`Check`] and does
//! nothing else, so that each verdict can be tested without a network.

mod api;
mod approved;
mod asking;
mod building;
mod clock;
mod configuration;
mod content;
mod ends;
#[cfg(test)]
pub(crate) mod fixtures;
mod issue;
mod journal;
mod keeping;
mod prove;
mod reach;
mod refusal;
mod region;
mod regions;
mod rehearsal;
pub mod report;
mod scope;
#[cfg(test)]
mod sentences;
mod service_token;
mod terms;
mod token;
mod transport;
mod wording;

pub(crate) use api::{best as best_probe, comparing as comparing_probe};
pub(crate) use clock::clock_in_the_way;
pub(crate) use configuration::draft;
pub use content::content_id;
pub use keeping::SecretsAbsent;
pub use prove::{Proof, Subject, prove, prove_credentials, without_secrets};
pub use regions::detect_regions;
pub use rehearsal::{ClientStanding, rehearse, standing_of_client};
pub use report::{Cause, Check, CheckId, CheckStatus, RemedyAction, Report, Verdict};
pub use wording::lasts;
pub(crate) use wording::{list, quoted};
