//! What a person typed, and everything that is wrong with it at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::signing::OpenedKey;
use super::{Redirect, ResolvedEndpoints, ServiceToken};
use crate::provider::{BasicEncoding, ClientAuthentication, Grant, SigningAlgorithm};
use crate::secret::Secret;

/// Input for a new connection or a changed one. It comes in by one IPC call or from the command line.
#[derive(Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConnectionDraft {
    /// For people; a name is suggested when it is empty.
    #[serde(default)]
    pub name: String,
    pub provider: String,
    pub grant: Grant,
    pub client_authentication: ClientAuthentication,
    /// `None` takes the provider's.
    #[serde(default)]
    pub basic_encoding: Option<BasicEncoding>,
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub practice: bool,
    /// For the authorization code grant; `None` keeps the stored one, or has one made.
    #[serde(default)]
    pub redirect: Option<Redirect>,
    /// Additional authentication parameters, as `Connection::parameters`.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// `None` keeps the stored one when a connection is changed.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub client_id: Option<Secret>,
    /// `None` keeps the stored one when a connection is changed.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub client_secret: Option<Secret>,
    /// For `private_key_jwt`.
    #[serde(default)]
    pub signing: SigningDraft,
    /// Asks for tokens that live long; `None` for the usual ones.
    #[serde(default)]
    pub service_token: Option<ServiceToken>,
}

/// The key of a client that signs, as it was typed, pasted or read from a file.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct SigningDraft {
    /// PEM (PKCS#8, SEC1, PKCS#1, encrypted or not), JWK, or Base64 without armour. `None` keeps the
    /// stored one when a connection is changed.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub private_key: Option<Secret>,
    /// In its place: the name or id of a key that Proofkey made and keeps. It goes over to the connection.
    pub kept_key: Option<String>,
    /// Of an encrypted private key.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub passphrase: Option<Secret>,
    /// The `kid` that the provider gave the key.
    pub key_id: Option<String>,
    /// `None` takes what the key's kind and the provider suggest.
    pub algorithm: Option<SigningAlgorithm>,
    /// The public half, PEM, JWK or Base64, when the person wants it compared.
    pub public_key: Option<String>,
    /// The private key above, once it was opened.
    #[serde(skip)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub opened: OpenedKey,
}

/// Credentials that are to take the place of others; what is `None` stays as it is.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct NewCredentials {
    /// In the place of the client ID.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub client_id: Option<Secret>,
    /// In the place of the client secret.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub client_secret: Option<Secret>,
    /// For `private_key_jwt`.
    pub signing: Option<SigningDraft>,
    /// A client secret that came along for a client that signs: it is delivered once, and kept for the day
    /// when the client signs in with it. No door asks for one.
    #[serde(skip)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub spare_secret: Option<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Note,
    Warning,
    /// The draft cannot be saved like this.
    Blocking,
}

/// One thing to say about a draft. It names the place, never the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Finding {
    /// Dotted path: "variables.account", "`client_secret`", "scopes".
    pub field: String,
    pub severity: Severity,
    /// What is wrong and where: "There is a blank at the end (position 41)."
    pub summary: String,
    /// What would be right, with an example.
    pub remedy: String,
    /// Proofkey can put it right when asked (hygiene findings).
    #[serde(default)]
    pub tidy: bool,
}

impl Finding {
    /// A finding that Proofkey cannot put right by itself.
    pub fn new(
        severity: Severity,
        field: impl Into<String>,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            severity,
            summary: summary.into(),
            remedy: remedy.into(),
            tidy: false,
        }
    }

    pub fn blocking(
        field: impl Into<String>,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Blocking, field, summary, remedy)
    }
}

/// All findings of a draft, with the endpoints as far as they could be worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DraftReview {
    pub findings: Vec<Finding>,
    pub endpoints: Option<ResolvedEndpoints>,
    /// What to register at the provider for the draft's redirect, in the order in which they are tried.
    pub redirect_uris: Vec<String>,
}

impl DraftReview {
    pub fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Blocking)
    }
}
