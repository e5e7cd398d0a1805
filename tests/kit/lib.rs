//! The kit of the journeys: a scripted peer, canaries and a fake browser.

mod memory_vault;

pub use memory_vault::{MemoryVault, Mood};
