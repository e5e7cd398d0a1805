//! A proven connection, written as a config file for whatever will use it.

mod document;
mod dotenv;
pub mod import;
mod json;
mod members;
mod quoted;
mod render;
pub mod schema;
pub mod sheet;
mod toml;
mod validated;
mod word;
mod write;
mod yaml;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use document::{
    CheckOutcome, Client, ConnectionName, Document, ExportSecrets, Proof, SecretsReference,
    VERSION, document,
};
pub use render::{Rendered, render};
pub use validated::ValidatedConnection;
pub use write::write;

use crate::border::ExportPreview;
use crate::connection::Connection;
use crate::error::Problem;
use crate::secret::Secret;

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

impl ExportFormat {
    pub const ALL: [Self; 4] = [Self::Json, Self::Yaml, Self::Toml, Self::Dotenv];

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
            Self::Dotenv => "dotenv",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Dotenv => "env",
        }
    }
}

/// The suggested name: "acme-support.proofkey.json". It is made of the connection's id, which can hold
/// neither a separator nor a dot nor a reserved name.
pub fn file_name(connection: &Connection, format: ExportFormat) -> String {
    format!("{}.proofkey.{}", connection.id, format.extension())
}

/// What a config file would look like. Secrets are masked whatever was chosen, and are not needed, so
/// that a preview cannot differ between two secrets.
pub fn redacted_preview(
    validated: &ValidatedConnection<'_>,
    choice: SecretsChoice,
    reference: SecretsReference,
    format: ExportFormat,
) -> Result<ExportPreview, Problem> {
    let mask = Secret::new("\u{2022}".repeat(12));
    let secrets = match choice {
        SecretsChoice::Redacted => ExportSecrets::Redacted(reference),
        SecretsChoice::Plain => ExportSecrets::Plain {
            client_id: &mask,
            client_secret: &mask,
        },
    };
    let rendered = render(&document(validated, secrets), format)?;
    Ok(ExportPreview {
        format,
        file_name: file_name(validated.connection(), format),
        text: rendered.text().to_owned(),
    })
}
