//! Where an account lives.

use serde::{Deserialize, Serialize};

use crate::connection::Finding;

/// What a typed or pasted account turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Located {
    /// The account name found, when it obeys rule I1.
    pub account: Option<String>,
    /// Region id, when the text was an address that names one.
    pub region: Option<String>,
    /// What was taken from the text, for people: "Taken from the address acme.talkdeskid.eu".
    pub taken_from: Option<String>,
    pub findings: Vec<Finding>,
}

/// What one region said about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sighting {
    Found,
    Absent,
    /// It could not be asked, or its answer says neither.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RegionSighting {
    pub region: String,
    pub label: String,
    pub sighting: Sighting,
    /// What the region's server did, in plain words.
    pub detail: String,
}
