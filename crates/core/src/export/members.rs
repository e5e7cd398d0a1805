//! A config file as a tree: what JSON, YAML and TOML write.

use super::document::{Client, Document, Proof};
use super::word;
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
        member("scopes", texts(&document.scopes)),
    ]);
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
    if !document.variables.is_empty() {
        let variables = &document.variables;
        let values = variables
            .iter()
            .map(|(key, value)| member(key, Tree::text(value)));
        tables.push(member("variables", Tree::Table(values.collect())));
    }
    tables.extend([
        member(
            "token_header",
            Tree::Table(vec![
                member("name", Tree::text(&document.token_header.name)),
                member("scheme", Tree::text(&document.token_header.scheme)),
            ]),
        ),
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
        } => Tree::Table(vec![
            member("client_id", Tree::Text(client_id.duplicate())),
            member("client_secret", Tree::Text(client_secret.duplicate())),
        ]),
        Client::Reference { reference } => Tree::Table(vec![member(
            "reference",
            Tree::Table(vec![
                member("vault", Tree::text(&reference.vault)),
                member("service", Tree::text(&reference.service)),
                member("account", Tree::text(&reference.account)),
            ]),
        )]),
    }
}

fn proof(proof: &Proof) -> Tree {
    let checks = proof.checks.iter().map(|check| {
        Tree::Table(vec![
            member("id", Tree::text(&word::of(check.id))),
            member("status", Tree::text(&word::of(check.status))),
        ])
    });
    Tree::Table(vec![
        member("verdict", Tree::text(&word::of(proof.verdict))),
        member("proven_at", Tree::text(&proof.proven_at.to_string())),
        member("content_id", Tree::text(&proof.content_id)),
        member("tool_version", Tree::text(&proof.tool_version)),
        member("checks", Tree::List(checks.collect())),
    ])
}

fn texts(values: &[String]) -> Tree {
    Tree::List(values.iter().map(|value| Tree::text(value)).collect())
}

fn member(name: &str, value: Tree) -> (String, Tree) {
    (name.to_owned(), value)
}
