//! Making what waits the current credentials.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::super::{Proofkey, blocking};
use crate::border::ConnectionView;
use crate::check::{Report, Verdict, content_id};
use crate::connection::custody::{self, Exchange};
use crate::connection::{
    Connection, ConnectionId, GenerationRole, HeldGeneration, Leaving, RotationReason, Store,
};
use crate::error::{Code, Problem};
use crate::provider::{Grant, Provider};
use crate::vault::Generation;

impl Proofkey {
    /// Makes the credentials that wait the current ones. The old ones are kept with their clock: until
    /// the provider is expected to end them, or as ended at once after a compromise.
    ///
    /// `ExportNotValidated` unless [`Proofkey::prove_incoming`] passed on this very content, `NotFound`
    /// when nothing waits.
    pub async fn switch(&self, name: &str) -> Result<ConnectionView, Problem> {
        let (connection, held, _turn) = self.settled_incoming(name).await?;
        let provider = &self.provider(&connection.provider)?;
        self.require_proof(&connection, &held, provider)?;
        let now = self.host.clock.now();
        let exchange = Exchange {
            generation: held.generation,
            left: Leaving {
                role: GenerationRole::Outgoing,
                reason: held.reason,
                since: now,
                ends_at: end_of_the_old(&held, provider, now),
            },
            moves_approval: connection.grant == Grant::AuthorizationCode,
        };
        let proof_moves = connection.grant != Grant::AuthorizationCode;
        self.exchange(connection, exchange, proof_moves).await
    }

    /// `proof_moves`: what is kept about the coming ones is a proof, and no rehearsal.
    pub(super) async fn exchange(
        &self,
        connection: Connection,
        exchange: Exchange,
        proof_moves: bool,
    ) -> Result<ConnectionView, Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let before = connection.clone();
        let saved = blocking(move || {
            // The proofs change places too. A proof names its content, so that one that a crash leaves
            // in the wrong place proves nothing there.
            let (leaving, coming) = (before.secrets, exchange.generation);
            let proof_of_coming = store.held_report(&before.id, coming).ok().flatten();
            let proof_of_leaving = store.report(&before.id).ok().flatten();
            let saved = custody::exchange_generations(&store, vault.as_ref(), &before, &exchange)?;
            let proofs = Proofs {
                of_leaving: proof_of_leaving,
                of_coming: proof_of_coming.filter(|_| proof_moves),
            };
            Ok((saved, leaving, coming, proofs))
        })
        .await?;
        let (saved, leaving, coming, proofs) = saved;
        // First: the credentials have changed places, and the approval goes with them whatever becomes of
        // the proofs.
        self.carry_approval(&connection, &saved, true)?;
        let (store, id) = (Arc::clone(&self.store), saved.id.clone());
        let moved = blocking(move || proofs.moved(&store, &id, leaving, coming)).await;
        if let Err(problem) = moved {
            // A new proof puts it right; the switch is done, and saying otherwise would be wrong.
            tracing::warn!(connection = %saved.id, cause = %problem, "a proof could not change places");
        }
        Ok(self.view_with_report(&saved))
    }

    fn require_proof(
        &self,
        connection: &Connection,
        held: &HeldGeneration,
        provider: &Provider,
    ) -> Result<(), Problem> {
        let report = self.store.held_report(&connection.id, held.generation)?;
        let content = content_id(&connection.with_generation(held), provider);
        let why = match report {
            None => "were never proven",
            Some(report) if report.content_id != content => {
                "were proven before the connection was changed"
            }
            Some(report) if report.verdict == Verdict::Failed => "did not pass their proof",
            Some(_) => return Ok(()),
        };
        Err(Problem::new(
            Code::ExportNotValidated,
            format!(
                "The new credentials of “{}” {why}, so they cannot take the place of those that work.",
                connection.name
            ),
            "Prove them first.",
        ))
    }
}

/// What the provider said comes before what it usually does.
fn end_of_the_old(held: &HeldGeneration, provider: &Provider, now: Timestamp) -> Option<Timestamp> {
    if held.reason == RotationReason::Compromise {
        return Some(now);
    }
    let usual = provider.rotation.grace_seconds;
    let usual = usual.map(|seconds| SignedDuration::from_secs(i64::from(seconds)));
    held.ends_at
        .or_else(|| usual.and_then(|grace| held.since.checked_add(grace).ok()))
}

/// What is known of two generations that change places.
struct Proofs {
    of_leaving: Option<Report>,
    of_coming: Option<Report>,
}

impl Proofs {
    fn moved(
        self,
        store: &Store,
        id: &ConnectionId,
        leaving: Generation,
        coming: Generation,
    ) -> Result<(), Problem> {
        if let Some(report) = self.of_leaving {
            store.keep_held_report(id, leaving, &report)?;
        }
        if let Some(report) = self.of_coming {
            store.keep_report(id, &report)?;
        }
        store.forget_held_report(id, coming)
    }
}
