//! Asking for the token, and telling a refused scope from a refused client.

use url::Url;

use super::configuration;
use super::prove::{Run, Subject};
use super::reach::host;
use super::report::CheckId;
use super::token::{self, Attempt};
use crate::connection::{DraftReview, ResolvedEndpoints, hygiene};
use crate::error::Quoted;
use crate::oauth::client_credentials::{self, ClientCredentials};
use crate::oauth::{TokenError, TokenErrorKind, TokenReply};

/// A token request that ended well, perhaps only after its scopes were left out.
pub(super) struct Issued {
    pub reply: TokenReply,
    pub refused_with_scopes: Option<Quoted>,
}

impl Run<'_> {
    /// The check `token`; `None` when there is none in the end.
    pub(super) async fn issue(
        &mut self,
        endpoints: &ResolvedEndpoints,
        review: &DraftReview,
    ) -> Option<Issued> {
        let begun = self.journal.begin(CheckId::Token);
        let token_host = host(&endpoints.token);
        let subject = self.subject;
        let error = match self
            .request(&endpoints.token, &subject.connection.scopes)
            .await
        {
            Ok(reply) => {
                self.journal.conceal(&reply.access_token);
                self.journal
                    .end(begun, token::accepted(subject, token_host, &reply))?;
                return Some(Issued {
                    reply,
                    refused_with_scopes: None,
                });
            }
            Err(error) => error,
        };
        let sightings = if token::may_be_elsewhere(&error) {
            self.sightings().await
        } else {
            Vec::new()
        };
        let around = self.around(token_host, &sightings);
        let elsewhere = around.elsewhere;
        let swapped = subject
            .secrets
            .client_secret
            .as_ref()
            .is_some_and(|secret| hygiene::looks_swapped(&subject.secrets.client_id, secret));
        // Whatever already explains the refusal is not worth sending the secret a second time.
        let explained = swapped
            || !configuration::suspicions(&review.findings).is_empty()
            || (elsewhere.cause().is_some() && !elsewhere.found_here());
        let mut refused_without_scopes = false;
        if !explained && token::may_be_about_scopes(subject, &error) {
            match self.request(&endpoints.token, &[]).await {
                Ok(reply) => {
                    self.journal.conceal(&reply.access_token);
                    self.journal
                        .end(begun, token::accepted(subject, token_host, &reply))?;
                    let refused_with_scopes = token::refused(&error).cloned();
                    return Some(Issued {
                        reply,
                        refused_with_scopes,
                    });
                }
                Err(second) => refused_without_scopes = token::refused(&second).is_some(),
            }
        }
        let attempt = Attempt {
            subject,
            around: &around,
            findings: &review.findings,
            swapped,
            refused_without_scopes,
        };
        self.journal.end(begun, token::failed(&attempt, &error))?;
        None
    }

    async fn request(&self, token_url: &Url, scopes: &[String]) -> Result<TokenReply, TokenError> {
        let Subject {
            connection,
            provider,
            secrets,
        } = self.subject;
        let Some(client_secret) = &secrets.client_secret else {
            // The review stops a connection without a secret before it comes here.
            return Err(TokenError {
                kind: TokenErrorKind::NotSendable {
                    field: "client_secret".to_owned(),
                    reason: "There is no client secret.".to_owned(),
                },
                status: None,
                clock_skew_seconds: None,
            });
        };
        let credentials = ClientCredentials {
            token_url,
            client_id: &secrets.client_id,
            client_secret,
            authentication: connection.client_authentication,
            basic_encoding: connection.basic_encoding,
            scopes,
            separator: &provider.scopes.separator,
        };
        client_credentials::request(self.network, self.clock, &credentials).await
    }
}
