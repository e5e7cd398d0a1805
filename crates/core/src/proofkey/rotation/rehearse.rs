//! Proving what waits, without touching what is current.

use std::sync::Arc;

use super::super::{Proofkey, blocking};
use super::incoming;
use crate::check::{self, Report, Subject};
use crate::connection::{Connection, HeldGeneration, custody};
use crate::error::Problem;
use crate::ports::Progress;
use crate::provider::Grant;
use crate::vault::CachedToken;

impl Proofkey {
    /// Runs the staged proof with the credentials that wait, and keeps its report beside them. The
    /// current ones, their tokens and their proof are not touched.
    ///
    /// A connection that a person approved keeps its approval, so only the client is tried; see
    /// [`check::rehearse`]. A failed check is a report, not an error: `NotFound` when nothing waits,
    /// `SecretMissing` when the vault has lost it.
    pub async fn prove_incoming(
        &self,
        name: &str,
        progress: &dyn Progress,
    ) -> Result<Report, Problem> {
        let connection = self.find(name)?;
        let held = incoming(&connection)?;
        let report = self.prove_held(&connection, &held, progress).await?;
        let store = Arc::clone(&self.store);
        blocking(move || {
            store.keep_held_report(&connection.id, held.generation, &report)?;
            Ok(report)
        })
        .await
    }

    /// A proof of credentials that are not current, now. A kept token never passes for them.
    pub(super) async fn prove_held(
        &self,
        connection: &Connection,
        held: &HeldGeneration,
        progress: &dyn Progress,
    ) -> Result<Report, Problem> {
        let provider = &self.provider(&connection.provider)?;
        let network = self.network(connection.practice)?;
        let (candidate, secrets) = self.held_secrets(connection, held).await?;
        let subject = Subject {
            connection: &candidate,
            provider,
            secrets: &secrets,
            renewal: None,
        };
        let (vault, clock) = (Arc::clone(&self.host.vault), self.host.clock.as_ref());
        if connection.grant == Grant::AuthorizationCode {
            return Ok(check::rehearse(&subject, &network, vault, clock, progress).await);
        }
        let proof = check::prove_credentials(&subject, &network, vault, clock, progress).await;
        if let Some(token) = proof.token.filter(|_| connection.service_token.is_some()) {
            self.keep_service_token(connection, held, token).await?;
        }
        Ok(proof.report)
    }

    /// It lives for months, so it stays with the credentials that it was issued for: the next proof uses
    /// it, and so does the connection after the switch.
    async fn keep_service_token(
        &self,
        connection: &Connection,
        held: &HeldGeneration,
        token: CachedToken,
    ) -> Result<(), Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let (connection, generation) = (connection.clone(), held.generation);
        blocking(move || {
            custody::keep_held_token(&store, vault.as_ref(), &connection, generation, token)
        })
        .await
    }
}
