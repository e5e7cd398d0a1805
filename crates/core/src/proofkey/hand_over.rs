//! Export and import.

use std::path::Path;

use super::{Proofkey, blocking};
use crate::border::{ConnectionView, ExportOutcome, ExportPreview};
use crate::check::Report;
use crate::connection::Connection;
use crate::error::{Code, Problem};
use crate::export::import::{self, Imported};
use crate::export::{
    self, ExportFormat, ExportSecrets, Rendered, SecretsChoice, SecretsReference,
    ValidatedConnection,
};
use crate::provider::Grant;
use crate::secret::Secret;
use crate::system::files::Replace;
use crate::vault::keychain::SERVICE;

/// What a person entered because an import file does not hold it.
#[derive(Default)]
pub struct Entered {
    /// In the place of the client ID.
    pub identifier: Option<Secret>,
    /// In the place of the client secret.
    pub secret: Option<Secret>,
}

impl Proofkey {
    /// What an export would write, with secrets masked whatever is chosen.
    pub fn export_preview(
        &self,
        name: &str,
        format: ExportFormat,
        secrets: SecretsChoice,
    ) -> Result<ExportPreview, Problem> {
        let connection = self.find(name)?;
        let report = self.report_of(&connection)?;
        let provider = self.provider(&connection.provider)?;
        let validated = ValidatedConnection::new(&connection, &provider, &report)?;
        export::redacted_preview(&validated, secrets, self.reference(&connection), format)
    }

    /// The text of an export.
    pub async fn export_text(
        &self,
        name: &str,
        format: ExportFormat,
        secrets: SecretsChoice,
    ) -> Result<Rendered, Problem> {
        let connection = self.find(name)?;
        let report = self.report_of(&connection)?;
        let provider = self.provider(&connection.provider)?;
        let validated = ValidatedConnection::new(&connection, &provider, &report)?;
        // Where nothing is presented, there is nothing in the vault.
        if secrets == SecretsChoice::Redacted || connection.grant == Grant::None {
            let redacted = ExportSecrets::Redacted(self.reference(&connection));
            return export::render(&export::document(&validated, redacted)?, format);
        }
        let stored = self.secrets_of(&connection).await?;
        let plain = export::document(&validated, ExportSecrets::Plain(&stored))?;
        export::render(&plain, format)
    }

    /// Plain secrets leave only after the connection's name was typed.
    pub fn confirm_plain(&self, name: &str, typed: &str) -> Result<(), Problem> {
        let connection = self.find(name)?;
        if typed.trim() == connection.name {
            return Ok(());
        }
        Err(Problem::new(
            Code::ConfirmationMissing,
            "The name does not match.",
            format!(
                "Type “{}” to export the secrets in plain text.",
                connection.name
            ),
        )
        .at("confirmation"))
    }

    /// Writes an export to `path` (mode 0600, never through a link) and reads it back.
    pub async fn export_to(
        &self,
        name: &str,
        format: ExportFormat,
        secrets: SecretsChoice,
        path: &Path,
        overwrite: bool,
    ) -> Result<ExportOutcome, Problem> {
        let rendered = self.export_text(name, format, secrets).await?;
        let path = path.to_owned();
        let replace = if overwrite {
            Replace::Existing
        } else {
            Replace::Never
        };
        blocking(move || export::write(&path, &rendered, replace)).await
    }

    /// Reads an exported JSON file without keeping anything.
    pub fn read_import(&self, text: &[u8]) -> Result<Imported, Vec<Problem>> {
        import::read(text)
    }

    /// Adds the connection of an import file.
    ///
    /// `entered` completes a file that holds no secrets, see [`Imported::lacking`]. Every untrusted host
    /// must be accepted.
    pub async fn import(
        &self,
        imported: Imported,
        name: Option<String>,
        entered: Entered,
        accepted_hosts: &[String],
    ) -> Result<ConnectionView, super::Rejected> {
        let provider = &self.provider(&imported.draft.provider)?;
        let untrusted_hosts = imported.untrusted_hosts(provider);
        let refused: Vec<&String> = untrusted_hosts
            .iter()
            .filter(|host| !accepted_hosts.iter().any(|accepted| accepted == *host))
            .collect();
        if !refused.is_empty() {
            let hosts = refused
                .iter()
                .map(|host| host.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Problem::new(
                Code::ConfirmationMissing,
                format!("The file names hosts that its provider does not lead to: {hosts}."),
                "Accept each one by name if you trust it, or remove it from the file.",
            )
            .into());
        }
        let mut draft = imported.into_draft(provider)?;
        if let Some(name) = name {
            draft.name = name;
        }
        draft.client_id = entered.identifier.or(draft.client_id);
        draft.client_secret = entered.secret.or(draft.client_secret);
        self.add(draft).await
    }

    pub(super) fn report_of(&self, connection: &Connection) -> Result<Report, Problem> {
        self.store.report(&connection.id)?.ok_or_else(|| {
            Problem::new(
                Code::ExportNotValidated,
                format!(
                    "“{}” was never proven, so it cannot be exported as validated.",
                    connection.name
                ),
                "Validate the connection first.",
            )
        })
    }

    pub(super) fn reference(&self, connection: &Connection) -> SecretsReference {
        SecretsReference {
            vault: self.host.vault.description().name,
            service: SERVICE.to_owned(),
            account: format!("{}.{}", connection.id, connection.secrets.0),
        }
    }
}
