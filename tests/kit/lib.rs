//! The kit of the journeys: a scripted peer, canaries and a fake browser.

mod canary;
mod memory_vault;
mod scanner;

pub use canary::{Canary, Encoding};
pub use memory_vault::{MemoryVault, Mood};
pub use scanner::{Leak, Scanner};
