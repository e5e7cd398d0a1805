//! The judge that asks the authorization server itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::integration::{Auth, Scalar};
use proofkey_core::oauth::client_assertion::Assertions;
use proofkey_core::oauth::{self, ClientCredentials, Dialect, TokenErrorKind, client_credentials};
use proofkey_core::ports::Clock;
use proofkey_core::provider::{
    self, BasicEncoding, ClientAuthentication, Grant, Provider, VariableKind,
};
use proofkey_core::secret::Secret;
use proofkey_core::system::network::Network;

use crate::judge::{Judge, Judgement};

/// How the clients to be judged authenticate, and what the configuration decides for all of them.
pub struct Client {
    pub authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    /// Requested for the trial; empty asks for everything the client may have.
    pub scopes: Vec<String>,
    /// Values of the provider's variables that no caller may choose.
    pub fixed: BTreeMap<String, String>,
}

/// Accepts credentials with which the provider's token endpoint gives a token (RFC 6749 §4.4).
///
/// It reads `client_id` and `client_secret` from `auth`, and those variables of the provider that are
/// account names or regions and not fixed. Nothing else of a request can choose where it is sent.
pub struct TokenJudge {
    network: Network,
    clock: Arc<dyn Clock>,
    provider: Provider,
    client: Client,
}

impl TokenJudge {
    pub fn new(
        network: Network,
        clock: Arc<dyn Clock>,
        provider: Provider,
        client: Client,
    ) -> Self {
        Self {
            network,
            clock,
            provider,
            client,
        }
    }

    /// Fixed values, and from the caller only what rule I1 or a closed list bounds.
    fn variables(&self, auth: &Auth) -> BTreeMap<String, String> {
        let mut variables = self.client.fixed.clone();
        for variable in &self.provider.variables {
            let is_bounded = matches!(
                variable.kind,
                VariableKind::HostLabel | VariableKind::Region
            );
            if is_bounded
                && !variables.contains_key(&variable.name)
                && let Some(value) = text(auth, &variable.name)
            {
                variables.insert(variable.name.clone(), value.expose().to_owned());
            }
        }
        variables
    }
}

impl Judge for TokenJudge {
    async fn judge(&self, auth: Auth) -> Judgement {
        let (Some(client_id), Some(client_secret)) =
            (text(&auth, "client_id"), text(&auth, "client_secret"))
        else {
            return Judgement::Refused;
        };
        let variables = self.variables(&auth);
        let Ok(endpoints) = provider::resolve(&self.provider, &variables) else {
            return Judgement::Refused;
        };
        let templates = &self.provider.client_credentials.parameters;
        let Ok(parameters) = provider::parameters(&self.provider, &variables, templates) else {
            return Judgement::Refused;
        };
        let Ok(token_url) = endpoints.token_url() else {
            return Judgement::Refused;
        };
        // Nobody sends a private key to be judged.
        let assertions = match self.client.authentication {
            ClientAuthentication::PrivateKeyJwt => return Judgement::Refused,
            ClientAuthentication::ClientSecretJwt => {
                Assertions::by_secret(&self.provider, &endpoints).ok()
            }
            _ => None,
        };
        let credentials = ClientCredentials {
            token_url,
            client: oauth::Client {
                id: client_id,
                secret: Some(client_secret),
                authentication: self.client.authentication,
                basic_encoding: self.client.basic_encoding,
                assertions,
            },
            scopes: &provider::asked_scopes(
                &self.provider,
                Grant::ClientCredentials,
                &variables,
                &self.client.scopes,
            ),
            parameters: &parameters,
            dialect: Dialect::from(&self.provider),
        };
        match client_credentials::request(&self.network, &*self.clock, &credentials).await {
            Ok(_) => Judgement::Accepted,
            Err(error) => match error.kind {
                TokenErrorKind::Refused(_)
                | TokenErrorKind::OkWithError(_)
                | TokenErrorKind::NotSendable { .. } => Judgement::Refused,
                kind => {
                    tracing::warn!(%kind, "the authorization server gave no clear answer");
                    Judgement::Unclear
                }
            },
        }
    }
}

fn text<'a>(auth: &'a Auth, name: &str) -> Option<&'a Secret> {
    match auth.get(name) {
        Some(Scalar::Text(text)) => Some(text),
        _ => None,
    }
}
