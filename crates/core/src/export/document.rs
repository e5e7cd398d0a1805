//! What a config file says, before it has a format.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;

use super::ValidatedConnection;
use super::schema::CONFIG_FILE_ID;
use crate::check::{CheckId, CheckStatus, Report, Verdict};
use crate::connection::Connection;
use crate::provider::{self, BasicEncoding, ClientAuthentication, Grant, TokenHeader};
use crate::secret::Secret;

/// Version of the config file's shape.
pub const VERSION: u32 = 1;

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
    /// Requested scopes; empty asks for everything the client may have.
    pub scopes: Vec<String>,
    /// Scopes that the server granted during the proof, when it said so.
    #[schemars(extend("type" = "array"))]
    pub granted_scopes: Option<Vec<String>>,
    pub connection: ConnectionName,
    /// Values of the provider's other variables.
    #[schemars(default)]
    pub variables: BTreeMap<String, String>,
    /// How the access token is presented to the API.
    pub token_header: TokenHeader,
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

/// Client ID and client secret (RFC 6749 §2.3.1): themselves, or where they are kept.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
pub enum Client {
    /// In plain text: keep the file as safe as the secret.
    Plain {
        #[schemars(with = "String")]
        client_id: Secret,
        #[schemars(with = "String")]
        client_secret: Secret,
    },
    Reference {
        reference: SecretsReference,
    },
}

/// The item of a vault that holds client ID and client secret.
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

/// What to write in the place of the secrets.
pub enum ExportSecrets<'a> {
    /// Where they are kept. Nothing of the secrets is needed, so nothing of them can be written.
    Redacted(SecretsReference),
    /// The secrets themselves.
    Plain {
        client_id: &'a Secret,
        client_secret: &'a Secret,
    },
}

/// Puts together what a config file of this connection says.
pub fn document(validated: &ValidatedConnection<'_>, secrets: ExportSecrets<'_>) -> Document {
    let client = match secrets {
        ExportSecrets::Redacted(reference) => Client::Reference { reference },
        ExportSecrets::Plain {
            client_id,
            client_secret,
        } => Client::Plain {
            client_id: client_id.duplicate(),
            client_secret: client_secret.duplicate(),
        },
    };
    let connection = validated.connection;
    let mut variables = connection.variables.clone();
    Document {
        schema: CONFIG_FILE_ID.to_owned(),
        version: VERSION,
        proofkey: env!("CARGO_PKG_VERSION").to_owned(),
        practice: connection.practice,
        provider: connection.provider.clone(),
        account: variables.remove("account"),
        region: variables.remove("region"),
        token_url: validated.endpoints.token.as_ref().map(ToString::to_string),
        api_base: validated.endpoints.api_base.to_string(),
        grant: connection.grant,
        client_authentication: connection.client_authentication,
        basic_encoding: connection.basic_encoding,
        scopes: provider::scopes(validated.provider, connection),
        granted_scopes: validated.report.granted_scopes.clone(),
        connection: ConnectionName::of(connection),
        variables,
        token_header: validated.provider.token_header.clone(),
        client,
        proof: Proof::of(validated.report),
    }
}

impl Document {
    pub fn holds_secrets(&self) -> bool {
        matches!(self.client, Client::Plain { .. })
    }
}

impl ConnectionName {
    fn of(connection: &Connection) -> Self {
        Self {
            id: connection.id.to_string(),
            name: connection.name.clone(),
        }
    }
}

impl Proof {
    fn of(report: &Report) -> Self {
        Self {
            verdict: report.verdict,
            proven_at: report.finished_at,
            content_id: report.content_id.clone(),
            tool_version: report.tool_version.clone(),
            checks: report
                .checks
                .iter()
                .map(|check| CheckOutcome {
                    id: check.id,
                    status: check.status,
                })
                .collect(),
        }
    }
}
