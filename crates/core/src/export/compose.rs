//! Puts together what a config file says.

use std::collections::BTreeMap;

use super::ValidatedConnection;
use super::document::{
    Assertion, CheckOutcome, Client, ConnectionName, Document, Proof, SecretsReference, VERSION,
};
use super::schema::CONFIG_FILE_ID;
use crate::check::Report;
use crate::connection::Connection;
use crate::error::Problem;
use crate::probe::Presented;
use crate::provider::{self, ClientAuthentication, Grant, ParameterUse, TokenHeader};
use crate::vault::SecretDocument;

/// What to write in the place of the secrets.
pub enum ExportSecrets<'a> {
    /// Where they are kept. Nothing of the secrets is needed, so nothing of them can be written.
    Redacted(SecretsReference),
    /// The secrets themselves.
    Plain(&'a SecretDocument),
}

/// Puts together what a config file of this connection says.
///
/// Fails when the vault's document lacks the secret that the grant needs, or when a parameter can no
/// longer be worked out.
pub fn document(
    validated: &ValidatedConnection<'_>,
    secrets: ExportSecrets<'_>,
) -> Result<Document, Problem> {
    let (connection, provider) = (validated.connection, validated.provider);
    let mut variables = connection.variables.clone();
    let is_oauth = connection.grant.is_oauth();
    let token_url = validated.endpoints.token.as_ref().filter(|_| is_oauth);
    Ok(Document {
        schema: CONFIG_FILE_ID.to_owned(),
        version: VERSION,
        proofkey: env!("CARGO_PKG_VERSION").to_owned(),
        practice: connection.practice,
        provider: connection.provider.clone(),
        account: variables.remove("account"),
        region: variables.remove("region"),
        token_url: token_url.map(ToString::to_string),
        api_base: validated.api_base().to_string(),
        grant: connection.grant,
        client_authentication: connection.client_authentication,
        basic_encoding: connection.basic_encoding,
        client_assertion: Assertion::of(validated),
        body_format: provider.body_format,
        token_members: provider.token_response.token_members.clone(),
        scopes: provider::scopes(provider, connection),
        scope_separator: provider.scopes.separator.clone(),
        granted_scopes: validated.report.granted_scopes.clone(),
        connection: ConnectionName::of(connection),
        variables,
        parameters: connection.parameters.clone(),
        token_parameters: token_parameters(validated)?,
        token_header: token_header(validated),
        test_call: validated.test_call(),
        client: Client::of(validated, secrets)?,
        proof: Proof::of(connection, validated.report),
    })
}

fn token_parameters(
    validated: &ValidatedConnection<'_>,
) -> Result<BTreeMap<String, String>, Problem> {
    let (connection, provider) = (validated.connection, validated.provider);
    match connection.grant {
        Grant::ClientCredentials => {
            provider::request_parameters(provider, connection, ParameterUse::ClientCredentials)
        }
        _ => Ok(BTreeMap::new()),
    }
}

fn token_header(validated: &ValidatedConnection<'_>) -> Option<TokenHeader> {
    match validated.connection.grant {
        Grant::None => None,
        Grant::HttpBasic => Some(TokenHeader {
            name: "authorization".to_owned(),
            scheme: "Basic".to_owned(),
        }),
        Grant::ClientCredentials | Grant::AuthorizationCode | Grant::ApiKey => {
            Some(provider::token_header(validated.provider, validated.connection).clone())
        }
    }
}

impl Client {
    fn of(
        validated: &ValidatedConnection<'_>,
        secrets: ExportSecrets<'_>,
    ) -> Result<Self, Problem> {
        let connection = validated.connection;
        let stored = match secrets {
            _ if connection.grant == Grant::None => return Ok(Self::Nothing {}),
            ExportSecrets::Redacted(reference) => return Ok(Self::Reference { reference }),
            ExportSecrets::Plain(stored) => stored,
        };
        if connection.grant.is_oauth() {
            return Self::of_oauth(connection.client_authentication, stored);
        }
        match Presented::credentials(validated.provider, connection.grant, stored)? {
            Presented::Basic { username, password } => Ok(Self::Basic { username, password }),
            Presented::Key { key, .. } => Ok(Self::Key {
                api_key: key.duplicate(),
            }),
            Presented::Token { .. } | Presented::Nothing => Ok(Self::Nothing {}),
        }
    }
}

impl Client {
    fn of_oauth(
        authentication: ClientAuthentication,
        stored: &SecretDocument,
    ) -> Result<Self, Problem> {
        let client_id = stored.client_id.duplicate();
        let client_secret = match authentication {
            ClientAuthentication::PrivateKeyJwt => {
                let private_key = stored.required_private_key()?.duplicate();
                return Ok(Self::Signed {
                    client_id,
                    private_key,
                });
            }
            ClientAuthentication::None => None,
            ClientAuthentication::ClientSecretBasic
            | ClientAuthentication::ClientSecretPost
            | ClientAuthentication::ClientSecretJwt => {
                Some(stored.required_client_secret()?.duplicate())
            }
        };
        Ok(Self::Plain {
            client_id,
            client_secret,
        })
    }
}

impl Assertion {
    fn of(validated: &ValidatedConnection<'_>) -> Option<Self> {
        let connection = validated.connection;
        let signing = match connection.client_authentication {
            _ if !connection.grant.is_oauth() => return None,
            ClientAuthentication::PrivateKeyJwt => Some(connection.signing.as_ref()?),
            ClientAuthentication::ClientSecretJwt => None,
            ClientAuthentication::ClientSecretBasic
            | ClientAuthentication::ClientSecretPost
            | ClientAuthentication::None => return None,
        };
        let rules = &validated.provider.client_assertion;
        Some(Self {
            // RFC 7518 §3.1: the one algorithm that is used with client secrets here.
            algorithm: signing.map_or("HS256", |it| it.algorithm.name()).to_owned(),
            key_id: signing.and_then(|it| it.key_id.clone()),
            audience: rules.audience_of(&validated.endpoints)?,
            lifetime_seconds: rules.lifetime_seconds,
            thumbprint: signing.map(|it| it.thumbprint.clone()),
        })
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
    fn of(connection: &Connection, report: &Report) -> Self {
        Self {
            generation: Some(connection.secrets.0),
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
