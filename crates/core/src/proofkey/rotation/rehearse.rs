//! Proving what waits, without touching what is current.

use std::sync::Arc;

use super::super::{Proofkey, blocking};
use super::incoming;
use crate::check::{self, Report, Subject};
use crate::error::Problem;
use crate::ports::Progress;
use crate::provider::Grant;

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
        let provider = &self.provider(&connection.provider)?;
        let network = self.network(connection.practice)?;
        let (candidate, secrets) = self.held_secrets(&connection, &held).await?;
        let subject = Subject {
            connection: &candidate,
            provider,
            secrets: &secrets,
            renewal: None,
        };
        let (vault, clock) = (Arc::clone(&self.host.vault), self.host.clock.as_ref());
        let report = if connection.grant == Grant::AuthorizationCode {
            check::rehearse(&subject, &network, vault, clock, progress).await
        } else {
            check::prove(&subject, &network, vault, clock, progress)
                .await
                .report
        };
        let store = Arc::clone(&self.store);
        blocking(move || {
            store.keep_held_report(&connection.id, held.generation, &report)?;
            Ok(report)
        })
        .await
    }
}
