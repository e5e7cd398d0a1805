//! The Talkdesk sheet: what goes where in a custom connection of Talkdesk, for a proven connection.
//!
//! Talkdesk publishes only some names of its fields and no order of them. A label is therefore quoted
//! only where Talkdesk's pages name it; everything else is said in plain words, with how sure it is.

mod additions;
mod authentication;
mod base_path;
mod credentials;
mod doubts;
mod html;
mod markdown;
mod proof;
mod rendered;
mod steps;

use jiff::Timestamp;

pub use additions::check_redirect_url;
pub use rendered::{RenderedSheet, SheetFormat, file_name, render, write};

use super::{SecretsReference, ValidatedConnection};
use crate::border::{SecretMember, SheetAdditions, SheetLine, SheetValue, TalkdeskSheet};
use crate::connection::Connection;
use crate::error::{Code, Problem};
use crate::provider::{Certainty, Provider};
use crate::wording;
use authentication::Authentication;

/// Month in which what is known of Talkdesk's form was last compared with its pages:
/// docs.talkdesk.com/docs/configuring-a-custom-connection, .../what-connections-supports and
/// .../oauth2-authorization-code-flow-authentication.
const AS_OF: &str = "2026-11";

/// What to type into Talkdesk for this connection. It names where secrets are kept and holds none.
///
/// `Code::ExportNotRepresentable` says why Talkdesk cannot be connected to this system, in the provider
/// file's words, or which rule of Talkdesk its base path breaks; `Code::DraftInvalid` at `redirect_url`
/// or `description` what is wrong with an addition. `now` decides what ends soon.
pub fn talkdesk_sheet(
    validated: &ValidatedConnection<'_>,
    additions: &SheetAdditions,
    kept_in: &SecretsReference,
    now: Timestamp,
) -> Result<TalkdeskSheet, Problem> {
    let page = Page {
        validated,
        connection: validated.connection,
        provider: validated.provider,
        authentication: Authentication::of(validated.connection, validated.provider),
        kept_in: format!("{}, item {}", kept_in.vault, kept_in.account),
    };
    page.refuse_unsuitable()?;
    let base_path = base_path::of(validated)?;
    let mut lines = page.head(&base_path, &additions::description(&page, additions)?);
    lines.extend(page.credentials()?);
    lines.iter().try_for_each(can_be_copied)?;
    Ok(TalkdeskSheet {
        connection: page.connection.name.clone(),
        provider: page.provider.name.clone(),
        practice: page.connection.practice,
        as_of: AS_OF.to_owned(),
        before: page.before(),
        register: additions::register(&page, additions)?,
        lines,
        after: page.after(),
        warnings: page.doubts(&base_path, now)?,
        limits: steps::limits(),
        proof: proof::of(validated.report, page.connection.practice),
    })
}

/// Values are copied exactly or not at all: what cannot be seen would be lost, or worse, kept.
fn can_be_copied(line: &SheetLine) -> Result<(), Problem> {
    let SheetValue::Text { text } = &line.value else {
        return Ok(());
    };
    if wording::clean(text, usize::MAX / 8) == *text && !text.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::ExportNotRepresentable,
        format!(
            "{} is empty, or holds a character that a sheet cannot show: a line break, a blank at its \
             end, or one that cannot be seen.",
            line.name
        ),
        "Correct it in the connection or its provider file, and validate again.",
    )
    .at(&line.id))
}

/// Everything that the parts of a sheet are made of.
struct Page<'a> {
    validated: &'a ValidatedConnection<'a>,
    connection: &'a Connection,
    provider: &'a Provider,
    authentication: Authentication,
    kept_in: String,
}

impl Page<'_> {
    fn refuse_unsuitable(&self) -> Result<(), Problem> {
        match &self.provider.custom_connection.unsuitable {
            None => Ok(()),
            Some(reason) => Err(Problem::new(
                Code::ExportNotRepresentable,
                reason,
                "The connection itself is not touched by this; a config file can be exported from it.",
            )
            .at("custom_connection")),
        }
    }

    /// The fields that every custom connection has.
    fn head(&self, base_path: &str, description: &str) -> Vec<SheetLine> {
        vec![
            text("name", "Name", &self.connection.name, Certainty::Documented).labelled("Name"),
            text(
                "description",
                "What it is for",
                description,
                Certainty::Documented,
            )
            .labelled("Description")
            .noting("Nobody says whether Talkdesk takes an empty one."),
            self.base_path(base_path),
            text(
                "type",
                "How Talkdesk signs in",
                self.authentication.label(),
                Certainty::Documented,
            )
            .labelled("Authentication type")
            .noting(&self.authentication.advice()),
        ]
    }

    /// A sign-in server is no system that actions could call.
    fn base_path(&self, proven: &str) -> SheetLine {
        let (name, rule) = (
            "Address of the system",
            "The part that all actions share. Begin the path of each action with a slash.",
        );
        if base_path::is_sign_in_server(self.validated) {
            let hint = format!(
                "The address that the calls of your system begin with. Proofkey knows only its sign-in \
                 server, {proven}."
            );
            let value = SheetValue::Ask { hint };
            return line("base_path", name, value, Certainty::Documented)
                .labelled("Base path")
                .noting(rule);
        }
        text("base_path", name, proven, Certainty::Documented)
            .labelled("Base path")
            .noting(rule)
    }

    fn secret(
        &self,
        id: &str,
        name: &str,
        member: SecretMember,
        certainty: Certainty,
    ) -> SheetLine {
        let value = SheetValue::Secret {
            kept_in: self.kept_in.clone(),
            member,
        };
        line(id, name, value, certainty)
    }
}

fn text(id: &str, name: &str, value: &str, certainty: Certainty) -> SheetLine {
    let value = SheetValue::Text {
        text: value.to_owned(),
    };
    line(id, name, value, certainty)
}

fn line(id: &str, name: &str, value: SheetValue, certainty: Certainty) -> SheetLine {
    SheetLine {
        id: id.to_owned(),
        name: name.to_owned(),
        talkdesk_label: None,
        value,
        note: None,
        certainty,
    }
}

impl SheetLine {
    /// With the name that Talkdesk's own pages give the field.
    fn labelled(self, label: &str) -> Self {
        Self {
            talkdesk_label: Some(label.to_owned()),
            ..self
        }
    }

    fn noting(self, note: &str) -> Self {
        Self {
            note: Some(note.to_owned()),
            ..self
        }
    }
}
