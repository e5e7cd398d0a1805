//! A config file as a tree: what JSON, YAML and TOML write.

use std::collections::BTreeMap;

use super::document::{Assertion, BLANK, Client, Document, Proof, SecretsReference};
use super::word;
use crate::provider::{BodyFormat, TokenResponse};
use crate::secret::Secret;
use crate::tree::Tree;

/// The members in the order in which they are written; what is absent or empty by default is left out.
pub(super) fn of(document: &Document) -> Tree {
    let mut members = vec![
        member("$schema", Tree::text(&document.schema)),
        member("version", Tree::Whole(i64::from(document.version))),
        member("proofkey", Tree::text(&document.proofkey)),
    ];
    if document.practice {
        members.push(member("practice", Tree::Flag(true)));
    }
    members.push(member("provider", Tree::text(&document.provider)));
    for (name, value) in [("account", &document.account), ("region", &document.region)] {
        if let Some(value) = value {
            members.push(member(name, Tree::text(value)));
        }
    }
    if let Some(token_url) = &document.token_url {
        members.push(member("token_url", Tree::text(token_url)));
    }
    members.extend([
        member("api_base", Tree::text(&document.api_base)),
        member("grant", Tree::text(&word::of(document.grant))),
        member(
            "client_authentication",
            Tree::text(&word::of(document.client_authentication)),
        ),
        member(
            "basic_encoding",
            Tree::text(&word::of(document.basic_encoding)),
        ),
    ]);
    if document.body_format != BodyFormat::default() {
        let format = word::of(document.body_format);
        members.push(member("body_format", Tree::text(&format)));
    }
    if document.token_members != TokenResponse::default().token_members {
        members.push(member("token_members", texts(&document.token_members)));
    }
    members.push(member("scopes", texts(&document.scopes)));
    if document.scope_separator != BLANK {
        let separator = Tree::text(&document.scope_separator);
        members.push(member("scope_separator", separator));
    }
    if let Some(granted) = &document.granted_scopes {
        members.push(member("granted_scopes", texts(granted)));
    }
    members.extend(tables(document));
    Tree::Table(members)
}

fn tables(document: &Document) -> Vec<(String, Tree)> {
    let mut tables = vec![member(
        "connection",
        Tree::Table(vec![
            member("id", Tree::text(&document.connection.id)),
            member("name", Tree::text(&document.connection.name)),
        ]),
    )];
    if let Some(assertion) = &document.client_assertion {
        tables.push(member("client_assertion", of_assertion(assertion)));
    }
    for (name, values) in [
        ("variables", &document.variables),
        ("parameters", &document.parameters),
        ("token_parameters", &document.token_parameters),
    ] {
        if !values.is_empty() {
            tables.push(member(name, named(values)));
        }
    }
    if let Some(header) = &document.token_header {
        let members = vec![
            member("name", Tree::text(&header.name)),
            member("scheme", Tree::text(&header.scheme)),
        ];
        tables.push(member("token_header", Tree::Table(members)));
    }
    if let Some(call) = &document.test_call {
        let mut members = vec![member("url", Tree::text(&call.url))];
        if !call.headers.is_empty() {
            members.push(member("headers", named(&call.headers)));
        }
        tables.push(member("test_call", Tree::Table(members)));
    }
    tables.extend([
        member("client", client(&document.client)),
        member("proof", proof(&document.proof)),
    ]);
    tables
}

fn client(client: &Client) -> Tree {
    match client {
        Client::Plain {
            client_id,
            client_secret,
        } => {
            let mut members = vec![secret("client_id", client_id)];
            members.extend(client_secret.iter().map(|it| secret("client_secret", it)));
            Tree::Table(members)
        }
        Client::Signed {
            client_id,
            private_key,
        } => Tree::Table(vec![
            secret("client_id", client_id),
            secret("private_key", private_key),
        ]),
        Client::Basic { username, password } => Tree::Table(vec![
            secret("username", username),
            secret("password", password),
        ]),
        Client::Key { api_key } => Tree::Table(vec![secret("api_key", api_key)]),
        Client::Reference { reference } => Tree::Table(vec![member("reference", kept(reference))]),
        Client::Nothing {} => Tree::Table(Vec::new()),
    }
}

fn of_assertion(assertion: &Assertion) -> Tree {
    let mut members = vec![
        member("algorithm", Tree::text(&assertion.algorithm)),
        member("audience", Tree::text(&assertion.audience)),
        member(
            "lifetime_seconds",
            Tree::Whole(i64::from(assertion.lifetime_seconds)),
        ),
    ];
    for (name, value) in [
        ("key_id", &assertion.key_id),
        ("thumbprint", &assertion.thumbprint),
    ] {
        members.extend(value.iter().map(|value| member(name, Tree::text(value))));
    }
    Tree::Table(members)
}

/// Where the secrets are.
pub(super) fn kept(reference: &SecretsReference) -> Tree {
    Tree::Table(vec![
        member("vault", Tree::text(&reference.vault)),
        member("service", Tree::text(&reference.service)),
        member("account", Tree::text(&reference.account)),
    ])
}

fn proof(proof: &Proof) -> Tree {
    let checks = proof.checks.iter().map(|check| {
        Tree::Table(vec![
            member("id", Tree::text(&word::of(check.id))),
            member("status", Tree::text(&word::of(check.status))),
        ])
    });
    let mut members = vec![
        member("verdict", Tree::text(&word::of(proof.verdict))),
        member("proven_at", Tree::text(&proof.proven_at.to_string())),
        member("content_id", Tree::text(&proof.content_id)),
    ];
    let generation = proof.generation.map(i64::from).map(Tree::Whole);
    members.extend(generation.map(|number| member("generation", number)));
    members.extend([
        member("tool_version", Tree::text(&proof.tool_version)),
        member("checks", Tree::List(checks.collect())),
    ]);
    Tree::Table(members)
}

fn named(values: &BTreeMap<String, String>) -> Tree {
    let members = values.iter();
    Tree::Table(
        members
            .map(|(key, value)| member(key, Tree::text(value)))
            .collect(),
    )
}

fn secret(name: &str, value: &Secret) -> (String, Tree) {
    (name.to_owned(), Tree::Text(value.duplicate()))
}

fn texts(values: &[String]) -> Tree {
    Tree::List(values.iter().map(|value| Tree::text(value)).collect())
}

pub(super) fn member(name: &str, value: Tree) -> (String, Tree) {
    (name.to_owned(), value)
}
