//! What a practice server shows of itself. All of it is public by design.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::provider::{Grant, SigningAlgorithm};

/// A practice account to try with; its credentials are public by design.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PracticeAccount {
    pub account: String,
    pub region: String,
    pub client_id: String,
    pub client_secret: String,
    /// What happens with it: "Everything works", "The secret is refused".
    pub lesson: String,
    /// The grant that the lesson is about; its client has the other one as well.
    pub grant: Grant,
    /// What its client signs with, where it has a key beside the secret.
    pub key: Option<PracticeKey>,
    /// Who signs in, when a person has to.
    pub person: Option<PracticePerson>,
}

/// The key of a practice client; public by design.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PracticeKey {
    /// PKCS#8 in Base64 without armour, as Talkdesk delivers it.
    pub private_key: String,
    pub key_id: String,
    pub algorithm: SigningAlgorithm,
}

/// Somebody to sign in as at a practice login page; the password is public by design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PracticePerson {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// A practice authorization server that has what Talkdesk has not: discovery, pushed requests,
/// revocation. A provider can be made from its address alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PracticeIssuer {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    pub scopes: Vec<String>,
    pub person: PracticePerson,
}

/// The customer and the client that a practice server knows while it plays the system of a provider
/// file. All of it is public by design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PracticeCustomer {
    /// The file, by its ID.
    pub provider: String,
    pub variables: BTreeMap<String, String>,
    /// Empty where the system wants none.
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Made up, because every customer of such a system makes their own; what the file itself
    /// suggests is not repeated.
    pub scopes: Vec<String>,
    /// Who signs in, where a person approves.
    pub person: Option<PracticePerson>,
    /// The https address to register, where the system takes no address on this computer.
    pub callback: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PracticeView {
    pub running: bool,
    /// Another process runs it, and only there can it be ended.
    pub elsewhere: bool,
    /// The provider that it plays or, while nothing runs, that it would play.
    pub provider: String,
    pub address: Option<String>,
    pub accounts: Vec<PracticeAccount>,
    /// `None` while nothing runs, and where one system is played by its file.
    pub issuer: Option<PracticeIssuer>,
    /// Where one system is played by its file.
    pub customer: Option<PracticeCustomer>,
}
