//! A document in one of the formats, read back by a parser before anybody sees it.

use zeroize::Zeroizing;

use super::{Document, ExportFormat, dotenv, json, members, toml, yaml};
use crate::error::{Code, Problem};
use crate::tree::{Tree, pointer_token};

/// The content of a config file; wiped when dropped.
pub struct Rendered {
    text: Zeroizing<String>,
    format: ExportFormat,
    holds_secrets: bool,
}

impl Rendered {
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn format(&self) -> ExportFormat {
        self.format
    }

    pub fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }
}

/// Writes `document` in `format` and reads it back.
///
/// `Code::ExportNotRepresentable` names the field, what it holds that this format cannot carry exactly,
/// and the formats that can. A value is never altered.
pub fn render(document: &Document, format: ExportFormat) -> Result<Rendered, Problem> {
    let tree = members::of(document);
    if let Some(field) = holder_of_nul(&tree, "") {
        return Err(unrepresentable(&field, "a null character", format));
    }
    // Growing would leave unwiped copies behind, and nothing written is longer than six characters
    // for each that is held.
    let mut text = Zeroizing::new(String::with_capacity(weight(&tree)));
    let is_exact = match format {
        ExportFormat::Json => {
            json::push(&mut text, &tree);
            Tree::from_json(text.as_bytes()).is_ok_and(|back| back.same(&tree))
        }
        ExportFormat::Yaml => {
            yaml::push(&mut text, &tree);
            serde_saphyr::from_str::<Tree>(&text).is_ok_and(|back| back.same(&tree))
        }
        ExportFormat::Toml => {
            toml::push(&mut text, &tree);
            ::toml::from_str::<Tree>(&text).is_ok_and(|back| back.same(&tree))
        }
        ExportFormat::Dotenv => {
            push_dotenv(&mut text, document)?;
            true
        }
    };
    if !is_exact {
        return Err(changed(format));
    }
    Ok(Rendered {
        text,
        format,
        holds_secrets: document.holds_secrets(),
    })
}

fn push_dotenv(text: &mut Zeroizing<String>, document: &Document) -> Result<(), Problem> {
    for (field, scopes) in [
        ("/scopes", Some(&document.scopes)),
        ("/granted_scopes", document.granted_scopes.as_ref()),
    ] {
        let is_ambiguous = |scope: &String| scope.is_empty() || scope.contains(char::is_whitespace);
        if scopes.is_some_and(|scopes| scopes.iter().any(is_ambiguous)) {
            let held = "a scope with a blank in it";
            return Err(unrepresentable(field, held, ExportFormat::Dotenv));
        }
    }
    let entries = dotenv::entries(document);
    dotenv::push(text, &entries)
        .map_err(|(field, inexact)| unrepresentable(&field, inexact.0, ExportFormat::Dotenv))?;
    let is_exact = dotenv::read(text).is_some_and(|pairs| {
        pairs.len() == entries.len()
            && pairs.iter().zip(&entries).all(|((key, value), entry)| {
                *key == entry.key && value.expose() == entry.value.expose()
            })
    });
    if is_exact {
        Ok(())
    } else {
        Err(changed(ExportFormat::Dotenv))
    }
}

/// JSON pointer of the first text or name that holds U+0000, which no shell or environment can.
fn holder_of_nul(tree: &Tree, path: &str) -> Option<String> {
    match tree {
        Tree::Text(text) => text.expose().contains('\0').then(|| path.to_owned()),
        Tree::List(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| holder_of_nul(item, &format!("{path}/{index}"))),
        Tree::Table(members) => members.iter().find_map(|(key, value)| {
            if key.contains('\0') {
                return Some(path.to_owned());
            }
            holder_of_nul(value, &format!("{path}/{}", pointer_token(key)))
        }),
        Tree::Nothing | Tree::Flag(_) | Tree::Whole(_) => None,
    }
}

/// More bytes than any format needs for `tree`.
fn weight(tree: &Tree) -> usize {
    const PUNCTUATION: usize = 64;
    PUNCTUATION
        + match tree {
            Tree::Text(text) => 6 * text.expose().len(),
            Tree::List(items) => items.iter().map(weight).sum(),
            Tree::Table(members) => members
                .iter()
                .map(|(key, value)| 6 * key.len() + weight(value))
                .sum(),
            Tree::Nothing | Tree::Flag(_) | Tree::Whole(_) => 0,
        }
}

fn unrepresentable(field: &str, held: &str, format: ExportFormat) -> Problem {
    let remedy = if format == ExportFormat::Dotenv && held != "a null character" {
        "Choose JSON, YAML or TOML, which carry it exactly."
    } else {
        "Enter this value again without it; no format can carry it."
    };
    Problem::new(
        Code::ExportNotRepresentable,
        format!(
            "The value at {field} holds {held}, which {} cannot carry exactly.",
            format.label()
        ),
        remedy,
    )
    .at(field)
}

fn changed(format: ExportFormat) -> Problem {
    Problem::new(
        Code::ExportNotRepresentable,
        format!(
            "Reading this connection back from {} gave something else.",
            format.label()
        ),
        "Choose another format. Nothing was written.",
    )
}
