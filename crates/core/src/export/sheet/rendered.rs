//! A sheet on paper or on the disk.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{html, markdown};
use crate::border::{SheetLine, SheetOutcome, SheetValue, TalkdeskSheet};
use crate::connection::Connection;
use crate::error::Problem;
use crate::export::write::written;
use crate::provider::Certainty;
use crate::system::files::Replace;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SheetFormat {
    /// One page that needs nothing else, to print.
    Html,
    Markdown,
}

impl SheetFormat {
    /// By the end of the file's name: `.html` and `.htm`, and Markdown for everything else.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_html =
            |text: &str| text.eq_ignore_ascii_case("html") || text.eq_ignore_ascii_case("htm");
        if extension.is_some_and(is_html) {
            Self::Html
        } else {
            Self::Markdown
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }
}

/// The text of a sheet, which holds no secret.
pub struct RenderedSheet {
    text: String,
    format: SheetFormat,
}

impl RenderedSheet {
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes the sheet out. Everything in it is text: markup in a name or a note is shown and does nothing.
pub fn render(sheet: &TalkdeskSheet, format: SheetFormat) -> RenderedSheet {
    let text = match format {
        SheetFormat::Html => html::page(sheet),
        SheetFormat::Markdown => markdown::document(sheet),
    };
    RenderedSheet { text, format }
}

/// The suggested name: "acme-help.talkdesk-sheet.html".
pub fn file_name(connection: &Connection, format: SheetFormat) -> String {
    format!("{}.talkdesk-sheet.{}", connection.id, format.extension())
}

/// Writes the file for its owner alone, whole or not at all, and compares what the disk holds with what
/// was written; problems are those of the config file's.
pub fn write(
    path: &Path,
    sheet: &RenderedSheet,
    replace: Replace,
) -> Result<SheetOutcome, Problem> {
    let written = written(path, sheet.text.as_bytes(), replace)?;
    Ok(SheetOutcome {
        path: path.display().to_string(),
        mode: written.mode,
        bytes: written.bytes,
        format: sheet.format,
    })
}

/// What stands below a value: the note, and how sure the line is when Talkdesk does not document it.
pub(super) fn remark(line: &SheetLine) -> String {
    let doubt = match line.certainty {
        Certainty::Documented => None,
        Certainty::Observed => Some("(Seen to work, not documented.)"),
        Certainty::Inferred => Some("(Follows from the type, not documented.)"),
        Certainty::Unverified => Some("(Not settled.)"),
    };
    let parts: Vec<&str> = line.note.as_deref().into_iter().chain(doubt).collect();
    parts.join(" ")
}

/// What to say in the place of a value that is not printed.
pub(super) fn unprinted(value: &SheetValue) -> Option<String> {
    match value {
        SheetValue::Text { .. } => None,
        SheetValue::Secret { kept_in, .. } => Some(format!(
            "Not printed. It is in {kept_in}. From the system keychain, Proofkey's window copies it."
        )),
        SheetValue::Ask { hint } => Some(hint.clone()),
    }
}

/// Above the lines of the form.
pub(super) const ABOUT_LABELS: &str = "Names in quotation marks are Talkdesk's own. Talkdesk publishes \
    neither all names of its fields nor their order.";
