//! What is known about the values: where they come from, when they end, and how they fit Talkdesk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Certainty, Grant};

/// Where values of the file come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Dotted paths of the file, "endpoints.token", or of everything below one: "`authorization_code`".
    pub values: Vec<String>,
    pub certainty: Certainty,
    /// A page of the vendor, or whatever the certainty rests on.
    pub source: String,
    /// What is not settled, in a sentence for people.
    #[serde(default)]
    pub note: Option<String>,
}

/// Something at the provider that ends or changes on a day that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The first day on which it no longer holds: "2027-02-16".
    #[serde(default)]
    pub on: Option<String>,
    /// What ends, in a sentence for people, without the date.
    pub summary: String,
    /// What to do about it.
    pub remedy: String,
    /// Only connections of this grant are concerned.
    #[serde(default)]
    pub grant: Option<Grant>,
    pub certainty: Certainty,
    pub source: String,
}

/// How the system is entered in a custom connection of Talkdesk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct CustomConnection {
    /// Why Talkdesk cannot be connected to this system, in a sentence for people.
    pub unsuitable: Option<String>,
    /// Appended to the API base, for instance "/api/v2".
    pub base_path: Option<String>,
    /// What to watch when typing it into Talkdesk.
    pub notes: Vec<String>,
}
