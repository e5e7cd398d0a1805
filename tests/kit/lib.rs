//! The kit of the journeys: a scripted peer, canaries and a fake browser.

mod actor_process;
mod approved;
mod browser;
mod canary;
mod customer;
pub mod exports;
mod express_validator;
mod memory_vault;
mod proven;
mod raw_peer;
mod real_server;
mod rotating_server;
mod samples;
mod scanner;
mod signing_key;
mod test_ca;
mod website;

pub use actor_process::{Actor, IDENTITY, sealed};
pub use approved::{ROTATING, SetClock, approval, consent, opened, opened_with, rotating_draft};
pub use browser::{Browser, Decision, Page};
pub use canary::{Canary, Encoding};
pub use customer::{Customer, OWN_CALLBACK};
pub use express_validator::ExpressValidator;
pub use memory_vault::{MemoryVault, Mood};
pub use proven::Proven;
pub use raw_peer::{Act, RawPeer, answer, json_answer};
pub use real_server::{RealServer, Wish};
pub use rotating_server::{Conduct, RotatingServer, Tally};
pub use samples::{document, sample, secret_of};
pub use scanner::{Leak, Scanner};
pub use signing_key::SigningKey;
pub use test_ca::{Leaf, TestCa};
pub use website::Website;
