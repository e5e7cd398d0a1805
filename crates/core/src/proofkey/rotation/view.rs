//! What stands beside the current credentials, for doors.

use jiff::Timestamp;

use super::super::Proofkey;
use super::super::views::standing;
use crate::border::{GenerationPlace, GenerationView, RotationStep, RotationView, Standing};
use crate::connection::{Connection, GenerationRole, HeldGeneration, RotationReason};
use crate::provider::Provider;

impl Proofkey {
    /// `None` while nothing is held.
    pub(in crate::proofkey) fn rotation_view(
        &self,
        connection: &Connection,
        provider: Option<&Provider>,
        standing: Standing,
        proven_at: Option<Timestamp>,
    ) -> Option<RotationView> {
        if connection.generations.is_empty() {
            return None;
        }
        let current = GenerationView {
            generation: connection.secrets,
            place: GenerationPlace::Current,
            reason: None,
            signing: connection.signing.clone(),
            since: None,
            ends_at: None,
            standing,
            proven_at,
            was_current: false,
        };
        let mut held: Vec<GenerationView> = (connection.generations.iter())
            .map(|held| self.held_view(connection, provider, held))
            .collect();
        held.sort_by_key(|held| (held.place == GenerationPlace::Outgoing, held.since));
        let now = self.host.clock.now();
        let acknowledges = provider
            .filter(|provider| provider.rotation.acknowledgement.is_some())
            .filter(|_| connection.installation.is_some() && worth_a_word(connection, now));
        let mut steps = steps(connection, &held, now);
        if acknowledges.is_some() {
            steps.push(RotationStep::Acknowledge);
        }
        Some(RotationView {
            generations: std::iter::once(current).chain(held).collect(),
            steps,
            acknowledgement: acknowledges.map(|provider| {
                format!(
                    "{} ends the old credentials as soon as it is told that the new ones are in use.",
                    provider.name
                )
            }),
        })
    }

    fn held_view(
        &self,
        connection: &Connection,
        provider: Option<&Provider>,
        held: &HeldGeneration,
    ) -> GenerationView {
        // A report that cannot be read proves nothing.
        let report = self.store.held_report(&connection.id, held.generation);
        let report = report.ok().flatten();
        let candidate = connection.with_generation(held);
        GenerationView {
            generation: held.generation,
            place: match held.role {
                GenerationRole::Incoming => GenerationPlace::Incoming,
                GenerationRole::Outgoing => GenerationPlace::Outgoing,
            },
            reason: Some(held.reason),
            signing: held.signing.clone(),
            since: Some(held.since),
            ends_at: held.ends_at,
            standing: standing(&candidate, provider, report.as_ref(), None),
            proven_at: report.map(|report| report.finished_at),
            was_current: held.role == GenerationRole::Incoming && held.replaced_by.is_some(),
        }
    }
}

/// Old ones that have ended, or were acknowledged before, need no word any more. After a compromise the time
/// is Proofkey's own, and the provider may take them still.
fn worth_a_word(connection: &Connection, now: Timestamp) -> bool {
    connection.outgoing().is_some_and(|old| {
        old.reason == RotationReason::Compromise || old.ends_at.is_none_or(|end| end > now)
    })
}

fn steps(connection: &Connection, held: &[GenerationView], now: Timestamp) -> Vec<RotationStep> {
    let waiting = held
        .iter()
        .find(|held| held.place == GenerationPlace::Incoming);
    if let Some(waiting) = waiting {
        let proven = waiting.standing == Standing::Proven;
        let mut steps = Vec::from_iter(proven.then_some(RotationStep::Switch));
        steps.push(RotationStep::Prove);
        steps.push(if waiting.was_current {
            RotationStep::Forget
        } else {
            RotationStep::Undo
        });
        return steps;
    }
    let undone = connection.predecessor().is_some_and(|old| {
        old.reason == RotationReason::Routine && old.ends_at.is_none_or(|end| end > now)
    });
    let mut steps = vec![RotationStep::Retire];
    steps.extend(undone.then_some(RotationStep::Undo));
    steps.push(RotationStep::Forget);
    steps
}
