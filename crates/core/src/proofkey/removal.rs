//! Removing a connection: its tokens are withdrawn where the provider can, then everything is
//! forgotten.

use std::sync::Arc;

use super::{Proofkey, blocking};
use crate::border::Removal;
use crate::connection::{Connection, custody};
use crate::error::{Code, Problem};

impl Proofkey {
    /// Withdraws the tokens of a connection, then forgets it, its report and its secrets.
    ///
    /// A provider that cannot be reached keeps nobody from removing; what may stay valid there is said
    /// in the notes. When the vault does not answer, nothing is removed; when it does not let go of the
    /// secrets, a note says so.
    pub async fn remove(&self, name: &str) -> Result<Removal, Problem> {
        let (connection, turn) = self.settled(name).await?;
        let mut removal = match self.secrets_of(&connection).await {
            Ok(document) => self.withdraw(&connection, &document).await,
            Err(problem) if problem.code == Code::SecretMissing => Removal::default(),
            Err(problem) => return Err(problem),
        };
        removal.notes.extend(self.part_with_held(&connection).await);
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let stays = blocking(move || {
            let stays = custody::remove_with_secrets(&store, vault.as_ref(), &connection.id)?;
            store.end_turn(&connection.id, turn)?;
            Ok(stays)
        })
        .await?;
        removal.notes.extend(stays.map(|why| not_let_go(&why)));
        Ok(removal)
    }

    /// What is to be said of the tokens that generations beside the current one leave at the provider.
    async fn part_with_held(&self, connection: &Connection) -> Vec<String> {
        let mut notes = Vec::new();
        for held in &connection.generations {
            let candidate = connection.with_generation(held);
            // What the vault has lost leaves nothing to withdraw.
            if let Ok(document) = self.secrets_of(&candidate).await {
                notes.extend(self.part_with(&candidate, &document).await);
            }
        }
        notes
    }
}

/// The file names the secrets no more, and the vault still has them.
pub(super) fn not_let_go(why: &Problem) -> String {
    format!(
        "The secrets are still in the vault, although nothing uses them any more: {} Proofkey removes them \
         when it looks after the vault the next time, at its next start or with \"proofkey doctor\".",
        why.summary
    )
}
