//! The shape of a provider file. `deny_unknown_fields` everywhere: a misspelt key is an error.

mod answer;
mod app_events;
mod asked;
mod granted;
mod knowledge;
mod sign_in;
mod signed;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::approval::AuthorizationCode;
pub use answer::{
    AnsweredBase, ErrorSource, KnownError, ProbeRule, Refresh, RefreshPolicy, Scalar, TokenResponse,
};
pub use app_events::AppEvents;
pub use asked::{Detection, Region, RegionField, Variable, VariableKind};
pub use granted::{BasicEncoding, ClientAuthentication, Grant};
pub use knowledge::{CustomConnection, Deadline, Evidence};
pub use sign_in::{
    BodyFormat, ClientCredentialsGrant, CredentialField, ScopeUse, StaticCredentials,
};
pub use signed::{
    Acknowledgement, AssertionAudience, ClientAssertion, KeyOrigin, Rotation, ServiceTokens,
    SigningAlgorithm, TokenIntrospection,
};

/// How sure a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The vendor's own documentation says so.
    Documented,
    /// Seen to work in the field; not promised by the vendor.
    Observed,
    /// Follows from other facts.
    Inferred,
    /// Not settled: the person may have to correct it.
    Unverified,
}

/// One system that Proofkey can connect to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Version of this shape: 1.
    pub schema: u32,
    /// Lower-case name, also the file's name.
    pub id: String,
    /// Id of the provider whose values hold where this file is silent.
    #[serde(default)]
    pub extends: Option<String>,
    pub name: String,
    /// What else people call it, or what it is part of, for whoever searches: "Azure AD".
    #[serde(default)]
    pub also_known_as: Vec<String>,
    /// One sentence for the tile.
    pub summary: String,
    /// For instance "Contact centre".
    pub category: String,
    /// Month in which the values were last compared with their sources, "2026-11".
    pub as_of: String,
    /// What to ask of the person, in order.
    pub variables: Vec<Variable>,
    /// Where the system runs; empty when there is only one place.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// How a region can be found by asking public addresses.
    #[serde(default)]
    pub detection: Option<Detection>,
    /// Host suffixes of addresses people paste that belong to another family than the sign-in host,
    /// by region id: `{ us = ["mytalkdesk.com"] }`.
    #[serde(default)]
    pub pasted_suffixes: BTreeMap<String, Vec<String>>,
    /// Addresses people paste that name a variable in their path, not in their host:
    /// "<https://admin.example.com/store/{shop}>".
    #[serde(default)]
    pub pasted_addresses: Vec<String>,
    pub endpoints: Endpoints,
    /// Offered grants, the usual one first.
    pub grants: Vec<Grant>,
    /// Offered ways of client authentication, the usual one first.
    pub client_authentication: Vec<ClientAuthentication>,
    #[serde(default)]
    pub basic_encoding: BasicEncoding,
    /// For `private_key_jwt` and `client_secret_jwt`.
    #[serde(default)]
    pub client_assertion: ClientAssertion,
    /// Tokens that live long, where the provider issues them.
    #[serde(default)]
    pub service_tokens: Option<ServiceTokens>,
    /// What happens while credentials are replaced.
    #[serde(default)]
    pub rotation: Rotation,
    /// Signed events that bring the credentials of an installed app.
    #[serde(default)]
    pub app_events: Option<AppEvents>,
    /// Of every request to the token endpoint.
    #[serde(default)]
    pub body_format: BodyFormat,
    /// For the grant `client_credentials`.
    #[serde(default)]
    pub client_credentials: ClientCredentialsGrant,
    /// For the grant `authorization_code`.
    #[serde(default)]
    pub authorization_code: Option<AuthorizationCode>,
    /// For the grants `http_basic` and `api_key`.
    #[serde(default)]
    pub static_credentials: Option<StaticCredentials>,
    #[serde(default)]
    pub token_response: TokenResponse,
    #[serde(default)]
    pub refresh: Refresh,
    /// How an access token, or an API key, is presented to the API.
    pub token_header: TokenHeader,
    pub scopes: ScopeCatalogue,
    /// Calls that prove a token, the best first; the first whose scope was granted is used.
    pub probes: Vec<Probe>,
    /// How to create the client at the provider.
    pub guide: Vec<GuideStep>,
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// What ends or changes at the provider; shown before it is too late.
    #[serde(default)]
    pub deadlines: Vec<Deadline>,
    /// What refusals mean here.
    #[serde(default)]
    pub known_errors: Vec<KnownError>,
    /// How the system fits a custom connection of Talkdesk.
    #[serde(default)]
    pub custom_connection: CustomConnection,
    /// Where the values come from and how sure they are.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Anything a person must know before starting.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where the values come from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// URL templates; `{account}`, `{id_host}`, `{api_base}` are replaced by variables and region values.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// Required for every grant of OAuth.
    #[serde(default)]
    pub token: Option<String>,
    pub api_base: String,
    /// The API base that comes with a token takes the place of `api_base`.
    #[serde(default)]
    pub api_base_from: Option<AnsweredBase>,
    #[serde(default)]
    pub authorization: Option<String>,
    #[serde(default)]
    pub jwks: Option<String>,
    #[serde(default)]
    pub introspection: Option<String>,
    #[serde(default)]
    pub revocation: Option<String>,
    /// OpenID Connect Core §5.3, or an endpoint that answers like it.
    #[serde(default)]
    pub userinfo: Option<String>,
    /// RFC 9126.
    #[serde(default)]
    pub pushed_authorization: Option<String>,
    /// The issuer identifier, compared byte for byte (RFC 8414 §2).
    #[serde(default)]
    pub issuer: Option<String>,
    /// Where the server publishes its metadata (RFC 8414 §3, OpenID Connect Discovery §4). It is read
    /// again before each approval; addresses that moved since are named and not followed.
    #[serde(default)]
    pub metadata: Option<String>,
}

/// How an access token is presented to the API.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TokenHeader {
    /// Usually "authorization".
    pub name: String,
    /// "Bearer", another word, or empty for the token alone.
    pub scheme: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ScopeCatalogue {
    /// Between scopes in requests and answers; RFC 6749 §3.3 says a space.
    pub separator: String,
    /// A scope that is not listed may be typed.
    pub free_text: bool,
    /// Ticked at first.
    #[serde(default)]
    pub suggested: Vec<String>,
    /// Asked for with every approval, whatever is chosen.
    #[serde(default)]
    pub always: Vec<String>,
    /// A name may hold variables in braces: "{environment}/.default".
    pub entries: Vec<ScopeEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ScopeEntry {
    pub name: String,
    /// "General", "Early access", "Healthcare"...
    pub group: String,
    #[serde(default)]
    pub note: Option<String>,
    /// Only this grant may ask for it.
    #[serde(default)]
    pub grant: Option<Grant>,
    /// The server never names it among the granted scopes, even when it grants it.
    #[serde(default)]
    pub unanswered: bool,
}

/// One described GET request and what counts as success.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Path below the API base: "/account". May name variables in braces; without a value for one of
    /// them, the probe is left out.
    pub path: String,
    /// Further request headers: `"OData-Version" = "4.0"`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Granted scope that allows the call; none means always allowed.
    #[serde(default)]
    pub scope: Option<String>,
    /// Only a token of this grant may be used: some calls need a person behind it.
    #[serde(default)]
    pub grant: Option<Grant>,
    pub success_status: Vec<u16>,
    /// What the JSON answer must hold; some servers answer 200 to a refusal.
    #[serde(default)]
    pub requires: Vec<ProbeRule>,
    /// A member of the JSON answer that must equal a variable, to prove the right account answered.
    #[serde(default)]
    pub matches: Option<ProbeMatch>,
    /// What a success proves, for people: "the account answers by its own name".
    pub proves: String,
    pub certainty: Certainty,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ProbeMatch {
    /// JSON pointer (RFC 6901) into the answer: "/name".
    pub pointer: String,
    /// Variable to compare with, without regard to ASCII case.
    pub variable: String,
}

/// One numbered step of creating the client at the provider.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct GuideStep {
    pub title: String,
    pub text: String,
    /// A page to open; a template like the endpoints.
    #[serde(default)]
    pub url: Option<String>,
    /// Something to copy from here: "scopes" copies the chosen scopes, "`redirect_uris`" the addresses
    /// to register; anything else is literal text.
    #[serde(default)]
    pub copy: Option<String>,
    /// The step is for this grant only.
    #[serde(default)]
    pub grant: Option<Grant>,
    /// What is not certain about the step, said plainly.
    #[serde(default)]
    pub uncertain: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Usual life of an access token in seconds.
    #[serde(default)]
    pub access_token_seconds: Option<u32>,
    /// Taken for the life of a token when the server does not say; without it, such a token is used
    /// until it is refused.
    #[serde(default)]
    pub assumed_seconds: Option<u32>,
    /// After adding a scope to a client, refusals can last this long.
    #[serde(default)]
    pub scope_activation_seconds: Option<u32>,
}
