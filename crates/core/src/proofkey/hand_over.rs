//! Export and import.

use std::path::Path;

use super::{Proofkey, Rejected, blocking};
use crate::border::{ConnectionView, ExportOutcome, ExportPreview};
use crate::check::Report;
use crate::connection::{Connection, Finding, SigningDraft, signing};
use crate::error::{Code, Problem};
use crate::export::import::{self, Imported};
use crate::export::{
    self, ExportFormat, ExportSecrets, Rendered, SecretsChoice, SecretsReference,
    ValidatedConnection,
};
use crate::provider::{Grant, Provider};
use crate::secret::Secret;
use crate::system::files::Replace;
use crate::vault::keychain::SERVICE;
use crate::wording::clean;

/// The name and the value of a parameter can be longer, but nobody reads them then.
const LONGEST_SHOWN: usize = 400;

/// What a person entered because an import file does not hold it.
#[derive(Default)]
pub struct Entered {
    /// In the place of the client ID.
    pub identifier: Option<Secret>,
    /// In the place of the client secret.
    pub secret: Option<Secret>,
    /// Of a client that signs: its key, and what the file says of it otherwise.
    pub signing: SigningDraft,
}

/// What a person trusts although it is only the import file that says it.
#[derive(Default)]
pub struct Accepted {
    /// Of [`Imported::untrusted_hosts`].
    pub hosts: Vec<String>,
    /// Additional parameters of the requests, each as `name=value`.
    pub parameters: Vec<String>,
}

impl Accepted {
    /// `Code::ConfirmationMissing`, with all that is not accepted.
    fn refuse_others(&self, imported: &Imported, provider: &Provider) -> Result<(), Problem> {
        let untrusted = imported.untrusted_hosts(provider);
        let hosts = others(&untrusted, &self.hosts);
        // Whoever wrote the file could aim the token at another audience with them (rule A15).
        let pairs = imported.draft.parameters.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let parameters = others(&pairs, &self.parameters);
        let mut summary = Vec::new();
        if !hosts.is_empty() {
            summary.push(format!(
                "The file names hosts that its provider does not lead to: {hosts}."
            ));
        }
        if !parameters.is_empty() {
            summary.push(format!(
                "The file adds parameters to the requests: {parameters}."
            ));
        }
        if summary.is_empty() {
            return Ok(());
        }
        Err(Problem::new(
            Code::ConfirmationMissing,
            summary.join(" "),
            "Accept each one by name if you trust it, or remove it from the file.",
        ))
    }
}

/// Those of `all` that are not `accepted`, as people read them.
fn others(all: &[String], accepted: &[String]) -> String {
    let others = all.iter().filter(|one| !accepted.contains(one));
    others
        .map(|one| clean(one, LONGEST_SHOWN))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What was entered counts before what the file says.
fn lay_over(draft: &mut SigningDraft, entered: SigningDraft) {
    let of_file = std::mem::take(draft);
    let has_key = entered.private_key.is_some() || entered.kept_key.is_some();
    *draft = SigningDraft {
        private_key: entered
            .private_key
            .or(of_file.private_key.filter(|_| !has_key)),
        kept_key: entered.kept_key,
        passphrase: entered.passphrase,
        key_id: entered.key_id.or(of_file.key_id),
        algorithm: entered.algorithm.or(of_file.algorithm),
        public_key: entered.public_key,
        opened: entered.opened,
    };
}

/// The key of another client would be refused by the server, and nobody would know why.
fn refuse_other_key(draft: &SigningDraft, thumbprint: Option<&str>) -> Result<(), Rejected> {
    let (Some(expected), Some(Ok(key))) = (thumbprint, signing::given(draft)) else {
        return Ok(());
    };
    let found = key.public().thumbprint();
    if found == expected {
        return Ok(());
    }
    let finding = Finding::blocking(
        signing::PRIVATE_KEY,
        "This is another key than the one that the file was exported with.",
        format!("Give the key with the thumbprint {}.", clean(expected, 100)),
    );
    Err(Rejected {
        problem: Problem::new(Code::DraftInvalid, &finding.summary, &finding.remedy)
            .at(&finding.field),
        findings: vec![finding],
    })
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
    /// and every additional parameter must be accepted.
    pub async fn import(
        &self,
        imported: Imported,
        name: Option<String>,
        entered: Entered,
        accepted: &Accepted,
    ) -> Result<ConnectionView, Rejected> {
        let provider = &self.provider(&imported.draft.provider)?;
        accepted.refuse_others(&imported, provider)?;
        let thumbprint = imported.thumbprint.clone();
        let mut draft = imported.into_draft(provider)?;
        if let Some(name) = name {
            draft.name = name;
        }
        draft.client_id = entered.identifier.or(draft.client_id);
        draft.client_secret = entered.secret.or(draft.client_secret);
        lay_over(&mut draft.signing, entered.signing);
        self.open_key(&mut draft.signing).await?;
        refuse_other_key(&draft.signing, thumbprint.as_deref())?;
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
