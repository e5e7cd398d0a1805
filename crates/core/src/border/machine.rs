//! This computer's side: settings, the vault in use, the program itself.

use serde::{Deserialize, Serialize};

use crate::vault::VaultDescription;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum ProxyChoice {
    /// What the system says.
    #[default]
    System,
    None,
    /// An http address without credentials: "<http://proxy.example:3128>".
    Manual {
        url: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub theme: Theme,
    pub proxy: ProxyChoice,
    /// A PEM file with additional certificate authorities.
    pub ca_file: Option<String>,
}

/// How the vault in use is doing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VaultStatus {
    pub description: VaultDescription,
    /// A throw-away item was written, read back and removed.
    pub working: bool,
    /// What is wrong when it is not.
    pub summary: Option<String>,
    pub remedy: Option<String>,
    /// Leftovers that were found and put right at start, for people.
    pub reconciled: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct About {
    pub version: String,
    pub config_dir: String,
    pub license: String,
}
