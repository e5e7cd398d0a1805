//! A proven connection, written as a config file for whatever will use it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Json,
    Yaml,
    Toml,
    Dotenv,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SecretsChoice {
    /// The file says where the secrets are kept, not what they are.
    #[default]
    Redacted,
    /// The file holds client ID and client secret in plain text.
    Plain,
}
