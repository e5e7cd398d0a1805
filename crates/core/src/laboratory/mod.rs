//! The laboratory: what Talkdesk sends to an authorization validator is sent to any validator, and the
//! answers are judged point by point.
//!
//! The contract is POST `{"auth":{...}}`: 200 and perhaps fields to keep says yes, 401 says no. Right
//! credentials go to the address that a person names, over https or to this machine, and nowhere else;
//! the wrong ones beside them are made here.

mod answer;
mod building;
mod echo;
mod examine;
mod gate;
mod input;
mod journal;
mod members;
mod reach;
mod reaction;
mod refusals;
mod report;
mod sending;
mod specimen;
mod status;
mod target;
mod tolerance;
mod unanswered;
mod wish;

pub use examine::{Expected, Laboratory, Options, Trial};
pub use input::{Secrets, read_auth, read_headers};
pub use report::{PointId, TrialEvent, TrialPoint, TrialReport, TrialWatcher};
pub use target::Target;
pub use wish::Prepared;
