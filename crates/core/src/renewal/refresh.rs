//! Spending a refresh token so that none is ever lost or sent twice (rules E2 to E5).

use std::sync::Arc;

use jiff::SignedDuration;

use super::fingerprint::fingerprint;
use super::flight::{Answered, Origin, Renewal, Renewed};
use super::life::lives;
use super::{RenewalError, Tokens, Unsaved};
use crate::border::{AuthorizationFailure, AuthorizationRecord, AuthorizationStep, Consent};
use crate::connection::store::{Fate, Spending};
use crate::connection::{Connection, ResolvedEndpoints, custody};
use crate::error::Problem;
use crate::oauth::client::Client;
use crate::oauth::identity::{self, Identity, Occasion};
use crate::oauth::refresh::{self, Refresh, Spent};
use crate::oauth::{Dialect, TokenReply};
use crate::provider::{ParameterUse, RefreshPolicy, request_parameters};
use crate::secret::Secret;
use crate::system::threads::blocking;
use crate::vault::SecretDocument;

impl Renewal {
    /// One refresh; a second one only when the server refused the token and somebody outside of this
    /// folder had rotated it meanwhile (rule E4).
    pub(super) async fn refresh(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
        mut document: SecretDocument,
    ) -> Result<Renewed, RenewalError> {
        let mut adopted = false;
        loop {
            let sent = self.usable_token(connection, &document).await?;
            let error = match self.spend(connection, endpoints, &document, &sent).await {
                Err(RenewalError::Token(error)) => error,
                outcome => return outcome,
            };
            match Spent::judge(&error) {
                Spent::Refused => {}
                Spent::No => {
                    self.forget_spending(connection).await?;
                    return Err(RenewalError::Token(error));
                }
                // What was noted stays: the token is not sent again.
                Spent::Perhaps => return Err(RenewalError::Token(error)),
            }
            document = self.read_again(connection).await?;
            let stored = document.refresh_token.as_ref();
            if adopted || stored.is_none_or(|token| token.expose() == sent.expose()) {
                self.note(connection, &sent, Fate::Refused).await?;
                let quoted = error.quoted().cloned().map(Box::new);
                return Err(self
                    .signed_out(connection, RenewalError::Refused(quoted))
                    .await);
            }
            if let Some(token) = self.living(&document) {
                return Ok(token);
            }
            adopted = true;
        }
    }

    /// Nothing that one server gave is sent to another (rule F3): a provider file may have been replaced.
    pub(super) async fn stay_at_the_server(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
    ) -> Result<(), RenewalError> {
        let record = self.store.authorization(&connection.id)?;
        let server = record
            .filter(|record| record.generation == Some(connection.secrets))
            .and_then(|record| record.server);
        if server.is_none_or(|server| server.is_at(endpoints)) {
            return Ok(());
        }
        Err(self.signed_out(connection, RenewalError::Elsewhere).await)
    }

    fn living(&self, document: &SecretDocument) -> Option<Renewed> {
        let token = document.cached_token.as_ref()?;
        lives(token, self.clock.now(), SignedDuration::ZERO).then(|| Renewed {
            token: token.duplicate(),
            origin: Origin::Vault,
        })
    }

    /// The stored refresh token, unless it is known that the server would not take it, or would take
    /// it amiss.
    async fn usable_token(
        &self,
        connection: &Connection,
        document: &SecretDocument,
    ) -> Result<Secret, RenewalError> {
        let record = self.store.authorization(&connection.id).ok().flatten();
        let Some(token) = &document.refresh_token else {
            let approved =
                record.is_some_and(|record| record.generation == Some(connection.secrets));
            return Err(if approved {
                RenewalError::NoRefreshToken
            } else {
                RenewalError::NotApproved
            });
        };
        let noted = self.store.spending(&connection.id)?;
        let Some(noted) = noted.filter(|noted| noted.fingerprint == fingerprint(token)) else {
            return Ok(token.duplicate());
        };
        match noted.fate {
            Fate::Refused => Err(RenewalError::Refused(None)),
            // A server that gives the same token back, or none, takes it again.
            Fate::Sent if self.is_known_to_stay(connection, record.as_ref()) => {
                Ok(token.duplicate())
            }
            Fate::Sent => Err(self.signed_out(connection, RenewalError::Interrupted).await),
        }
    }

    /// Whether a refresh is known to leave the refresh token as it is. What was seen of this approval
    /// comes before what the provider file says of all.
    fn is_known_to_stay(
        &self,
        connection: &Connection,
        record: Option<&AuthorizationRecord>,
    ) -> bool {
        let own = record.filter(|record| record.generation == Some(connection.secrets));
        match own.and_then(|record| record.rotates) {
            Some(rotates) => !rotates,
            None => self.provider.refresh.policy == RefreshPolicy::Static,
        }
    }

    /// Notes the token, sends it, and keeps what comes back before anyone may use it.
    async fn spend(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
        document: &SecretDocument,
        token: &Secret,
    ) -> Result<Renewed, RenewalError> {
        let provider = self.provider.as_ref();
        let request = Refresh {
            token_url: endpoints.token_url()?,
            client: Client::of(provider, endpoints, connection, document)?,
            refresh_token: token,
            parameters: &request_parameters(provider, connection, ParameterUse::Refresh)?,
            dialect: Dialect::from(provider),
        };
        // Nothing is sent before it is known whose answer is to be believed.
        let consent = self.consent(connection)?;
        self.note(connection, token, Fate::Sent).await?;
        let asked_at = self.clock.now();
        let mut reply = refresh::request(&self.network, self.clock.as_ref(), &request).await?;
        let rotated =
            (reply.refresh_token.as_ref()).is_some_and(|new| new.expose() != token.expose());
        if rotated {
            self.note_rotation(connection).await;
        }
        self.believe(
            connection,
            endpoints,
            document,
            consent.as_ref(),
            &mut reply,
        )
        .await?;
        let granted = consent.and_then(|consent| consent.granted_scopes);
        let mut answered = Answered::of(&reply);
        answered.rotated = Some(rotated);
        let mut tokens = Tokens::new(reply, provider, asked_at);
        tokens.stay_at(provider, document);
        // RFC 6749 §6: an answer that names no scopes means those that were granted before.
        tokens.access.scopes = tokens.access.scopes.or(granted);
        let access = tokens.access.duplicate();
        answered.unkept = self.keep(connection, tokens, rotated).await?;
        Ok(Renewed {
            token: access,
            origin: Origin::Server(answered),
        })
    }

    /// An ID token in the answer must name the person who approved (rule E5). Nothing of an answer
    /// that fails this is used; its refresh token would be somebody else's.
    async fn believe(
        &self,
        connection: &Connection,
        endpoints: &ResolvedEndpoints,
        document: &SecretDocument,
        consent: Option<&Consent>,
        reply: &mut TokenReply,
    ) -> Result<(), RenewalError> {
        let identity = Identity {
            provider: &self.provider,
            endpoints,
            keys: &self.keys,
            client_id: &document.client_id,
            reply,
            occasion: Occasion::Refresh {
                earlier: consent.and_then(|consent| consent.person.as_ref()),
            },
        };
        let notes = match identity::verify(&self.network, self.clock.as_ref(), &identity).await {
            Ok(identified) => identified.notes,
            // The answer came from the token endpoint itself, and dropping it would lose its refresh
            // token.
            Err(error) if error.leaves_the_person_open() => {
                reply.id_token = None;
                vec![format!(
                    "The ID token of the refresh was not used: {error}."
                )]
            }
            Err(error) => {
                let error = RenewalError::Unbelieved(Box::new(error.into()));
                return Err(self.signed_out(connection, error).await);
            }
        };
        reply.notes.extend(notes);
        Ok(())
    }

    fn consent(&self, connection: &Connection) -> Result<Option<Consent>, Problem> {
        let record = self.store.authorization(&connection.id)?;
        Ok(record.and_then(|record| record.consent))
    }

    /// Another refresh token came, so the one that was sent is spent whatever becomes of the answer:
    /// a server that gave none before is known to rotate from here on.
    async fn note_rotation(&self, connection: &Connection) {
        let noted = self.edit_record(connection, |record| record.rotates = Some(true));
        if let Err(problem) = noted.await {
            // The new token is worth more than the note, and is kept next.
            tracing::warn!(connection = %connection.id, cause = %problem, "a rotation is not noted");
        }
    }

    /// Keeps the tokens. A new refresh token that cannot be kept is an error, because it is the only
    /// one that the server still takes; it waits in memory. Without one only the access token would be
    /// lost, so the problem is only told.
    async fn keep(
        &self,
        connection: &Connection,
        tokens: Tokens,
        rotated: bool,
    ) -> Result<Option<Problem>, RenewalError> {
        self.unsaved.hold(Unsaved {
            connection: connection.clone(),
            tokens,
            consent: None,
            server: None,
            saved: None,
        });
        let mut saved = self.save(connection).await;
        // What does not wait any more was dropped, and is not saved.
        if saved.is_err() && self.unsaved.holds_refresh(&connection.id) {
            self.network.pause(self.network.deadlines().pause).await;
            saved = self.save(connection).await;
        }
        match saved {
            Err(problem) if rotated => return Err(RenewalError::NotKept(Box::new(problem))),
            Err(problem) => {
                self.unsaved.forget_refresh(&connection.id);
                self.forget_spending(connection).await?;
                return Ok(Some(problem));
            }
            Ok(()) => {}
        }
        Ok(self.renewed(connection, rotated).await.err())
    }

    async fn save(&self, connection: &Connection) -> Result<(), Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.vault));
        let (unsaved, connection) = (Arc::clone(&self.unsaved), connection.clone());
        blocking(move || {
            unsaved
                .save_refresh(&store, vault.as_ref(), &connection.id)
                .unwrap_or_else(|| Err(custody::changed_meanwhile(&connection)))
        })
        .await
    }

    /// The vault has everything: the record says so, and what was noted is of no use any more.
    async fn renewed(&self, connection: &Connection, rotated: bool) -> Result<(), Problem> {
        self.edit_record(connection, move |record| {
            record.rotates = Some(rotated || record.rotates == Some(true));
            if record.sign_in_again {
                record.sign_in_again = false;
                record.failure = None;
            }
        })
        .await?;
        self.forget_spending(connection).await
    }

    /// Says in the record that somebody has to sign in again, and why. Nothing is deleted.
    async fn signed_out(&self, connection: &Connection, error: RenewalError) -> RenewalError {
        let failure = AuthorizationFailure {
            at: self.clock.now(),
            step: AuthorizationStep::Refreshing,
            problem: error.clone().problem(connection),
        };
        let noted = self.edit_record(connection, move |record| {
            if !record.sign_in_again {
                record.sign_in_again = true;
                record.failure = Some(failure);
            }
        });
        match noted.await {
            Ok(()) => error,
            Err(problem) => problem.into(),
        }
    }

    async fn read_again(&self, connection: &Connection) -> Result<SecretDocument, Problem> {
        let (vault, connection) = (Arc::clone(&self.vault), connection.clone());
        blocking(move || custody::read_document(vault.as_ref(), &connection)).await
    }

    async fn note(
        &self,
        connection: &Connection,
        token: &Secret,
        fate: Fate,
    ) -> Result<(), Problem> {
        let store = Arc::clone(&self.store);
        let id = connection.id.clone();
        let spending = Spending {
            fingerprint: fingerprint(token),
            at: self.clock.now(),
            fate,
        };
        blocking(move || store.note_spending(&id, &spending)).await
    }

    async fn forget_spending(&self, connection: &Connection) -> Result<(), Problem> {
        let (store, id) = (Arc::clone(&self.store), connection.id.clone());
        blocking(move || store.forget_spending(&id)).await
    }

    async fn edit_record(
        &self,
        connection: &Connection,
        change: impl FnOnce(&mut AuthorizationRecord) + Send + 'static,
    ) -> Result<(), Problem> {
        let (store, id) = (Arc::clone(&self.store), connection.id.clone());
        blocking(move || store.edit_authorization(&id, change)).await
    }
}
