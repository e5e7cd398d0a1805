//! A key pair that was made here and waits until its public half is registered and a connection takes it.
//!
//! Its private half is in the vault, in a document like that of a connection; this is the rest.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ConnectionId;
use crate::provider::SigningAlgorithm;
use crate::vault::Generation;

/// What the file of a kept key holds. No secret is part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptKey {
    /// Version of this shape: 1.
    pub version: u32,
    /// Of the same kind as those of connections, so that no two documents in a vault share a name.
    pub id: ConnectionId,
    /// For people: "Acme reports".
    pub name: String,
    pub algorithm: SigningAlgorithm,
    /// The `kid` under which it is published.
    pub key_id: String,
    /// The public half: "-----BEGIN PUBLIC KEY-----".
    pub public_key: String,
    pub created_at: Timestamp,
    /// Which document in the vault holds the private half.
    pub secrets: Generation,
    /// The connection that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_connection: Option<ConnectionId>,
}
