//! Exported files: what one would say, what was written, and whether an earlier one still holds.

use serde::{Deserialize, Serialize};

use crate::export::ExportFormat;
use crate::vault::Generation;

/// Whether a file that was exported earlier still says what its connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportStanding {
    pub state: ExportState,
    /// Which generation of credentials the file carries, as far as it says.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub carries: Option<Generation>,
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub current: Generation,
    /// For people: "This file carries generation 2, the connection is at 3."
    pub summary: String,
    pub remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It carries the proof of the connection as it is now.
    Current,
    /// It carries an earlier one.
    Stale,
    /// It carries no proof of this connection that Proofkey knows.
    Unknown,
}

/// A redacted rendering of what an export would write.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportPreview {
    pub format: ExportFormat,
    pub file_name: String,
    /// Secrets are masked here whatever was chosen.
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportOutcome {
    pub path: String,
    /// "0600".
    pub mode: String,
    pub bytes: u64,
    pub format: ExportFormat,
    pub holds_secrets: bool,
}
