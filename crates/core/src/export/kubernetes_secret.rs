//! A manifest of a Kubernetes Secret, with the names that dotenv has: a container takes them all by
//! `envFrom`, or mounts them as files.
//!
//! The values are in `data` and not in `stringData`, which is written only: a name that a later manifest
//! leaves out would stay in the cluster, and server-side apply does not merge it rightly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::document::{Client, Document};
use super::entries::{self, Entry};
use super::members::member;
use crate::error::{Code, Problem};
use crate::secret::Secret;
use crate::tree::Tree;

/// The manifest as a tree.
pub(super) fn manifest(document: &Document, entries: &[Entry]) -> Tree {
    let encoded = |entry: &Entry| {
        let encoded = Zeroizing::new(STANDARD.encode(entry.value.expose()));
        (entry.variable(), Tree::text(&encoded))
    };
    Tree::Table(vec![
        member("apiVersion", Tree::text("v1")),
        member("kind", Tree::text("Secret")),
        member("metadata", metadata(document)),
        member("type", Tree::text("Opaque")),
        member("data", Tree::Table(entries.iter().map(encoded).collect())),
    ])
}

/// What a cluster would hold of `manifest`, decoded; `None` when it is not one.
pub(super) fn read(manifest: &Tree) -> Option<Vec<(String, Secret)>> {
    let Tree::Table(data) = manifest.member("data")? else {
        return None;
    };
    data.iter()
        .map(|(name, value)| {
            let Tree::Text(value) = value else {
                return None;
            };
            let decoded = STANDARD.decode(value.expose()).ok()?;
            Some((name.clone(), entries::wiped(decoded)?))
        })
        .collect()
}

/// A Secret without the secrets would take them away from a cluster that has them.
pub(super) fn refuse_redacted(document: &Document) -> Result<(), Problem> {
    match document.client {
        Client::Reference { .. } => Err(Problem::new(
            Code::ExportNotRepresentable,
            "A Kubernetes Secret without the secrets would replace one that holds them.",
            "Include the secrets in plain text, or choose a format that can name the place where they are kept: JSON, YAML, TOML or dotenv.",
        )
        .at("/client")),
        _ => Ok(()),
    }
}

/// A name in a cluster is a DNS subdomain (RFC 1123), which connection ids are. Labels hold 63 characters
/// of few kinds, so that whatever a person typed is an annotation.
fn metadata(document: &Document) -> Tree {
    let named = &document.connection;
    let proof = &document.proof;
    let proven_at = proof.proven_at.to_string();
    let mut annotations = vec![
        ("connection-id", &named.id),
        ("connection-name", &named.name),
        ("provider", &document.provider),
        ("proven-at", &proven_at),
        ("proof-content-id", &proof.content_id),
    ];
    let generation = proof.generation.map(|number| number.to_string());
    annotations.extend(generation.iter().map(|number| ("proof-generation", number)));
    let practice = "true".to_owned();
    if document.practice {
        annotations.push(("practice", &practice));
    }
    let annotations = annotations
        .into_iter()
        .map(|(name, value)| (format!("proofkey.dev/{name}"), Tree::text(value)));
    let labels = vec![member(
        "app.kubernetes.io/managed-by",
        Tree::text("proofkey"),
    )];
    Tree::Table(vec![
        member("name", Tree::text(&format!("proofkey-{}", named.id))),
        member("labels", Tree::Table(labels)),
        member("annotations", Tree::Table(annotations.collect())),
    ])
}
