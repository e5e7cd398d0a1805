//! Forgetting a generation of credentials that stands beside the current one.

use std::sync::Arc;

use super::super::removal::not_let_go;
use super::super::{Proofkey, blocking};
use crate::border::{ConnectionView, Retirement};
use crate::connection::{Connection, HeldGeneration, custody};
use crate::error::{Code, Problem};
use crate::provider::Grant;
use crate::vault::{Generation, SecretDocument};

/// What became of a generation that was dropped.
pub(super) struct Forgotten {
    pub(super) connection: ConnectionView,
    /// What may stay valid at the provider.
    pub(super) notes: Vec<String>,
    /// Why the vault has not let go of the secrets.
    pub(super) stays: Option<Problem>,
}

impl Forgotten {
    /// With what is to be said of the vault.
    pub(super) fn all_notes(&self) -> Vec<String> {
        let stays = self.stays.as_ref().map(not_let_go);
        self.notes.iter().cloned().chain(stays).collect()
    }

    /// `said` comes before the word that they were forgotten, which is not said before it is true.
    pub(super) fn retired(self, said: &str, which: &str) -> Retirement {
        let (summary, remedy) = match &self.stays {
            None => (format!("{said} {which} were forgotten."), None),
            Some(why) => (
                format!("{said} {which} are no longer used."),
                Some(not_let_go(why)),
            ),
        };
        Retirement {
            forgotten: self.stays.is_none(),
            summary: summary.trim_start().to_owned(),
            remedy,
            notes: self.notes,
            connection: self.connection,
        }
    }
}

impl Proofkey {
    /// Forgets held credentials without asking the provider about them: for one that is gone, or says
    /// nothing that could be told apart. Only after a person confirmed it. `generation` may be left out
    /// while one alone is held.
    ///
    /// `NotFound` when it is not held, `DraftInvalid` when several are and none is named.
    pub async fn forget_without_proof(
        &self,
        name: &str,
        generation: Option<Generation>,
    ) -> Result<Retirement, Problem> {
        let (connection, _turn) = self.settled(name).await?;
        let held = chosen(&connection, generation)?.clone();
        let provider = self.provider(&connection.provider).ok();
        let asked = provider.as_ref().map_or("The provider", |it| &it.name);
        let said = format!(
            "{asked} was not asked and may still take them, so end them there if that was not done."
        );
        let which = format!("The credentials of generation {}", held.generation.0);
        let mut retired = (self.forget(connection, &held).await?).retired("", &which);
        retired.summary = format!("{} {said}", retired.summary);
        Ok(retired)
    }

    /// Drops a held generation with its proof. A service token of it is withdrawn where that is possible.
    pub(super) async fn forget(
        &self,
        connection: Connection,
        held: &HeldGeneration,
    ) -> Result<Forgotten, Problem> {
        let notes = self.parted_with(&connection, held).await;
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let generation = held.generation;
        let dropped = blocking(move || {
            let dropped =
                custody::drop_generation(&store, vault.as_ref(), &connection, generation)?;
            store.forget_held_report(&dropped.connection.id, generation)?;
            Ok(dropped)
        })
        .await?;
        Ok(Forgotten {
            connection: self.view_with_report(&dropped.connection),
            notes,
            stays: dropped.stays,
        })
    }

    /// What stays valid of tokens that came with `held`. Where the client is the same, its current
    /// credentials speak for it: the old ones may be refused.
    async fn parted_with(&self, connection: &Connection, held: &HeldGeneration) -> Vec<String> {
        if connection.grant != Grant::ClientCredentials || connection.service_token.is_none() {
            return Vec::new();
        }
        // What the vault has lost leaves nothing to withdraw.
        let Ok((candidate, leaving)) = self.held_secrets(connection, held).await else {
            return Vec::new();
        };
        match self.secrets_of(connection).await {
            Ok(current) if current.client_id.expose() == leaving.client_id.expose() => {
                let speaking = SecretDocument {
                    cached_token: leaving.cached_token,
                    ..current
                };
                self.part_with(connection, &speaking).await
            }
            _ => self.part_with(&candidate, &leaving).await,
        }
    }
}

fn chosen(
    connection: &Connection,
    generation: Option<Generation>,
) -> Result<&HeldGeneration, Problem> {
    let absent = |why: String| Problem::new(Code::NotFound, why, "Nothing was changed.");
    match (generation, connection.generations.as_slice()) {
        (None, []) => Err(absent(format!(
            "“{}” has no credentials beside the current ones.",
            connection.name
        ))),
        (None, [only]) => Ok(only),
        (None, several) => Err(Problem::new(
            Code::DraftInvalid,
            format!(
                "Generations {} of “{}” stand beside the current one.",
                numbers(several),
                connection.name
            ),
            "Say which of them to forget.",
        )),
        (Some(generation), _) => connection.held(generation).ok_or_else(|| {
            absent(format!(
                "Generation {} does not stand beside the current credentials of “{}”.",
                generation.0, connection.name
            ))
        }),
    }
}

fn numbers(several: &[HeldGeneration]) -> String {
    let mut numbers: Vec<u32> = several.iter().map(|held| held.generation.0).collect();
    numbers.sort_unstable();
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match numbers.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
