//! Asking for the token, and telling a refused scope from a refused client.

use std::time::Instant;

use url::Url;

use super::configuration;
use super::prove::{Run, Subject};
use super::reach::host;
use super::report::CheckId;
use super::token::{self, Attempt};
use crate::border::RegionSighting;
use crate::connection::{DraftReview, ResolvedEndpoints};
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
        let scopes = &self.subject.connection.scopes;
        let error = match self.request(&endpoints.token, scopes).await {
            Ok(reply) => return self.issued(begun, endpoints, reply, None),
            Err(error) => error,
        };
        let sightings = if token::may_be_elsewhere(&error) {
            self.sightings().await
        } else {
            Vec::new()
        };
        let mut refused_without_scopes = false;
        if self.may_be_about_scopes(&error, review, &sightings) {
            match self.request(&endpoints.token, &[]).await {
                Ok(reply) => {
                    let refused = token::refused(&error).cloned();
                    return self.issued(begun, endpoints, reply, refused);
                }
                Err(second) => refused_without_scopes = token::refused(&second).is_some(),
            }
        }
        let check = {
            let around = self.around(host(&endpoints.token), &sightings);
            let attempt = Attempt {
                subject: self.subject,
                around: &around,
                findings: &review.findings,
                swapped: self.subject.looks_swapped(),
                refused_without_scopes,
            };
            token::failed(&attempt, &error)
        };
        self.journal.end(begun, check)?;
        None
    }

    fn issued(
        &mut self,
        begun: Instant,
        endpoints: &ResolvedEndpoints,
        reply: TokenReply,
        refused_with_scopes: Option<Quoted>,
    ) -> Option<Issued> {
        self.journal.conceal(&reply.access_token);
        let check = token::accepted(self.subject, host(&endpoints.token), &reply);
        self.journal.end(begun, check)?;
        Some(Issued {
            reply,
            refused_with_scopes,
        })
    }

    /// Whether a second request, without scopes, can tell something. What already explains the
    /// refusal is not worth sending the secret again.
    fn may_be_about_scopes(
        &self,
        error: &TokenError,
        review: &DraftReview,
        sightings: &[RegionSighting],
    ) -> bool {
        let elsewhere = self.around("", sightings).elsewhere;
        let wrong_region = elsewhere.cause().is_some() && !elsewhere.found_here();
        let suspicions = configuration::suspicions(&review.findings, self.subject.looks_swapped());
        token::may_be_about_scopes(self.subject, error) && !wrong_region && suspicions.is_empty()
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
