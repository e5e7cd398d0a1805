//! An environment of Postman: what its import dialog reads, and nothing that it ignores.

use super::document::{Client, Document};
use super::entries::{Entry, Inexact};
use super::members::member;
use crate::provider::Grant;
use crate::tree::Tree;

/// The environment as a tree. Variables have the names that the JSON form has, joined by underscores;
/// what is secret is masked in Postman. A redacted one names the secrets with empty values to fill in.
///
/// Fails for a value that Postman would take for a template.
pub(super) fn environment(document: &Document, entries: &[Entry]) -> Result<Tree, Inexact> {
    let mut values = Vec::new();
    for entry in entries.iter().filter(|entry| !is_of_the_file(entry)) {
        let value = entry.value.expose();
        if value.contains("{{") {
            return Err(entry.inexact("two opening braces in a row, a template"));
        }
        let name = entry.name.to_ascii_lowercase();
        values.push(variable(&name, value, entry.is_secret));
    }
    if matches!(document.client, Client::Reference { .. }) {
        let left_out = secrets_of(document).iter();
        values.extend(left_out.map(|name| variable(name, "", true)));
    }
    Ok(Tree::Table(vec![
        member("name", Tree::text(&document.connection.name)),
        member("values", Tree::List(values)),
        member("_postman_variable_scope", Tree::text("environment")),
    ]))
}

fn variable(name: &str, value: &str, is_secret: bool) -> Tree {
    let kind = if is_secret { "secret" } else { "default" };
    Tree::Table(vec![
        member("key", Tree::text(name)),
        member("value", Tree::text(value)),
        member("type", Tree::text(kind)),
        member("enabled", Tree::Flag(true)),
    ])
}

/// They describe the config file, which this is not.
fn is_of_the_file(entry: &Entry) -> bool {
    matches!(entry.field.as_str(), "/$schema" | "/version")
}

fn secrets_of(document: &Document) -> &'static [&'static str] {
    match document.grant {
        _ if document.signs_with_a_key() => &["client_id", "private_key"],
        Grant::ClientCredentials | Grant::AuthorizationCode => &["client_id", "client_secret"],
        Grant::HttpBasic => &["username", "password"],
        Grant::ApiKey => &["api_key"],
        Grant::None => &[],
    }
}
