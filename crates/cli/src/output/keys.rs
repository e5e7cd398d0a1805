//! Key pairs for people: what is public of them.

use std::fmt::Write;

use proofkey_core::border::{KeptKeys, KeyView};

use super::tables::{Facts, moment};

/// One line a key.
pub(crate) fn key_list(kept: &KeptKeys) -> String {
    if kept.keys.is_empty() && kept.unreadable.is_empty() {
        return "No key waits for a connection. Make one with \"proofkey key new\".".to_owned();
    }
    let width = kept
        .keys
        .iter()
        .map(|key| key.id.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for key in &kept.keys {
        let made = key.created_at.map(moment).unwrap_or_default();
        let target = key
            .for_connection
            .as_ref()
            .map(|id| format!(", for {id}"))
            .unwrap_or_default();
        let _infallible = writeln!(
            text,
            "{:<width$}  {:<5}  made {made}  {}{target}",
            key.id,
            key.algorithm.name(),
            key.name
        );
    }
    for problem in &kept.unreadable {
        let _infallible = writeln!(text, "Left alone: {}", problem.summary);
    }
    text
}

/// Everything that is registered at a provider.
pub(crate) fn key_page(key: &KeyView) -> String {
    let mut facts = Facts::default();
    facts.add(
        if key.in_use { "Connection" } else { "Name" },
        key.name.as_str(),
    );
    facts.add("Id", key.id.as_str());
    facts.add("Algorithm", key.algorithm.name());
    facts.add("Key ID", key.key_id.as_deref().unwrap_or("none"));
    facts.add("Thumbprint", key.thumbprint.as_str());
    if let Some(made) = key.created_at {
        facts.add("Made", moment(made));
    }
    if let Some(connection) = &key.for_connection {
        facts.add("For", connection.as_str());
    }
    format!(
        "{}\nPublic key as JWK\n{}\n\nPublic key as PEM\n{}",
        facts.text(),
        key.jwk,
        key.pem
    )
}
