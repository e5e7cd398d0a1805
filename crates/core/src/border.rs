//! The shapes that cross from core to a door: the window's IPC and the command line's `--json`.
//! None of them can hold a secret.

mod authorization;
mod call;
mod event;
mod key;
mod provider;
mod rotation;
mod sheet;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use authorization::{
    ApprovedServer, AuthorizationEvent, AuthorizationFailure, AuthorizationRecord,
    AuthorizationStanding, AuthorizationStep, AuthorizationView, Consent, Person, RefreshOutcome,
    Waiting,
};
pub use call::{ApiAnswer, ApiBody, ApiCall, ApiHeader, ApiMethod};
pub use event::{EventDrop, EventImported, EventPreview, EventSigner, EventVerdict};
pub use key::{ChosenFile, KeptKeys, KeyView, NewKey};
pub use provider::{ProviderOrigin, ProviderView, ProviderWarning};
pub use rotation::{GenerationPlace, GenerationView, Retirement, RotationStep, RotationView};
pub use sheet::{
    SecretCopied, SecretMember, SheetAdditions, SheetLine, SheetOutcome, SheetValue, TalkdeskSheet,
};

use crate::check::{Check, CheckId, Report};
use crate::connection::{Finding, Installation, ResolvedEndpoints, ServiceToken, Signing};
use crate::export::ExportFormat;
use crate::provider::{BasicEncoding, ClientAuthentication, Grant, SigningAlgorithm};
use crate::vault::{Generation, VaultDescription};

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

/// What a typed or pasted account turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Located {
    /// The account name found, when it obeys rule I1.
    pub account: Option<String>,
    /// Region id, when the text was an address that names one.
    pub region: Option<String>,
    /// What was taken from the text, for people: "Taken from the address acme.talkdeskid.eu".
    pub taken_from: Option<String>,
    pub findings: Vec<Finding>,
}

/// What one region said about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sighting {
    Found,
    Absent,
    /// It could not be asked, or its answer says neither.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RegionSighting {
    pub region: String,
    pub label: String,
    pub sighting: Sighting,
    /// What the region's server did, in plain words.
    pub detail: String,
}

/// What a window receives while a proof runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProofEvent {
    Started { id: CheckId },
    Finished { check: Check },
}

/// Whether a file that was exported earlier still says what its connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportStanding {
    pub state: ExportState,
    /// Which generation of credentials the file carries, as far as it says.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub carries: Option<Generation>,
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub current: Generation,
    /// For people: "This file carries generation 2, the connection is at 3."
    pub summary: String,
    pub remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It carries the proof of the connection as it is now.
    Current,
    /// It carries an earlier one.
    Stale,
    /// It carries no proof of this connection that Proofkey knows.
    Unknown,
}

/// A redacted rendering of what an export would write.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportPreview {
    pub format: ExportFormat,
    pub file_name: String,
    /// Secrets are masked here whatever was chosen.
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportOutcome {
    pub path: String,
    /// "0600".
    pub mode: String,
    pub bytes: u64,
    pub format: ExportFormat,
    pub holds_secrets: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum ProxyChoice {
    /// What the system says.
    #[default]
    System,
    None,
    /// An http address without credentials: "<http://proxy.example:3128>".
    Manual {
        url: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub theme: Theme,
    pub proxy: ProxyChoice,
    /// A PEM file with additional certificate authorities.
    pub ca_file: Option<String>,
}

/// How the vault in use is doing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VaultStatus {
    pub description: VaultDescription,
    /// A throw-away item was written, read back and removed.
    pub working: bool,
    /// What is wrong when it is not.
    pub summary: Option<String>,
    pub remedy: Option<String>,
    /// Leftovers that were found and put right at start, for people.
    pub reconciled: Vec<String>,
}

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

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct About {
    pub version: String,
    pub config_dir: String,
    pub license: String,
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
