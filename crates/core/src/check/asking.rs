//! The call that proves a token, and the one further try that a refused token gets.

use super::prove::Run;
use crate::connection::ResolvedEndpoints;
use crate::probe::{self, ProbeError, ProbeReply};
use crate::provider::{Grant, Probe, api_base};
use crate::renewal::Need;
use crate::vault::CachedToken;

impl Run<'_> {
    /// Asks the API. When it refuses a token that a person's approval gave, the token is refreshed once
    /// and the API asked once more (rule E7): a token may be withdrawn long before it ends.
    pub(super) async fn ask_api(
        &mut self,
        endpoints: &ResolvedEndpoints,
        probe: &Probe,
        token: &CachedToken,
    ) -> Result<ProbeReply, ProbeError> {
        let first = self.probe(endpoints, probe, token).await;
        let refused = matches!(&first, Err(error) if error.status == Some(401));
        let approved = self.subject.connection.grant == Grant::AuthorizationCode;
        let Some(renewal) = self.subject.renewal.filter(|_| refused && approved) else {
            return first;
        };
        match renewal.token(Need::Fresh).await {
            Ok(renewed) => {
                self.journal.conceal(&renewed.token.access_token);
                let second = self.probe(endpoints, probe, &renewed.token).await;
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
        endpoints: &ResolvedEndpoints,
        probe: &Probe,
        token: &CachedToken,
    ) -> Result<ProbeReply, ProbeError> {
        probe::run(
            self.network,
            self.subject.provider,
            &api_base(self.subject.provider, endpoints, token),
            probe,
            &token.access_token,
            &self.subject.connection.variables,
        )
        .await
    }
}
