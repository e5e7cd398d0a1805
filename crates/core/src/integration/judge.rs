//! The trial itself.

use std::sync::Arc;

use url::Url;

use super::Integration;
use super::asked::No;
use super::auth::Auth;
use super::judgement::{Answer, Judgement, UnclearWhy};
use super::places::Place;
use super::presents::{ClientFields, Presents};
use super::returned::Returning;
use super::text::text_of;
use crate::oauth::client_assertion::Assertions;
use crate::oauth::{self, ClientCredentials, Dialect, TokenReply, client_credentials};
use crate::ports::Clock;
use crate::probe::{self, Presented};
use crate::provider::{ClientAuthentication, Probe};
use crate::secret::Secret;
use crate::system::network::Network;

impl Integration {
    /// Asks the system whether `auth` works, within the integration's own time.
    pub async fn judge(&self, network: &Network, clock: &dyn Clock, auth: &Auth) -> Judgement {
        let trial = self.tried(network, clock, auth);
        let outcome = match self.timeout {
            None => trial.await,
            Some(longest) => tokio::time::timeout(longest, trial)
                .await
                .unwrap_or(Err(No::Unclear(UnclearWhy::TimedOut))),
        };
        match outcome {
            Ok(answer) => Judgement::Accepted(answer),
            Err(No::Refused(why)) => Judgement::Refused(why),
            Err(No::Unclear(why)) => Judgement::Unclear(why),
        }
    }

    async fn tried(&self, network: &Network, clock: &dyn Clock, auth: &Auth) -> Result<Answer, No> {
        self.check(auth)?;
        let place = self.place(auth)?;
        let trial = Trial {
            integration: self,
            network,
            clock,
            auth,
            place,
        };
        match &self.presents {
            Presents::Client(client) => trial.by_a_token(client).await,
            presents => {
                let presented = presents.with(auth)?;
                let first = trial.place.calls.first();
                let (index, url) = first.ok_or(No::Unclear(UnclearWhy::Configuration))?;
                trial.by_a_call(*index, url, &presented, None).await
            }
        }
    }
}

/// One trial and all that it needs.
struct Trial<'a> {
    integration: &'a Integration,
    network: &'a Network,
    clock: &'a dyn Clock,
    auth: &'a Auth,
    place: Arc<Place>,
}

impl Trial<'_> {
    /// A client is right when it gets a token (RFC 6749 §4.4). The API is asked only for what is to be
    /// returned.
    async fn by_a_token(&self, client: &ClientFields) -> Result<Answer, No> {
        let reply = self.token(client).await?;
        if self.integration.returns.is_empty() {
            return Ok(Answer::default());
        }
        let integration = self.integration;
        let provider = &*integration.provider;
        let allowed = |probe: &Probe| match (&probe.scope, &reply.scopes) {
            (Some(scope), Some(granted)) => granted.contains(scope),
            _ => true,
        };
        let mut calls = self.place.calls.iter();
        let fitting = calls.find(|(index, _)| provider.probes.get(*index).is_some_and(allowed));
        let Some((index, url)) = fitting else {
            return Ok(Returning::of(integration, self.auth).nothing());
        };
        let url = self.below_the_answered_base(*index, url, reply.api_base.as_ref())?;
        let presented = Presented::Token {
            header: &provider.token_header,
            token: &reply.access_token,
        };
        let issued = Some(&reply.access_token);
        self.by_a_call(*index, &url, &presented, issued).await
    }

    async fn token(&self, client: &ClientFields) -> Result<TokenReply, No> {
        let provider = &*self.integration.provider;
        let endpoints = &self.place.endpoints;
        let configuration = |_| No::Unclear(UnclearWhy::Configuration);
        let assertions = match client.authentication {
            ClientAuthentication::ClientSecretJwt => {
                Some(Assertions::by_secret(provider, endpoints).map_err(configuration)?)
            }
            _ => None,
        };
        let credentials = ClientCredentials {
            token_url: endpoints.token_url().map_err(configuration)?,
            client: oauth::Client {
                id: text_of(self.auth, &client.id)?,
                secret: Some(text_of(self.auth, &client.secret)?),
                authentication: client.authentication,
                basic_encoding: client.basic_encoding,
                assertions,
            },
            scopes: &self.place.scopes,
            parameters: &self.place.parameters,
            dialect: Dialect::from(provider),
        };
        let asked = client_credentials::request(self.network, self.clock, &credentials).await;
        asked.map_err(|error| No::of_token(&error, self.integration.is_led_by_the_caller()))
    }

    /// `issued` is a token that nobody sent, and that nobody gets.
    async fn by_a_call(
        &self,
        index: usize,
        url: &Url,
        presented: &Presented<'_>,
        issued: Option<&Secret>,
    ) -> Result<Answer, No> {
        let integration = self.integration;
        let configuration = No::Unclear(UnclearWhy::Configuration);
        let probe = integration
            .provider
            .probes
            .get(index)
            .ok_or(configuration)?;
        let variables = &self.place.variables;
        let (reply, answer) = probe::ask(self.network, url, probe, presented, variables)
            .await
            .map_err(|error| No::of_call(&error, integration.is_led_by_the_caller()))?;
        No::of_comparison(reply.comparison.as_ref())?;
        let returning = Returning::of(integration, self.auth).hiding(issued);
        Ok(returning.from(&answer))
    }

    /// Where the server that issued the token says that its API is, if the provider file lets it.
    fn below_the_answered_base(
        &self,
        index: usize,
        usual: &Url,
        base: Option<&Url>,
    ) -> Result<Url, No> {
        let provider = &*self.integration.provider;
        let (Some(base), Some(probe)) = (base, provider.probes.get(index)) else {
            return Ok(usual.clone());
        };
        probe::url(provider, &self.place.variables, base, probe)
            .ok_or(No::Unclear(UnclearWhy::Configuration))
    }
}
