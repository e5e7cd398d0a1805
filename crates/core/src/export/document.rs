//! What a config file says, before it has a format.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;

use super::schema::CONFIG_FILE_ID;
use crate::check::{CheckId, CheckStatus, Verdict};
use crate::provider::{
    BasicEncoding, BodyFormat, ClientAuthentication, Grant, TokenHeader, TokenResponse,
};
use crate::secret::Secret;

/// Version of the config file's shape.
pub const VERSION: u32 = 1;

/// Between scopes, where nothing else is said (RFC 6749 §3.3).
pub(super) const BLANK: &str = " ";

/// A connection that Proofkey set up and proved, for whatever will use it.
///
/// Everything needed for a token request and an API call is here, with the secrets themselves or with
/// the place where they are kept.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Proofkey config file")]
pub struct Document {
    /// Address of the JSON Schema that describes the file.
    #[schemars(rename = "$schema", extend("const" = CONFIG_FILE_ID))]
    pub schema: String,
    /// Version of the file's shape.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Version of Proofkey that wrote the file.
    pub proofkey: String,
    /// Present and true when the connection talks to the practice server and never to the real one.
    #[schemars(default)]
    pub practice: bool,
    /// Provider id, for instance "talkdesk".
    pub provider: String,
    /// The account at the provider, where it has accounts.
    #[schemars(extend("type" = "string"))]
    pub account: Option<String>,
    /// Region id at the provider, where it has regions.
    #[schemars(extend("type" = "string"))]
    pub region: Option<String>,
    /// Token endpoint (RFC 6749 §3.2).
    /// Absent where nothing issues tokens.
    #[schemars(extend("type" = "string", "format" = "uri"))]
    pub token_url: Option<String>,
    /// What API paths are appended to.
    #[schemars(extend("format" = "uri"))]
    pub api_base: String,
    pub grant: Grant,
    pub client_authentication: ClientAuthentication,
    /// How client ID and secret are written when `client_authentication` is `client_secret_basic`.
    pub basic_encoding: BasicEncoding,
    /// How each client assertion is made (RFC 7523 §3), when the client signs its requests.
    #[schemars(with = "Assertion", default, skip_serializing_if = "Option::is_none")]
    pub client_assertion: Option<Assertion>,
    /// How the parameters of a token request are written.
    #[schemars(default)]
    pub body_format: BodyFormat,
    /// Members of the token response that may hold the access token; the first that is there counts.
    #[schemars(default = "access_token")]
    pub token_members: Vec<String>,
    /// Requested scopes; empty asks for everything the client may have.
    pub scopes: Vec<String>,
    /// What stands between scopes in a request.
    #[schemars(default = "blank")]
    pub scope_separator: String,
    /// Scopes that the server granted during the proof, when it said so.
    #[schemars(extend("type" = "array"))]
    pub granted_scopes: Option<Vec<String>>,
    pub connection: ConnectionName,
    /// Values of the provider's other variables.
    #[schemars(default)]
    pub variables: BTreeMap<String, String>,
    /// The connection's own additional authentication parameters, for instance `audience`.
    #[schemars(default)]
    pub parameters: BTreeMap<String, String>,
    /// Everything that a token request of the client credentials grant holds beside grant type, scope and
    /// client authentication: parameters of the provider, and `parameters`.
    #[schemars(default)]
    pub token_parameters: BTreeMap<String, String>,
    /// How the access token, or the key, is presented to the API. Absent where nothing is.
    #[schemars(with = "TokenHeader", default, skip_serializing_if = "Option::is_none")]
    pub token_header: Option<TokenHeader>,
    /// A harmless call that the API answered during the proof, below `api_base`.
    #[schemars(with = "TestCall", default, skip_serializing_if = "Option::is_none")]
    pub test_call: Option<TestCall>,
    pub client: Client,
    pub proof: Proof,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ConnectionName {
    /// Lower-case letters, digits and hyphens.
    #[schemars(regex(pattern = r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"))]
    pub id: String,
    /// For people.
    pub name: String,
}

/// What a client assertion is made of, beside the client ID (as `iss` and `sub`), a `jti` and the time.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Assertion {
    /// `alg` of its header: "ES256"; "HS256" where the client secret signs.
    pub algorithm: String,
    /// `kid` of its header; left out when the key has none.
    #[schemars(extend("type" = "string"))]
    pub key_id: Option<String>,
    /// `aud`, one string.
    pub audience: String,
    /// From `iat` to `exp`.
    #[schemars(range(min = 1, max = 300))]
    pub lifetime_seconds: u32,
    /// Of the public key (RFC 7638, SHA-256, base64url).
    #[schemars(extend("type" = "string"))]
    pub thumbprint: Option<String>,
}

/// A GET request.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TestCall {
    #[schemars(extend("format" = "uri"))]
    pub url: String,
    /// Further headers.
    #[schemars(default)]
    pub headers: BTreeMap<String, String>,
}

/// What the connection shows of itself (RFC 6749 §2.3.1, or a system's own): itself, or where it is kept.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
pub enum Client {
    /// In plain text: keep the file as safe as the secret.
    Plain {
        #[schemars(with = "String")]
        client_id: Secret,
        /// Absent for a public client (RFC 6749 §2.1).
        #[schemars(with = "String", default)]
        client_secret: Option<Secret>,
    },
    /// For `private_key_jwt`: the key as PKCS#8 PEM. Keep the file as safe as the key.
    Signed {
        #[schemars(with = "String")]
        client_id: Secret,
        #[schemars(with = "String")]
        private_key: Secret,
    },
    /// For the grant `http_basic`: both sides of the colon (RFC 7617), as they are sent.
    Basic {
        #[schemars(with = "String")]
        username: Secret,
        #[schemars(with = "String")]
        password: Secret,
    },
    /// For the grant `api_key`: the key as it is sent.
    Key {
        #[schemars(with = "String")]
        api_key: Secret,
    },
    Reference {
        reference: SecretsReference,
    },
    /// Nothing is shown, so nothing is kept: for the grant `none`.
    Nothing {},
}

/// The item of a vault that holds the secrets.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SecretsReference {
    /// For people: "System keychain (Secret Service)".
    pub vault: String,
    /// The item's service: "dev.proofkey".
    pub service: String,
    /// The item's account: connection id and generation.
    pub account: String,
}

/// What was proven, when, and by which version.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Proof {
    pub verdict: Verdict,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub proven_at: Timestamp,
    /// Names the content of the connection that was proven.
    pub content_id: String,
    /// Which generation of the connection's credentials was proven. Absent in files of before they were
    /// counted.
    #[schemars(default, extend("type" = "integer"))]
    pub generation: Option<u32>,
    /// Version of Proofkey that ran the checks.
    pub tool_version: String,
    pub checks: Vec<CheckOutcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckOutcome {
    pub id: CheckId,
    pub status: CheckStatus,
}

impl Document {
    /// Whether a private key takes the place of the client secret.
    pub(super) fn signs_with_a_key(&self) -> bool {
        self.grant.is_oauth() && self.client_authentication == ClientAuthentication::PrivateKeyJwt
    }

    pub fn holds_secrets(&self) -> bool {
        match self.client {
            Client::Plain { .. }
            | Client::Signed { .. }
            | Client::Basic { .. }
            | Client::Key { .. } => true,
            Client::Reference { .. } | Client::Nothing {} => false,
        }
    }
}

/// For the published schema.
fn access_token() -> Vec<String> {
    TokenResponse::default().token_members
}

/// For the published schema.
fn blank() -> String {
    BLANK.to_owned()
}
