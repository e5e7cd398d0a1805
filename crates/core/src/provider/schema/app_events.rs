//! Events by which the developer of an app hears of its installations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The provider sends signed events when an app is installed (Talkdesk `AppConnect`), with the
/// credentials of the installation in them. Where such an event leads is believed only for hosts of
/// this file: the API hosts of the regions that the vendor documents, and those named here.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AppEvents {
    /// Hosts of the API that no region has, for accounts that are there all the same.
    #[serde(default)]
    pub api_hosts: Vec<String>,
}
