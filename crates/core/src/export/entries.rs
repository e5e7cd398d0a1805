//! A config file as a flat list of names and texts: what environments of all kinds hold.

use std::collections::BTreeMap;

use url::form_urlencoded;
use zeroize::Zeroizing;

use super::document::{BLANK, Client, Document};
use super::word;
use crate::provider::{BodyFormat, TokenResponse};
use crate::secret::Secret;

/// One name with its text.
pub(super) struct Entry {
    /// In capitals and without [`PREFIX`]: "`TOKEN_URL`".
    pub(super) name: String,
    /// The field in the other formats, as a JSON pointer.
    pub(super) field: String,
    pub(super) value: Secret,
    pub(super) is_secret: bool,
}

/// Why a value cannot stand in a format: where it is, and what it holds, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inexact {
    /// JSON pointer, as in [`Entry::field`].
    pub(super) field: String,
    pub(super) held: &'static str,
}

/// Before every name where an environment has one room for all programs.
const PREFIX: &str = "PROOFKEY_";

impl Entry {
    /// The name of the environment variable.
    pub(super) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    pub(super) fn inexact(&self, held: &'static str) -> Inexact {
        Inexact {
            field: self.field.clone(),
            held,
        }
    }
}

/// What the config file says, in order.
///
/// Fails when two scopes could be taken for three, or when a name is no environment variable.
pub(super) fn of(document: &Document) -> Result<Vec<Entry>, Inexact> {
    refuse_ambiguous_scopes(document)?;
    let mut entries = vec![
        entry("SCHEMA", "/$schema", &document.schema),
        entry("VERSION", "/version", &document.version.to_string()),
        entry("TOOL_VERSION", "/proofkey", &document.proofkey),
    ];
    if document.practice {
        entries.push(entry("PRACTICE", "/practice", "true"));
    }
    entries.push(entry("PROVIDER", "/provider", &document.provider));
    push_some(
        &mut entries,
        "ACCOUNT",
        "/account",
        document.account.as_ref(),
    );
    push_some(&mut entries, "REGION", "/region", document.region.as_ref());
    push_protocol(&mut entries, document);
    push_assertion(&mut entries, document);
    push_request(&mut entries, document);
    for (name, value) in &document.variables {
        let variable = format!("VARIABLE_{}", name.to_ascii_uppercase());
        entries.push(entry(&variable, &format!("/variables/{name}"), value));
    }
    push_call(&mut entries, document);
    push_client(&mut entries, &document.client);
    push_proof(&mut entries, document);
    match entries.iter().find(|entry| !is_variable_name(&entry.name)) {
        Some(odd) => Err(odd.inexact("a name that is no environment variable")),
        None => Ok(entries),
    }
}

/// A scope holds no blank (RFC 6749 §3.3), so that a blank can stand between them.
fn refuse_ambiguous_scopes(document: &Document) -> Result<(), Inexact> {
    let is_ambiguous = |scope: &String| scope.is_empty() || scope.contains(char::is_whitespace);
    for (field, scopes) in [
        ("/scopes", Some(&document.scopes)),
        ("/granted_scopes", document.granted_scopes.as_ref()),
    ] {
        if scopes.is_some_and(|scopes| scopes.iter().any(is_ambiguous)) {
            return Err(Inexact {
                field: field.to_owned(),
                held: "a scope with a blank in it",
            });
        }
    }
    Ok(())
}

fn is_variable_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn push_protocol(entries: &mut Vec<Entry>, document: &Document) {
    let named = &document.connection;
    let authentication = word::of(document.client_authentication);
    let encoding = word::of(document.basic_encoding);
    entries.extend([
        entry("CONNECTION_ID", "/connection/id", &named.id),
        entry("CONNECTION_NAME", "/connection/name", &named.name),
    ]);
    push_some(
        entries,
        "TOKEN_URL",
        "/token_url",
        document.token_url.as_ref(),
    );
    entries.extend([
        entry("API_BASE", "/api_base", &document.api_base),
        entry("GRANT", "/grant", &word::of(document.grant)),
        entry(
            "CLIENT_AUTHENTICATION",
            "/client_authentication",
            &authentication,
        ),
        entry("BASIC_ENCODING", "/basic_encoding", &encoding),
    ]);
    if let Some(header) = &document.token_header {
        entries.extend([
            entry("TOKEN_HEADER_NAME", "/token_header/name", &header.name),
            entry(
                "TOKEN_HEADER_SCHEME",
                "/token_header/scheme",
                &header.scheme,
            ),
        ]);
    }
    entries.push(entry("SCOPES", "/scopes", &document.scopes.join(" ")));
    let granted = document.granted_scopes.as_ref();
    let granted = granted.map(|scopes| scopes.join(" "));
    push_some(
        entries,
        "GRANTED_SCOPES",
        "/granted_scopes",
        granted.as_ref(),
    );
}

fn push_assertion(entries: &mut Vec<Entry>, document: &Document) {
    let Some(it) = &document.client_assertion else {
        return;
    };
    let lifetime = it.lifetime_seconds.to_string();
    entries.extend([
        entry(
            "ASSERTION_ALGORITHM",
            "/client_assertion/algorithm",
            &it.algorithm,
        ),
        entry(
            "ASSERTION_AUDIENCE",
            "/client_assertion/audience",
            &it.audience,
        ),
        entry(
            "ASSERTION_LIFETIME_SECONDS",
            "/client_assertion/lifetime_seconds",
            &lifetime,
        ),
    ]);
    for (name, field, value) in [
        ("KEY_ID", "/client_assertion/key_id", &it.key_id),
        (
            "KEY_THUMBPRINT",
            "/client_assertion/thumbprint",
            &it.thumbprint,
        ),
    ] {
        push_some(entries, name, field, value.as_ref());
    }
}

/// What a token request needs where it departs from the standard.
fn push_request(entries: &mut Vec<Entry>, document: &Document) {
    let separator = &document.scope_separator;
    if separator != BLANK {
        entries.push(entry("SCOPE_SEPARATOR", "/scope_separator", separator));
    }
    if document.body_format != BodyFormat::default() {
        let format = word::of(document.body_format);
        entries.push(entry("BODY_FORMAT", "/body_format", &format));
    }
    if document.token_members != TokenResponse::default().token_members {
        let members = document.token_members.join(" ");
        entries.push(entry("TOKEN_MEMBERS", "/token_members", &members));
    }
    for (name, field, parameters) in [
        ("PARAMETERS", "/parameters", &document.parameters),
        (
            "TOKEN_PARAMETERS",
            "/token_parameters",
            &document.token_parameters,
        ),
    ] {
        if !parameters.is_empty() {
            entries.push(entry(name, field, &form(parameters)));
        }
    }
}

fn push_call(entries: &mut Vec<Entry>, document: &Document) {
    let Some(call) = &document.test_call else {
        return;
    };
    entries.push(entry("TEST_CALL_URL", "/test_call/url", &call.url));
    if !call.headers.is_empty() {
        let headers = form(&call.headers);
        entries.push(entry("TEST_CALL_HEADERS", "/test_call/headers", &headers));
    }
}

fn push_client(entries: &mut Vec<Entry>, client: &Client) {
    match client {
        Client::Plain {
            client_id,
            client_secret,
        } => {
            entries.push(secret("CLIENT_ID", "/client/client_id", client_id));
            if let Some(it) = client_secret {
                entries.push(secret("CLIENT_SECRET", "/client/client_secret", it));
            }
        }
        Client::Signed {
            client_id,
            private_key,
        } => entries.extend([
            secret("CLIENT_ID", "/client/client_id", client_id),
            secret("PRIVATE_KEY", "/client/private_key", private_key),
        ]),
        Client::Basic { username, password } => entries.extend([
            secret("USERNAME", "/client/username", username),
            secret("PASSWORD", "/client/password", password),
        ]),
        Client::Key { api_key } => entries.push(secret("API_KEY", "/client/api_key", api_key)),
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
        Client::Nothing {} => {}
    }
}

fn push_proof(entries: &mut Vec<Entry>, document: &Document) {
    let proof = &document.proof;
    let outcomes = proof.checks.iter();
    let checks: Vec<String> = outcomes
        .map(|check| format!("{}:{}", word::of(check.id), word::of(check.status)))
        .collect();
    let proven_at = proof.proven_at.to_string();
    let generation = proof.generation.map(|number| number.to_string());
    entries
        .extend(generation.map(|number| entry("PROOF_GENERATION", "/proof/generation", &number)));
    entries.extend([
        entry("PROOF_VERDICT", "/proof/verdict", &word::of(proof.verdict)),
        entry("PROVEN_AT", "/proof/proven_at", &proven_at),
        entry("PROOF_CONTENT_ID", "/proof/content_id", &proof.content_id),
        entry(
            "PROOF_TOOL_VERSION",
            "/proof/tool_version",
            &proof.tool_version,
        ),
        entry("PROOF_CHECKS", "/proof/checks", &checks.join(" ")),
    ]);
}

/// Names and values in one text that keeps both exactly, whatever they hold: form-encoded, as a token
/// request takes them.
fn form(values: &BTreeMap<String, String>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(values);
    form.finish()
}

fn push_some(entries: &mut Vec<Entry>, name: &str, field: &str, value: Option<&String>) {
    entries.extend(value.map(|value| entry(name, field, value)));
}

fn entry(name: &str, field: &str, value: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        field: field.to_owned(),
        value: Secret::new(value.to_owned()),
        is_secret: false,
    }
}

fn secret(name: &str, field: &str, value: &Secret) -> Entry {
    Entry {
        is_secret: true,
        ..entry(name, field, value.expose())
    }
}

/// Whether `pairs`, which were read back, are `entries` with their environment names.
pub(super) fn are_same(pairs: &[(String, Secret)], entries: &[Entry]) -> bool {
    pairs.len() == entries.len()
        && pairs.iter().zip(entries).all(|((name, value), entry)| {
            *name == entry.variable() && value.expose() == entry.value.expose()
        })
}

/// For values that come decoded.
pub(super) fn wiped(bytes: Vec<u8>) -> Option<Secret> {
    let bytes = Zeroizing::new(bytes);
    let text = std::str::from_utf8(&bytes).ok()?;
    Some(Secret::new(text.to_owned()))
}
