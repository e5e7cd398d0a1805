//! Dotenv: `PROOFKEY_` names, one assignment a line, quoted so that shells (`. file`) and the dotenv
//! readers of Node and Python see exactly the same value and run nothing.
//!
//! There is no dotenv standard, and the readers disagree on escapes. So nothing is ever escaped: a
//! value stands in single quotes or, when it holds one, in double quotes; a value for which that is not
//! exact everywhere is refused.

use zeroize::Zeroizing;

use super::document::{Client, Document};
use super::word;
use crate::secret::Secret;

/// One assignment.
pub(super) struct Entry {
    pub(super) key: String,
    /// The field in the other formats, as a JSON pointer.
    pub(super) field: String,
    pub(super) value: Secret,
}

/// Why a value cannot stand in a dotenv file: what it holds, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inexact(pub(super) &'static str);

/// The assignments of a config file, in order.
pub(super) fn entries(document: &Document) -> Vec<Entry> {
    let mut entries = vec![
        entry("SCHEMA", "/$schema", &document.schema),
        entry("VERSION", "/version", &document.version.to_string()),
        entry("TOOL_VERSION", "/proofkey", &document.proofkey),
    ];
    if document.practice {
        entries.push(entry("PRACTICE", "/practice", "true"));
    }
    entries.push(entry("PROVIDER", "/provider", &document.provider));
    if let Some(account) = &document.account {
        entries.push(entry("ACCOUNT", "/account", account));
    }
    if let Some(region) = &document.region {
        entries.push(entry("REGION", "/region", region));
    }
    push_protocol(&mut entries, document);
    for (name, value) in &document.variables {
        let key = format!("VARIABLE_{}", name.to_ascii_uppercase());
        entries.push(entry(&key, &format!("/variables/{name}"), value));
    }
    push_client(&mut entries, &document.client);
    push_proof(&mut entries, document);
    entries
}

/// Appends the assignments; names the field and the reason when one cannot be written exactly.
pub(super) fn push(
    out: &mut Zeroizing<String>,
    entries: &[Entry],
) -> Result<(), (String, Inexact)> {
    for entry in entries {
        let refused = |inexact| (entry.field.clone(), inexact);
        let is_name = entry
            .key
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_name {
            return Err(refused(Inexact("a name that is no environment variable")));
        }
        let value = entry.value.expose();
        let quote = quote_for(value).map_err(refused)?;
        out.push_str(&entry.key);
        out.push('=');
        out.push(quote);
        out.push_str(value);
        out.push(quote);
        out.push('\n');
    }
    Ok(())
}

/// Reads exactly what [`push`] writes; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Vec<(String, Secret)>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let quote = after.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        pairs.push((key.to_owned(), Secret::new(value.to_owned())));
        rest = after.strip_prefix('\n')?;
    }
    Some(pairs)
}

/// The quote in which every reader takes `value` literally.
fn quote_for(value: &str) -> Result<char, Inexact> {
    if value.contains('\r') {
        // Node and Python readers turn it into a line feed.
        return Err(Inexact("a carriage return"));
    }
    if !value.contains('\'') {
        return match () {
            // Python takes two backslashes for one, and one before the quote for an escape.
            () if value.contains("\\\\") => Err(Inexact("two backslashes in a row")),
            () if value.ends_with('\\') => Err(Inexact("a backslash at its end")),
            // Python replaces it by a variable, whatever the quotes.
            () if value.contains("${") => Err(Inexact("a dollar sign with a brace behind it")),
            () => Ok('\''),
        };
    }
    // Within double quotes a shell expands these, and readers disagree on how to stop them.
    if value.contains(['"', '\\', '$', '`']) {
        return Err(Inexact(
            "a single quote together with a double quote, backslash, dollar sign or backtick",
        ));
    }
    Ok('"')
}

fn push_protocol(entries: &mut Vec<Entry>, document: &Document) {
    let header = &document.token_header;
    entries.extend([
        entry("CONNECTION_ID", "/connection/id", &document.connection.id),
        entry(
            "CONNECTION_NAME",
            "/connection/name",
            &document.connection.name,
        ),
    ]);
    if let Some(token_url) = &document.token_url {
        entries.push(entry("TOKEN_URL", "/token_url", token_url));
    }
    entries.extend([
        entry("API_BASE", "/api_base", &document.api_base),
        entry("GRANT", "/grant", &word::of(document.grant)),
        entry(
            "CLIENT_AUTHENTICATION",
            "/client_authentication",
            &word::of(document.client_authentication),
        ),
        entry(
            "BASIC_ENCODING",
            "/basic_encoding",
            &word::of(document.basic_encoding),
        ),
        entry("TOKEN_HEADER_NAME", "/token_header/name", &header.name),
        entry(
            "TOKEN_HEADER_SCHEME",
            "/token_header/scheme",
            &header.scheme,
        ),
        // A scope holds no blank (RFC 6749 §3.3).
        entry("SCOPES", "/scopes", &document.scopes.join(" ")),
    ]);
    if let Some(granted) = &document.granted_scopes {
        entries.push(entry(
            "GRANTED_SCOPES",
            "/granted_scopes",
            &granted.join(" "),
        ));
    }
}

fn push_client(entries: &mut Vec<Entry>, client: &Client) {
    match client {
        Client::Plain {
            client_id,
            client_secret,
        } => entries.extend([
            secret_entry("CLIENT_ID", "/client/client_id", client_id),
            secret_entry("CLIENT_SECRET", "/client/client_secret", client_secret),
        ]),
        Client::Reference { reference } => entries.extend([
            entry("SECRETS_VAULT", "/client/reference/vault", &reference.vault),
            entry(
                "SECRETS_SERVICE",
                "/client/reference/service",
                &reference.service,
            ),
            entry(
                "SECRETS_ACCOUNT",
                "/client/reference/account",
                &reference.account,
            ),
        ]),
    }
}

fn push_proof(entries: &mut Vec<Entry>, document: &Document) {
    let proof = &document.proof;
    let outcomes = proof.checks.iter();
    let checks: Vec<String> = outcomes
        .map(|check| format!("{}:{}", word::of(check.id), word::of(check.status)))
        .collect();
    entries.extend([
        entry("PROOF_VERDICT", "/proof/verdict", &word::of(proof.verdict)),
        entry(
            "PROVEN_AT",
            "/proof/proven_at",
            &proof.proven_at.to_string(),
        ),
        entry("PROOF_CONTENT_ID", "/proof/content_id", &proof.content_id),
        entry(
            "PROOF_TOOL_VERSION",
            "/proof/tool_version",
            &proof.tool_version,
        ),
        entry("PROOF_CHECKS", "/proof/checks", &checks.join(" ")),
    ]);
}

fn entry(key: &str, field: &str, value: &str) -> Entry {
    Entry {
        key: format!("PROOFKEY_{key}"),
        field: field.to_owned(),
        value: Secret::new(value.to_owned()),
    }
}

fn secret_entry(key: &str, field: &str, value: &Secret) -> Entry {
    entry(key, field, value.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_readers_read_differently_are_refused() {
        for (value, held) in [
            ("a\rb", "a carriage return"),
            ("a\\\\b", "two backslashes in a row"),
            ("a\\", "a backslash at its end"),
            ("${HOME}", "a dollar sign with a brace behind it"),
        ] {
            assert_eq!(quote_for(value), Err(Inexact(held)), "{value:?}");
        }
        for odd in ["'\"", "'$x", "'`id`", "'\\n"] {
            assert!(quote_for(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_value_stands_in_quotes_it_does_not_hold() {
        for value in [
            "", "$(id)", "`id`", "a\\nb", "#", "\"", "a\nb", "no", "$HOME",
        ] {
            assert_eq!(quote_for(value), Ok('\''), "{value:?}");
        }
        assert_eq!(quote_for("it's"), Ok('"'));
    }

    #[test]
    fn only_what_was_written_is_read() {
        for text in [
            "A=b\n",
            "A='b'",
            "A='b' # c\n",
            "export A='b'",
            "A='b\n",
            "=\n",
        ] {
            let is_read = read(text).is_some();
            assert!(!is_read, "{text:?}");
        }
    }
}
