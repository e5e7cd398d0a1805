//! A connection as a door shows it, and what becomes of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AuthorizationView, RotationView};
use crate::check::{Check, CheckId, Report};
use crate::connection::{Installation, ResolvedEndpoints, ServiceToken, Signing};
use crate::provider::{BasicEncoding, ClientAuthentication, Grant};
use crate::vault::Generation;

/// What is known of a connection's health. `Unknown` is grey everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The last proof passed, on this very content.
    Proven,
    /// The last proof failed.
    Failed,
    /// Never proven.
    Unproven,
    /// Changed since the last proof.
    Stale,
}

/// A stored connection without its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConnectionView {
    pub id: String,
    pub name: String,
    pub provider: String,
    pub provider_name: String,
    pub grant: Grant,
    pub client_authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    pub scopes: Vec<String>,
    pub variables: BTreeMap<String, String>,
    /// "acme", when the provider tells accounts apart by a host name.
    pub account: Option<String>,
    /// "Europe (EU)", when the provider has regions.
    pub region_label: Option<String>,
    /// Additional authentication parameters.
    pub parameters: BTreeMap<String, String>,
    /// Which key signs, for `private_key_jwt`.
    #[serde(default)]
    pub signing: Option<Signing>,
    /// It asks for tokens that live long.
    #[serde(default)]
    pub service_token: Option<ServiceToken>,
    /// Which generation of credentials is the current one; exported files name it.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub generation: Generation,
    /// `None` while no credentials stand beside the current ones.
    #[serde(default)]
    pub rotation: Option<RotationView>,
    /// Of which installation of an app the credentials are.
    #[serde(default)]
    pub installation: Option<Installation>,
    /// When the one that is kept ends.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub service_token_ends_at: Option<Timestamp>,
    pub practice: bool,
    pub endpoints: Option<EndpointsView>,
    /// Of a connection with the authorization code grant.
    pub authorization: Option<AuthorizationView>,
    pub standing: Standing,
    /// When the last proof finished.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub proven_at: Option<Timestamp>,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub created_at: Timestamp,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub changed_at: Timestamp,
    /// Usual life of an access token in seconds, when known.
    pub access_token_seconds: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EndpointsView {
    /// `None` where nothing issues tokens.
    pub token: Option<String>,
    pub api_base: String,
    pub authorization: Option<String>,
}

impl From<&ResolvedEndpoints> for EndpointsView {
    fn from(endpoints: &ResolvedEndpoints) -> Self {
        Self {
            token: endpoints.token.as_ref().map(ToString::to_string),
            api_base: endpoints.api_base.to_string(),
            authorization: endpoints.authorization.as_ref().map(ToString::to_string),
        }
    }
}

/// What a window receives while a proof runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProofEvent {
    Started { id: CheckId },
    Finished { check: Check },
}

/// What became of the tokens of a connection that was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Removal {
    /// The provider withdrew at least one of them.
    pub revoked: bool,
    /// What may stay valid at the provider, for people.
    pub notes: Vec<String>,
}

/// A connection's page: the view and its last report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConnectionPage {
    pub connection: ConnectionView,
    pub report: Option<Report>,
}
