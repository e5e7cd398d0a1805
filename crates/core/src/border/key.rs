//! The public half of a key pair, to be registered at a provider.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::provider::SigningAlgorithm;

/// A key of ours as a door shows it. The private half never crosses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeyView {
    /// Of the kept key, or of the connection whose key it is.
    pub id: String,
    pub name: String,
    pub algorithm: SigningAlgorithm,
    /// The `kid`.
    pub key_id: Option<String>,
    /// RFC 7638, SHA-256, base64url.
    pub thumbprint: String,
    /// RFC 7517, on several lines.
    pub jwk: String,
    /// "-----BEGIN PUBLIC KEY-----".
    pub pem: String,
    /// Of a kept key: when it was made.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub created_at: Option<Timestamp>,
    /// Of a kept key: the id of the connection that it was made for.
    pub for_connection: Option<String>,
    /// A connection signs with it; otherwise it waits for one.
    pub in_use: bool,
}

/// All keys that wait for a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeptKeys {
    pub keys: Vec<KeyView>,
    /// Why some of their files cannot be used; those were left as they are.
    pub unreadable: Vec<crate::error::Problem>,
}

/// What is asked for when a pair is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct NewKey {
    /// For people; a name is suggested when it is empty.
    pub name: String,
    /// `None` takes what the provider of the connection prefers, or ES256.
    pub algorithm: Option<SigningAlgorithm>,
    /// The `kid` to publish it under; `None` takes the thumbprint, which is unique by itself.
    pub key_id: Option<String>,
    /// Name or id of the connection that is to take it.
    pub for_connection: Option<String>,
}

/// A file with a private key that a person chose. The key itself stays where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChosenFile {
    /// Names this very choice, so that another one does not take its place unseen.
    pub handle: u32,
    pub file_name: String,
}
