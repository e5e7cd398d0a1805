//! Taking the last step of a replacement back: one step, and never to credentials that do not work.

use jiff::Timestamp;

use super::super::Proofkey;
use crate::border::Undone;
use crate::check::Verdict;
use crate::connection::custody::Exchange;
use crate::connection::{Connection, GenerationRole, HeldGeneration, Leaving, RotationReason};
use crate::error::{Code, Problem};
use crate::ports::Unwatched;
use crate::provider::Grant;
use crate::system::threads::blocking;

impl Proofkey {
    /// Takes the last step of a replacement back: drops credentials that wait and never were current, or
    /// else makes those that were current directly before the current ones again, once they were proven
    /// anew. The ones that were switched to wait then.
    ///
    /// `NotFound` when there is nothing to undo; `DraftInvalid` when the old ones were given up because
    /// somebody else may have them, when their time is over, when the current ones were changed since, and
    /// when undoing would lose what was in use; `ExportNotValidated` when the old ones do not work.
    pub async fn undo_rotation(&self, name: &str) -> Result<Undone, Problem> {
        let (connection, _turn) = self.settled(name).await?;
        if let Some(held) = connection.incoming().cloned() {
            refuse_to_lose(&connection, &held)?;
            let dropped = self.forget(connection, &held).await?;
            return Ok(Undone {
                notes: dropped.all_notes(),
                connection: dropped.connection,
            });
        }
        let now = self.host.clock.now();
        let old = connection.predecessor().cloned();
        let old = old.ok_or_else(|| nothing_to_undo(&connection))?;
        refuse_ended(&connection, &old, now)?;
        self.prove_anew(&connection, &old).await?;
        let exchange = Exchange {
            generation: old.generation,
            left: Leaving {
                role: GenerationRole::Incoming,
                reason: old.reason,
                since: now,
                ends_at: old.ends_at,
            },
            moves_approval: connection.grant == Grant::AuthorizationCode,
        };
        let connection = self.exchange(connection, exchange, true).await?;
        Ok(Undone {
            connection,
            notes: Vec::new(),
        })
    }

    /// A way back to credentials that the provider does not take would be an outage.
    async fn prove_anew(
        &self,
        connection: &Connection,
        old: &HeldGeneration,
    ) -> Result<(), Problem> {
        let report = self.prove_held(connection, old, &Unwatched).await?;
        if report.verdict == Verdict::Failed {
            let why = report.first_failure().map(|check| check.summary.as_str());
            return Err(Problem::new(
                Code::ExportNotValidated,
                format!(
                    "The old credentials of “{}” were proven anew and did not pass: {}",
                    connection.name,
                    why.unwrap_or("the proof failed.")
                ),
                "Nothing was changed: the current ones are still in use.",
            ));
        }
        if connection.grant == Grant::AuthorizationCode {
            // Only the client was tried; what is kept of the old ones is the whole proof.
            return Ok(());
        }
        let (store, id) = (std::sync::Arc::clone(&self.store), connection.id.clone());
        let generation = old.generation;
        blocking(move || store.keep_held_report(&id, generation, &report)).await
    }
}

/// What was in use until a person went back is not dropped by undoing once more.
fn refuse_to_lose(connection: &Connection, waiting: &HeldGeneration) -> Result<(), Problem> {
    if waiting.replaced_by.is_none() {
        return Ok(());
    }
    Err(Problem::new(
        Code::DraftInvalid,
        format!(
            "“{}” went back already. The credentials that were in use before (generation {}) wait, and undoing \
             once more would lose them.",
            connection.name, waiting.generation.0
        ),
        "Switch to them again, or forget them expressly.",
    ))
}

/// Nobody goes back to credentials that are known to others, or that no longer work.
fn refuse_ended(
    connection: &Connection,
    old: &HeldGeneration,
    now: Timestamp,
) -> Result<(), Problem> {
    let why = if old.reason == RotationReason::Compromise {
        "were given up because somebody else may have them"
    } else if old.ends_at.is_some_and(|end| end <= now) {
        "are over: their time has passed"
    } else {
        return Ok(());
    };
    Err(Problem::new(
        Code::DraftInvalid,
        format!("The old credentials of “{}” {why}.", connection.name),
        "Go on with the current ones, or begin another replacement.",
    ))
}

fn nothing_to_undo(connection: &Connection) -> Problem {
    if connection.outgoing().is_some() {
        return Problem::new(
            Code::DraftInvalid,
            format!(
                "“{}” was changed since its credentials were replaced, and an undo goes one step back only.",
                connection.name
            ),
            "Go on with the current ones, or begin another replacement with those you want.",
        );
    }
    Problem::new(
        Code::NotFound,
        format!("“{}” has no replacement to undo.", connection.name),
        "Nothing was changed.",
    )
}
