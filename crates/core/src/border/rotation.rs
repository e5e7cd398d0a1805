//! Credentials that are being replaced, as a door shows them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConnectionView, Standing};
use crate::connection::{RotationReason, Signing};
use crate::vault::Generation;

/// What stands beside the current credentials of a connection, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RotationView {
    /// The current one first, then what waits, then what goes.
    pub generations: Vec<GenerationView>,
    /// What can be done now, the next thing first.
    pub steps: Vec<RotationStep>,
    /// What ends when the provider is told that the new ones are in use; `None` when it is told nothing.
    pub acknowledgement: Option<String>,
}

/// One generation of credentials, without them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct GenerationView {
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub generation: Generation,
    pub place: GenerationPlace,
    /// `None` of the current one.
    pub reason: Option<RotationReason>,
    pub signing: Option<Signing>,
    /// When it came, or stopped being the current one; `None` of the current one.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub since: Option<Timestamp>,
    /// Of what goes: until when the provider is expected to take it. Of what waits: until when it is
    /// expected to take the current one. `None` when nobody knows.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub ends_at: Option<Timestamp>,
    pub standing: Standing,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub proven_at: Option<Timestamp>,
    /// It waits, and was current until a person went back: undoing again does not lose it.
    pub was_current: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GenerationPlace {
    Current,
    /// Waits to be proven and made current.
    Incoming,
    /// Was current, and is kept until the provider no longer takes it.
    Outgoing,
}

/// A thing to do while credentials are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RotationStep {
    /// Prove what waits, without touching what is current.
    Prove,
    /// Make what waits the current one.
    Switch,
    /// Drop what waits and never was current, or go back to what was current directly before.
    Undo,
    /// Prove that the provider no longer takes the old ones, and forget them.
    Retire,
    /// Tell the provider that the new ones are in use.
    Acknowledge,
    /// Forget credentials without a proof that they are over; only when a person confirmed it.
    Forget,
}

/// What became of credentials that were to be forgotten.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Retirement {
    /// The vault has let go of them. Unless a person asked for less, only once the provider refuses them.
    pub forgotten: bool,
    /// What the provider said to the old ones, for people.
    pub summary: String,
    /// What to do when they were kept.
    pub remedy: Option<String>,
    /// What may stay valid at the provider, for people.
    pub notes: Vec<String>,
    pub connection: ConnectionView,
}

/// The last step of a replacement was taken back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Undone {
    pub connection: ConnectionView,
    /// What may stay valid at the provider, or in the vault, for people.
    pub notes: Vec<String>,
}
