//! A proven connection, written for whatever will use it: as a config file, for a deployment, or for a
//! tool.

mod compose;
mod curl;
mod docker_env;
mod document;
mod dotenv;
mod entries;
mod format;
pub mod import;
mod json;
mod kubernetes_secret;
mod members;
mod nexla;
mod postman;
mod quoted;
mod recognised;
mod render;
pub mod schema;
pub mod sheet;
mod shell;
mod toml;
mod validated;
mod word;
mod write;
mod yaml;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use compose::{ExportSecrets, document};
pub use document::{
    Assertion, CheckOutcome, Client, ConnectionName, Document, Proof, SecretsReference, TestCall,
    VERSION,
};
pub use format::{ExportFormat, file_name};
pub use recognised::{Traces, traces};
pub use render::{Rendered, render};
pub use validated::ValidatedConnection;
pub use write::write;
pub(crate) use write::written;

use crate::border::ExportPreview;
use crate::error::Problem;
use crate::secret::Secret;
use crate::vault::SecretDocument;

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

/// Stands for a secret while a preview is made. It passes every encoding on the way unchanged or, as
/// Base64, whole (its length is a multiple of three), so that it can be found again in the end.
const STAND_IN: &str = "hidden-from-this-preview";

/// As a private key is written, with the stand-in where its numbers are.
fn key_stand_in() -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{STAND_IN}\n-----END PRIVATE KEY-----\n")
}

/// What an export would look like. Secrets are masked whatever was chosen, and are not needed, so that a
/// preview cannot differ between two secrets.
pub fn redacted_preview(
    validated: &ValidatedConnection<'_>,
    choice: SecretsChoice,
    reference: SecretsReference,
    format: ExportFormat,
) -> Result<ExportPreview, Problem> {
    let stand_in = || Secret::new(STAND_IN.to_owned());
    let mut hidden = SecretDocument::new(stand_in(), Some(stand_in()));
    hidden.private_key = Some(Secret::new(key_stand_in()));
    let secrets = match choice {
        SecretsChoice::Redacted => ExportSecrets::Redacted(reference),
        SecretsChoice::Plain => ExportSecrets::Plain(&hidden),
    };
    let rendered = render(&document(validated, secrets)?, format)?;
    let mask = "\u{2022}".repeat(12);
    let text = rendered
        .text()
        .replace(&STANDARD.encode(key_stand_in()), &mask)
        .replace(STAND_IN, &mask)
        .replace(&STANDARD.encode(STAND_IN), &mask);
    Ok(ExportPreview {
        format,
        file_name: file_name(validated.connection(), format),
        text,
    })
}
