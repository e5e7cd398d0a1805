//! Asking for the token, and telling a refused scope from a refused client.

use std::time::Instant;

use super::approved;
use super::configuration;
use super::prove::{Run, Subject};
use super::reach::host;
use super::report::{Check, CheckId};
use super::service_token;
use super::token::{self, Attempt};
use crate::border::RegionSighting;
use crate::connection::{Connection, DraftReview, ResolvedEndpoints};
use crate::error::Quoted;
use crate::oauth::client_credentials::{self, ClientCredentials};
use crate::oauth::{Client, Dialect, TokenError, TokenReply};
use crate::provider::{self, Grant, ParameterUse};
use crate::renewal::{Need, RenewalError, Tokens, may_live};
use crate::vault::CachedToken;

/// A token request that ended well, perhaps only after its scopes were left out.
pub(super) struct Issued {
    pub token: CachedToken,
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
        if self.subject.connection.grant == Grant::AuthorizationCode {
            return self.renew(begun, endpoints, review).await;
        }
        let scopes = provider::scopes(self.subject.provider, self.subject.connection);
        let first = match self.kept_service_token(endpoints).await {
            Some(kept) => match self.taken_beside(endpoints, &scopes).await {
                Ok(()) => return self.kept_again(begun, kept),
                Err(error) => Err(error),
            },
            None => self.request(endpoints, &scopes).await,
        };
        let error = match first {
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
            match self.request(endpoints, &[]).await {
                Ok(reply) => {
                    let refused = token::refused(&error).cloned();
                    return self.issued(begun, endpoints, reply, refused);
                }
                Err(second) => refused_without_scopes = token::refused(&second).is_some(),
            }
        }
        let check = {
            let around = self.around(host(endpoints.front_door()), &sightings);
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

    /// Asks for a usual token, which is dropped, where a kept one may not stand for the credentials.
    async fn taken_beside(
        &mut self,
        endpoints: &ResolvedEndpoints,
        scopes: &[String],
    ) -> Result<(), TokenError> {
        if !self.shows_credentials {
            return Ok(());
        }
        let usual = Connection {
            service_token: None,
            ..self.subject.connection.clone()
        };
        let reply = self.request_as(&usual, endpoints, scopes).await?;
        self.journal.conceal(&reply.access_token);
        Ok(())
    }

    fn kept_again(&mut self, begun: Instant, kept: CachedToken) -> Option<Issued> {
        self.journal.conceal(&kept.access_token);
        let check = service_token::kept(self.subject.terms(), &kept, self.clock.now());
        self.journal.end(begun, check)?;
        Some(Issued {
            token: kept,
            refused_with_scopes: None,
        })
    }

    fn issued(
        &mut self,
        begun: Instant,
        endpoints: &ResolvedEndpoints,
        reply: TokenReply,
        refused_with_scopes: Option<Quoted>,
    ) -> Option<Issued> {
        self.journal.conceal(&reply.access_token);
        let check = token::accepted(self.subject, host(endpoints.front_door()), &reply);
        self.journal.end(begun, check)?;
        Some(Issued {
            token: Tokens::new(reply, self.subject.provider, self.clock.now()).access,
            refused_with_scopes,
        })
    }

    /// The refresh that proves an approval, in turn with everyone else who may be refreshing.
    async fn renew(
        &mut self,
        begun: Instant,
        endpoints: &ResolvedEndpoints,
        review: &DraftReview,
    ) -> Option<Issued> {
        let subject = self.subject;
        let host = host(endpoints.front_door());
        let now = self.clock.now();
        let kept = subject.secrets.cached_token.as_ref();
        let living = kept.filter(|token| may_live(token, now));
        let (check, token) = match (subject.renewal, living) {
            (_, Some(token)) if subject.secrets.refresh_token.is_none() => (
                approved::living(subject, token, now),
                Some(token.duplicate()),
            ),
            (Some(renewal), _) => match renewal.token(Need::Fresh).await {
                Ok(renewed) => {
                    let check = approved::renewed(subject, host, &renewed);
                    (check, Some(renewed.token))
                }
                Err(RenewalError::Token(error)) => (self.unissued(host, review, &error), None),
                Err(error) => (approved::failed(subject, host, &error), None),
            },
            (None, _) => (
                approved::failed(subject, host, &RenewalError::NotApproved),
                None,
            ),
        };
        if let Some(token) = &token {
            self.journal.conceal(&token.access_token);
        }
        self.journal
            .end(begun, check.resting(Some(approved::STANDARD)))?;
        Some(Issued {
            token: token?,
            refused_with_scopes: None,
        })
    }

    /// The token endpoint gave none, for a reason that the approval has no part in.
    fn unissued(&self, host: &str, review: &DraftReview, error: &TokenError) -> Check {
        let around = self.around(host, &[]);
        let attempt = Attempt {
            subject: self.subject,
            around: &around,
            findings: &review.findings,
            swapped: self.subject.looks_swapped(),
            refused_without_scopes: false,
        };
        token::failed(&attempt, error)
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
        let suspicions = configuration::suspicions(
            self.subject.terms(),
            &review.findings,
            self.subject.looks_swapped(),
        );
        token::may_be_about_scopes(self.subject, error) && !wrong_region && suspicions.is_empty()
    }

    async fn request(
        &self,
        endpoints: &ResolvedEndpoints,
        scopes: &[String],
    ) -> Result<TokenReply, TokenError> {
        self.request_as(self.subject.connection, endpoints, scopes)
            .await
    }

    async fn request_as(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
        scopes: &[String],
    ) -> Result<TokenReply, TokenError> {
        let Subject {
            provider, secrets, ..
        } = self.subject;
        let of = ParameterUse::ClientCredentials;
        let parameters = provider::request_parameters(provider, connection, of)
            .map_err(|problem| TokenError::not_sendable("parameters", &problem.summary))?;
        // The review stops a connection without a secret or a key before it comes here.
        let client = Client::of(provider, endpoints, connection, secrets).map_err(|problem| {
            let field = problem.field.as_deref().unwrap_or("client_secret");
            TokenError::not_sendable(field, &problem.summary)
        })?;
        let credentials = ClientCredentials {
            token_url: endpoints.front_door(),
            client,
            scopes,
            parameters: &parameters,
            dialect: Dialect::of(provider, connection),
        };
        client_credentials::request(self.network, self.clock, &credentials).await
    }
}
