//! The Talkdesk sheet, and the secrets that a person copies beside it.

use std::path::Path;

use super::{Proofkey, blocking};
use crate::border::{
    SecretMember, SheetAdditions, SheetLine, SheetOutcome, SheetValue, TalkdeskSheet,
};
use crate::connection::Connection;
use crate::error::{Code, Problem};
use crate::export::ValidatedConnection;
use crate::export::sheet::{self, RenderedSheet, SheetFormat};
use crate::probe::Presented;
use crate::provider::Provider;
use crate::secret::Secret;
use crate::system::files::Replace;
use crate::vault::SecretDocument;

impl Proofkey {
    /// What to type into Talkdesk for this connection; problems as [`sheet::talkdesk_sheet`] and
    /// [`ValidatedConnection::new`] have them.
    pub fn talkdesk_sheet(
        &self,
        name: &str,
        additions: &SheetAdditions,
    ) -> Result<TalkdeskSheet, Problem> {
        let connection = self.find(name)?;
        let report = self.report_of(&connection)?;
        let provider = self.provider(&connection.provider)?;
        let validated = ValidatedConnection::new(&connection, &provider, &report)?;
        let kept_in = self.reference(&connection);
        sheet::talkdesk_sheet(&validated, additions, &kept_in, self.host.clock.now())
    }

    /// The sheet's suggested file name.
    pub fn sheet_file_name(&self, name: &str, format: SheetFormat) -> Result<String, Problem> {
        Ok(sheet::file_name(&self.find(name)?, format))
    }

    /// The sheet as text.
    pub fn sheet_text(
        &self,
        name: &str,
        additions: &SheetAdditions,
        format: SheetFormat,
    ) -> Result<RenderedSheet, Problem> {
        Ok(sheet::render(
            &self.talkdesk_sheet(name, additions)?,
            format,
        ))
    }

    /// Writes the sheet to `path` (mode 0600, never through a link), in the format that its name says,
    /// and reads it back.
    pub async fn sheet_to(
        &self,
        name: &str,
        additions: &SheetAdditions,
        path: &Path,
        overwrite: bool,
    ) -> Result<SheetOutcome, Problem> {
        let rendered = self.sheet_text(name, additions, SheetFormat::of(path))?;
        let path = path.to_owned();
        let replace = if overwrite {
            Replace::Existing
        } else {
            Replace::Never
        };
        blocking(move || sheet::write(&path, &rendered, replace)).await
    }

    /// A credential that the sheet of this connection names, for the clipboard (docs/adr/0010).
    ///
    /// `Code::NotFound` for one that its sheet does not name; otherwise the problems of the sheet and
    /// of the vault.
    pub async fn sheet_secret(&self, name: &str, member: SecretMember) -> Result<Secret, Problem> {
        let sheet = self.talkdesk_sheet(name, &SheetAdditions::default())?;
        if !sheet.lines.iter().any(|line| names(line, member)) {
            return Err(unnamed());
        }
        let connection = self.find(name)?;
        let provider = self.provider(&connection.provider)?;
        let document = self.secrets_of(&connection).await?;
        of_document(&provider, &connection, &document, member)
    }
}

fn names(line: &SheetLine, wanted: SecretMember) -> bool {
    matches!(&line.value, SheetValue::Secret { member, .. } if *member == wanted)
}

fn of_document(
    provider: &Provider,
    connection: &Connection,
    document: &SecretDocument,
    member: SecretMember,
) -> Result<Secret, Problem> {
    match member {
        SecretMember::PrivateKey => document.required_private_key().map(Secret::duplicate),
        SecretMember::ClientId => Ok(document.client_id.duplicate()),
        SecretMember::ClientSecret | SecretMember::ApiKey => {
            document.required_client_secret().map(Secret::duplicate)
        }
        SecretMember::Username | SecretMember::Password => {
            match Presented::credentials(provider, connection.grant, document)? {
                Presented::Basic { username, .. } if member == SecretMember::Username => {
                    Ok(username)
                }
                Presented::Basic { password, .. } => Ok(password),
                _ => Err(unnamed()),
            }
        }
    }
}

fn unnamed() -> Problem {
    Problem::new(
        Code::NotFound,
        "The sheet of this connection does not name this credential.",
        "Open the sheet again; the connection was changed meanwhile.",
    )
}
