//! What is settled before a person is sent anywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::Attempt;
use crate::border::RefreshOutcome;
use crate::connection::{LoopbackFamily, Redirect, ResolvedEndpoints, destinations};
use crate::error::{Code, Problem};
use crate::oauth::authorization_code::{
    AuthorizationRequest, IssuerRule, PendingAuthorization, Redeeming, ServerRule, Settled,
};
use crate::oauth::client::Client;
use crate::oauth::discovery::metadata_unchanged;
use crate::oauth::pushed_request;
use crate::oauth::redirect_listener::{Preflight, RedirectListener};
use crate::oauth::{Dialect, TokenReply};
use crate::ports::Clock;
use crate::provider::{
    self, AuthorizationCode, ParameterUse, Provider, PushedRequests, RedirectPolicy, RefreshPolicy,
};
use crate::system::entropy::OsEntropy;
use crate::system::network::Network;
use crate::system::proxy::proxy_of_loopback;
use crate::vault::SecretDocument;

/// Everything an attempt needs and does not change.
pub(super) struct Prepared {
    pub(super) provider: Arc<Provider>,
    pub(super) grant: AuthorizationCode,
    pub(super) endpoints: ResolvedEndpoints,
    pub(super) network: Network,
    pub(super) secrets: SecretDocument,
    pub(super) redirect: Redirect,
    pub(super) clock: Arc<dyn Clock>,
    connection: crate::connection::Connection,
    /// What is asked for, with every name in braces filled in.
    pub(super) scopes: Vec<String>,
    /// Of the authorization request and of the one that redeems the code.
    asking: BTreeMap<String, String>,
    redemption: BTreeMap<String, String>,
    /// What the server's metadata made worth saying.
    pub(super) notes: Vec<String>,
}

impl Attempt<'_> {
    /// Reads provider, secrets and the server's metadata, before any request is written (rule A14).
    pub(super) async fn prepare(&self) -> Result<Prepared, Problem> {
        let (proofkey, connection) = (self.proofkey, self.connection);
        let provider = proofkey.provider(&connection.provider)?;
        let Some(grant) = provider.authorization_code.clone() else {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "The provider file of {} no longer describes how a person approves.",
                    provider.name
                ),
                "Correct the provider file, or choose another grant for this connection.",
            ));
        };
        let endpoints = provider::endpoints(&provider, &connection.variables)?;
        destinations::stay(connection, &endpoints)?;
        let further = |of| provider::request_parameters(&provider, connection, of);
        let (asking, redemption) = (
            further(ParameterUse::Authorization)?,
            further(ParameterUse::Code)?,
        );
        let Some(redirect) = connection.redirect.clone() else {
            return Err(Problem::new(
                Code::DraftInvalid,
                "This connection has no redirect address yet.",
                "Open its settings and save them again: a redirect address is made then, to be registered at the provider.",
            )
            .at("redirect"));
        };
        let secrets = proofkey.secrets_of(connection).await?;
        let network = proofkey.network(connection.practice)?;
        let notes = metadata_unchanged(&network, &provider, &endpoints).await?;
        Ok(Prepared {
            scopes: provider::scopes(&provider, connection),
            asking,
            redemption,
            provider,
            grant,
            endpoints,
            network,
            secrets,
            redirect,
            clock: Arc::clone(&proofkey.host.clock),
            connection: connection.clone(),
            notes,
        })
    }

    /// Opens the way back, and calls it once to see that it is open. `None` when the person pastes.
    pub(super) async fn listen(
        &self,
        prepared: &Prepared,
    ) -> Result<Option<RedirectListener>, Problem> {
        let ports = self.ports(prepared)?;
        if matches!(prepared.redirect, Redirect::Pasted { .. }) {
            return Ok(None);
        }
        let listener = RedirectListener::open(&prepared.redirect, &ports).await?;
        let found = listener.preflight(&OsEntropy).await;
        self.tell(&found, listener.redirect_uri());
        if found.answering.is_empty() {
            self.notice(
                "Something on this machine keeps programs from calling each other, so the browser may not come back by itself. You can paste the address that it ends on.",
            );
        }
        Ok(Some(listener))
    }

    fn tell(&self, found: &Preflight, redirect_uri: &str) {
        for family in found.silent.iter().filter(|_| !found.answering.is_empty()) {
            let name = match family {
                LoopbackFamily::V4 => "IPv4 (127.0.0.1)",
                LoopbackFamily::V6 => "IPv6 (::1)",
            };
            self.notice(format!(
                "localhost does not answer over {name} on this machine. If the browser does not come back, paste the address that it ends on."
            ));
        }
        for address in &found.astray {
            self.notice(format!(
                "On this machine localhost also means {address}, which is not this machine. If the browser does not come back, paste the address that it ends on."
            ));
        }
        let uri = Url::parse(redirect_uri).ok();
        if let Some(proxy) = uri.as_ref().and_then(proxy_of_loopback) {
            self.notice(format!(
                "The proxy settings of this machine cover its own addresses ({proxy}). Most browsers leave those out. If yours does not come back, add 127.0.0.1 and localhost to the exceptions, or paste the address that it ends on."
            ));
        }
    }

    fn ports(&self, prepared: &Prepared) -> Result<Vec<u16>, Problem> {
        let refused = |summary: &str, remedy: String| {
            Err(Problem::new(Code::DraftInvalid, summary, remedy).at("port"))
        };
        match (&prepared.redirect, self.options.port) {
            (Redirect::Pasted { .. }, None) => Ok(Vec::new()),
            (Redirect::Pasted { .. }, Some(_)) => refused(
                "The browser of this connection does not come back to a port of this machine.",
                "Leave the port out.".to_owned(),
            ),
            (Redirect::Loopback { ports, .. }, None) => Ok(ports.clone()),
            (Redirect::Loopback { .. }, Some(0..1024)) => refused(
                "Ports below 1024 belong to the system.",
                "Choose a port from 1024 to 65535.".to_owned(),
            ),
            (Redirect::Loopback { ports, .. }, Some(port))
                if prepared.grant.redirect == RedirectPolicy::LoopbackFixedPort
                    && !ports.contains(&port) =>
            {
                let known: Vec<String> = ports.iter().map(ToString::to_string).collect();
                refused(
                    "This port is not registered at the provider, which takes no other.",
                    format!("Use {}.", known.join(" or ")),
                )
            }
            (Redirect::Loopback { ports, .. }, Some(port)) => {
                if !ports.is_empty() && !ports.contains(&port) {
                    self.notice(format!(
                        "Port {port} is not the one of this connection. The provider may want the new address registered."
                    ));
                }
                Ok(vec![port])
            }
        }
    }

    /// The address for the browser, pushed before where the server takes that.
    pub(super) async fn request(
        &self,
        prepared: &Prepared,
        redirect_uri: &str,
    ) -> Result<(Url, PendingAuthorization), Problem> {
        let Some(authorization_url) = &prepared.endpoints.authorization else {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "The provider file of {} names no address where a person could approve.",
                    prepared.provider.name
                ),
                "Add endpoints.authorization to the provider file.",
            ));
        };
        let settled = Settled {
            authorization_url,
            token_url: prepared.endpoints.token_url()?,
            client_id: &prepared.secrets.client_id,
            redirect_uri,
            scopes: &prepared.scopes,
            separator: &prepared.provider.scopes.separator,
            parameters: &prepared.asking,
            issuer: IssuerRule {
                expected: prepared.endpoints.issuer.clone(),
                response: prepared.grant.response_issuer,
            },
            server: prepared.server_rule(),
        };
        let request = AuthorizationRequest::new(settled, &OsEntropy)?;
        match (
            prepared.grant.pushed_requests,
            &prepared.endpoints.pushed_authorization,
        ) {
            (PushedRequests::Unsupported, _) | (PushedRequests::Supported, None) => {
                Ok(request.into_url())
            }
            (_, Some(url)) => {
                let client = prepared.client()?;
                let clock = prepared.clock.as_ref();
                pushed_request::push(&prepared.network, clock, &client, url, request).await
            }
            (PushedRequests::Required, None) => Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "{} wants sign-in requests pushed, and its provider file does not say where to.",
                    prepared.provider.name
                ),
                "Add endpoints.pushed_authorization to the provider file.",
            )),
        }
    }
}

impl Prepared {
    fn server_rule(&self) -> Option<ServerRule> {
        let parameter = self.grant.response_server.clone()?;
        Some(ServerRule {
            parameter,
            regions: provider::token_servers(&self.provider, &self.connection.variables),
        })
    }

    pub(super) fn client(&self) -> Result<Client<'_>, Problem> {
        Client::of(
            &self.provider,
            &self.endpoints,
            &self.connection,
            &self.secrets,
        )
    }

    pub(super) fn redeeming(&self) -> Result<Redeeming<'_>, Problem> {
        Ok(Redeeming {
            network: &self.network,
            clock: self.clock.as_ref(),
            client: self.client()?,
            parameters: &self.redemption,
            dialect: Dialect::from(self.provider.as_ref()),
        })
    }

    /// Of a redirect that does not lead here.
    pub(super) fn pasted_uri(&self) -> String {
        self.redirect.uri(LoopbackFamily::V4, None)
    }

    pub(super) fn without_refresh_token(&self, reply: &TokenReply) -> RefreshOutcome {
        let name = &self.provider.name;
        let unasked =
            (self.grant.refresh_scope.as_ref()).is_some_and(|scope| !self.scopes.contains(scope));
        let assumed = self.provider.lifetimes.assumed_seconds;
        if reply.expires_in.is_none() && assumed.is_none() && !unasked {
            return RefreshOutcome::Unneeded {
                note: format!(
                    "{name} did not say that the access token ends. It is used until it is refused."
                ),
            };
        }
        if self.provider.refresh.policy == RefreshPolicy::None {
            return RefreshOutcome::Unneeded {
                note: format!(
                    "{name} gives no refresh tokens. Somebody signs in again when the access token ends."
                ),
            };
        }
        let remedy = match &self.grant.refresh_scope {
            Some(scope) if !self.scopes.contains(scope) => format!(
                "Add the scope {scope} to this connection and authorize again. Until then you sign in again whenever the access token ends."
            ),
            Some(scope) => format!(
                "The scope {scope} was asked for, but {name} gave no refresh token. Check that the client may have one. Until then you sign in again whenever the access token ends."
            ),
            None => format!(
                "{name} gave no refresh token, so you sign in again whenever the access token ends. Its documentation says whether a client can have one."
            ),
        };
        RefreshOutcome::NotIssued { remedy }
    }
}
