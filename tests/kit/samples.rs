//! Connections and secrets to try things with.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proofkey_core::Secret;
use proofkey_core::connection::{Connection, ConnectionId};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication, Grant};
use proofkey_core::vault::{Generation, SecretDocument};

/// A connection whose id and name come from `name`.
pub fn sample(name: &str) -> Connection {
    Connection {
        version: 1,
        id: ConnectionId::from_name(name),
        name: name.to_owned(),
        provider: "talkdesk".to_owned(),
        grant: Grant::ClientCredentials,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: BasicEncoding::Form,
        scopes: vec!["account:read".to_owned()],
        practice: false,
        redirect: None,
        created_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        secrets: Generation::FIRST,
        parameters: BTreeMap::new(),
        destinations: Vec::new(),
        variables: BTreeMap::from([("account".to_owned(), "acme".to_owned())]),
        signing: None,
        service_token: None,
        service_token_ends_at: None,
        installation: None,
        generations: Vec::new(),
        newest_generation: None,
    }
}

/// Secrets with that client secret.
pub fn document(client_secret: &str) -> SecretDocument {
    let secret = Secret::new(client_secret.to_owned());
    SecretDocument::new(Secret::new("client-id".to_owned()), Some(secret))
}

/// The client secret in it.
pub fn secret_of(document: &SecretDocument) -> &str {
    document.client_secret.as_ref().map_or("", Secret::expose)
}
