//! The trial itself.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use url::Url;

use super::Integration;
use super::asked::{Failed, No};
use super::auth::Auth;
use super::gate::{Gate, Health};
use super::judgement::{Answer, Judgement, UnclearWhy};
use super::places::{Call, Place};
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

/// With what a trial is made.
pub struct Means<'a> {
    pub network: &'a Network,
    pub clock: &'a dyn Clock,
    /// Asked before each system is.
    pub gate: &'a dyn Gate,
    /// The longest that the whole trial takes, where the integration has no shorter time.
    pub longest: Duration,
}

impl Integration {
    /// Asks the system whether `auth` works. It takes no longer than it may.
    pub async fn judge(&self, means: &Means<'_>, auth: &Auth) -> Judgement {
        match self.tried(means, auth).await {
            Ok(answer) => Judgement::Accepted(answer),
            Err(No::Refused(why)) => Judgement::Refused(why),
            Err(No::Unclear(why)) => Judgement::Unclear(why),
            Err(No::NotAsked(shut)) => Judgement::NotAsked(shut),
        }
    }

    async fn tried(&self, means: &Means<'_>, auth: &Auth) -> Result<Answer, No> {
        let longest = self.timeout.unwrap_or(means.longest).min(means.longest);
        let deadline = Instant::now() + longest;
        self.check(auth)?;
        let trial = Trial {
            integration: self,
            means,
            deadline,
            auth,
            place: self.place(auth)?,
        };
        match &self.presents {
            Presents::Client(client) => trial.by_a_token(client).await,
            presents => {
                let presented = presents.with(auth)?;
                let first = trial.place.calls.first();
                let call = first.ok_or(No::Unclear(UnclearWhy::Configuration))?;
                trial.by_a_call(call, &presented, None).await
            }
        }
    }
}

/// One trial and all that it needs.
struct Trial<'a> {
    integration: &'a Integration,
    means: &'a Means<'a>,
    deadline: Instant,
    auth: &'a Auth,
    place: Arc<Place>,
}

impl Trial<'_> {
    /// What comes of `asking` the system at `host`, when it may be asked, for as long as there is time. The
    /// gate learns how that system is, and no other.
    async fn asked<T>(
        &self,
        host: &str,
        asking: impl Future<Output = Result<T, Failed>>,
    ) -> Result<T, No> {
        let entered = self.means.gate.enter(host);
        let mut visit = entered.map_err(No::NotAsked)?;
        let answer = timeout_at(self.deadline, asking).await;
        let answer = answer.unwrap_or(Err(Failed::LATE));
        let health = match &answer {
            Ok(_) => Some(Health::Well),
            Err(failed) => failed.health,
        };
        if let Some(health) = health {
            visit.learned(health);
        }
        answer.map_err(|failed| failed.no)
    }

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
        let fitting = calls.find(|call| provider.probes.get(call.probe).is_some_and(allowed));
        let Some(call) = fitting else {
            return Ok(Returning::of(integration, self.auth).nothing());
        };
        let call = self.below_the_answered_base(call, reply.api_base.as_ref())?;
        let presented = Presented::Token {
            header: &provider.token_header,
            token: &reply.access_token,
        };
        let issued = Some(&reply.access_token);
        self.by_a_call(&call, &presented, issued).await
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
        let Means { network, clock, .. } = *self.means;
        let led = self.integration.is_led_by_the_caller();
        self.asked(&self.place.token_host, async {
            let asked = client_credentials::request(network, clock, &credentials).await;
            asked.map_err(|error| Failed::of_token(&error, led))
        })
        .await
    }

    /// `issued` is a token that nobody sent, and that nobody gets.
    async fn by_a_call(
        &self,
        call: &Call,
        presented: &Presented<'_>,
        issued: Option<&Secret>,
    ) -> Result<Answer, No> {
        let integration = self.integration;
        let configuration = No::Unclear(UnclearWhy::Configuration);
        let probe = integration
            .provider
            .probes
            .get(call.probe)
            .ok_or(configuration)?;
        let variables = &self.place.variables;
        let led = integration.is_led_by_the_caller();
        let asking = async {
            let asked =
                probe::ask(self.means.network, &call.url, probe, presented, variables).await;
            asked.map_err(|error| Failed::of_call(&error, led))
        };
        let (reply, answer) = self.asked(&call.host, asking).await?;
        No::of_comparison(reply.comparison.as_ref())?;
        let returning = Returning::of(integration, self.auth).hiding(issued);
        Ok(returning.from(&answer))
    }

    /// Where the server that issued the token says that its API is, if the provider file lets it.
    fn below_the_answered_base<'a>(
        &self,
        usual: &'a Call,
        base: Option<&Url>,
    ) -> Result<Cow<'a, Call>, No> {
        let provider = &*self.integration.provider;
        let (Some(base), Some(probe)) = (base, provider.probes.get(usual.probe)) else {
            return Ok(Cow::Borrowed(usual));
        };
        let url = probe::url(provider, &self.place.variables, base, probe);
        let url = url.ok_or(No::Unclear(UnclearWhy::Configuration))?;
        Ok(Cow::Owned(Call::of(usual.probe, url)))
    }
}
