//! A provider as people choose it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::provider::{Certainty, Grant, Provider};

/// A provider with what its file cannot say: where it came from, and what is due today.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ProviderView {
    pub provider: Provider,
    pub origin: ProviderOrigin,
    pub warnings: Vec<ProviderWarning>,
    /// The scopes to tick at first, for each of the provider's grants.
    pub suggested: BTreeMap<Grant, Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderOrigin {
    BuiltIn,
    /// A file in the person's own folder.
    Own {
        path: String,
    },
    /// A file in the person's own folder that takes the place of a built-in one of the same id.
    Replacement {
        path: String,
    },
}

/// A deadline of the provider file, as of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ProviderWarning {
    /// "2027-02-16"; nothing when it holds already or no day is known.
    pub on: Option<String>,
    /// Whole days until then; 0 or less when the day has come.
    pub days_left: Option<i32>,
    pub summary: String,
    pub remedy: String,
    /// Only connections of this grant are concerned.
    pub grant: Option<Grant>,
    pub certainty: Certainty,
    pub source: String,
}
