//! The call that proves a token or a key, and the further calls that it may take.

use url::Url;

use super::api;
use super::prove::{Run, Subject};
use super::reach::host;
use super::report::{Check, CheckId};
use super::service_token;
use crate::connection::ResolvedEndpoints;
use crate::probe::{self, Presented, ProbeError, ProbeReply};
use crate::provider::{Grant, Probe, api_base};
use crate::renewal::Need;
use crate::vault::CachedToken;

impl Run<'_> {
    /// The checks `api` and `account` with a token.
    pub(super) async fn api(
        &mut self,
        endpoints: &ResolvedEndpoints,
        token: &CachedToken,
    ) -> Option<()> {
        let terms = self.subject.terms();
        let begun = self.journal.begin(CheckId::Api);
        if let Some(check) = self.api_by_introspection(endpoints, token).await {
            self.journal.end(begun, check)?;
            let begun = self.journal.begin(CheckId::Account);
            return self
                .journal
                .end(begun, service_token::account_unasked(terms));
        }
        let Some(probe) = api::choose(terms, token.scopes.as_deref()) else {
            self.journal.end(begun, api::unasked(terms))?;
            let begun = self.journal.begin(CheckId::Account);
            return self.journal.end(begun, api::account_unasked());
        };
        let asked = self.ask_api(endpoints, probe, token).await;
        // Behind a refresh that the API made necessary, base and scopes may have come anew.
        let token = self.token.as_ref().unwrap_or(token).duplicate();
        self.lead(endpoints, &token);
        let provider = self.subject.provider;
        let base = api_base(provider, endpoints, &token);
        let reply = match asked {
            Ok(reply) => reply,
            Err(error) => {
                let check = self.refused(&base, probe, &error);
                return self.journal.end(begun, check);
            }
        };
        let presented = Presented::token(provider, self.subject.connection, &token.access_token);
        let check = self.judged(&base, probe, &presented, &reply).await;
        let led = provider.endpoints.api_base_from.is_some();
        let check = check.with_some("api_base", led.then_some(base));
        self.journal.end(begun, check)?;
        self.account(&reply)
    }

    /// The same with what needs no token.
    pub(super) async fn present(&mut self, base: &Url) -> Option<()> {
        let Subject {
            connection,
            provider,
            secrets,
            ..
        } = self.subject;
        let terms = self.subject.terms();
        let begun = self.journal.begin(CheckId::Api);
        let Some(probe) = api::choose(terms, None) else {
            return self.journal.end(begun, api::unasked(terms));
        };
        let presented = match Presented::credentials(provider, connection.grant, secrets) {
            Ok(presented) => presented,
            Err(problem) => {
                let check = Check::failed(CheckId::Api, problem.summary);
                return self.journal.end(begun, check.remedied_by(problem.remedy));
            }
        };
        for secret in presented.withheld() {
            self.journal.conceal(&secret);
        }
        let check = match self.probe(base, probe, &presented).await {
            Err(error) => self.refused(base, probe, &error),
            Ok(reply) => {
                let check = self.judged(base, probe, &presented, &reply).await;
                self.journal.end(begun, check)?;
                return self.account(&reply);
            }
        };
        self.journal.end(begun, check)
    }

    /// What an answer of success proves. Where nobody knows whether the call is refused to others, it is
    /// made once more without credentials: only the difference shows that they were looked at.
    async fn judged(
        &self,
        base: &Url,
        probe: &Probe,
        presented: &Presented<'_>,
        reply: &ProbeReply,
    ) -> Check {
        let terms = self.subject.terms();
        let accepted = || api::accepted(terms, probe, reply);
        if !presented.is_something() || !terms.may_be_open(probe) {
            return accepted();
        }
        let anonymous = self.probe(base, probe, &Presented::Nothing).await;
        match api::tells_apart(&anonymous) {
            Some(true) => accepted().with(
                "told_apart_by",
                "The same call without credentials did not succeed.",
            ),
            told => api::indifferent(terms, reply, told.is_some()),
        }
    }

    fn account(&mut self, reply: &ProbeReply) -> Option<()> {
        let begun = self.journal.begin(CheckId::Account);
        let check = api::account(self.subject.terms(), reply.comparison.as_ref());
        self.journal.end(begun, check)
    }

    fn refused(&self, base: &Url, probe: &Probe, error: &ProbeError) -> Check {
        api::refused(&self.around(host(base), &[]), probe, error)
    }

    /// Asks the API. When it refuses a token that a person's approval gave, the token is refreshed once
    /// and the API asked once more (rule E7): a token may be withdrawn long before it ends.
    async fn ask_api(
        &mut self,
        endpoints: &ResolvedEndpoints,
        probe: &Probe,
        token: &CachedToken,
    ) -> Result<ProbeReply, ProbeError> {
        let provider = self.subject.provider;
        let presented = Presented::token(provider, self.subject.connection, &token.access_token);
        let base = api_base(provider, endpoints, token);
        let first = self.probe(&base, probe, &presented).await;
        let refused = matches!(&first, Err(error) if error.status == Some(401));
        let approved = self.subject.connection.grant == Grant::AuthorizationCode;
        let Some(renewal) = self.subject.renewal.filter(|_| refused && approved) else {
            return first;
        };
        match renewal.token(Need::Fresh).await {
            Ok(renewed) => {
                self.journal.conceal(&renewed.token.access_token);
                let presented = Presented::token(
                    provider,
                    self.subject.connection,
                    &renewed.token.access_token,
                );
                let base = api_base(provider, endpoints, &renewed.token);
                let second = self.probe(&base, probe, &presented).await;
                self.token = Some(renewed.token);
                second
            }
            Err(error) => {
                tracing::debug!(?error, "no further token after the API refused the first");
                first
            }
        }
    }

    async fn probe(
        &self,
        base: &Url,
        probe: &Probe,
        presented: &Presented<'_>,
    ) -> Result<ProbeReply, ProbeError> {
        probe::run(
            self.network,
            self.subject.provider,
            base,
            probe,
            presented,
            &self.subject.connection.variables,
        )
        .await
    }
}
