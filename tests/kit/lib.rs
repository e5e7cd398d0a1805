//! The kit of the journeys: a scripted peer, canaries and a fake browser.

mod actor_process;
mod canary;
mod memory_vault;
mod proven;
mod samples;
mod scanner;

pub use actor_process::{Actor, IDENTITY, sealed};
pub use canary::{Canary, Encoding};
pub use memory_vault::{MemoryVault, Mood};
pub use proven::Proven;
pub use samples::{document, sample, secret_of};
pub use scanner::{Leak, Scanner};
