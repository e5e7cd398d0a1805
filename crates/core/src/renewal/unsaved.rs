//! Tokens that the vault did not take: they wait in memory, so that unlocking it and trying again is
//! enough. The refresh token that they came for is spent, and there is no other copy.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Tokens;
use crate::border::Consent;
use crate::connection::{Connection, ConnectionId, Store, custody};
use crate::error::{Code, Problem};
use crate::vault::Vault;

/// Tokens on their way into the vault.
pub struct Unsaved {
    /// As it was when the tokens were asked for.
    pub connection: Connection,
    pub tokens: Tokens,
    /// Of a new approval; `None` for a refresh.
    pub consent: Option<Consent>,
}

/// One set of tokens a connection, in the memory of this process only.
#[derive(Default)]
pub struct UnsavedTokens {
    waiting: Mutex<BTreeMap<ConnectionId, Unsaved>>,
}

impl UnsavedTokens {
    /// Holds `unsaved` until [`UnsavedTokens::save`] succeeds. Later tokens take the place of earlier
    /// ones.
    pub fn hold(&self, unsaved: Unsaved) {
        let id = unsaved.connection.id.clone();
        self.waiting().insert(id, unsaved);
    }

    pub fn holds(&self, id: &ConnectionId) -> bool {
        self.waiting().contains_key(id)
    }

    pub fn forget(&self, id: &ConnectionId) {
        self.waiting().remove(id);
    }

    /// Saves what waits for `id`; only while its turn is held. `None` when nothing waits.
    ///
    /// When the vault does not take the tokens they go on waiting. When the connection was changed or
    /// removed meanwhile they are of no use any more, and are dropped with that problem.
    pub fn save(
        &self,
        store: &Store,
        vault: &dyn Vault,
        id: &ConnectionId,
    ) -> Option<Result<(), Problem>> {
        let unsaved = self.waiting().remove(id)?;
        let Err(problem) = unsaved.save(store, vault) else {
            return Some(Ok(()));
        };
        if matches!(problem.code, Code::AlreadyExists | Code::NotFound) {
            return Some(Err(problem));
        }
        let problem = unsaved.still_here(problem);
        // What came in meanwhile is newer.
        self.waiting().entry(id.clone()).or_insert(unsaved);
        Some(Err(problem))
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Unsaved>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unsaved {
    fn save(&self, store: &Store, vault: &dyn Vault) -> Result<(), Problem> {
        match &self.consent {
            Some(consent) => self.save_approval(store, vault, consent),
            None => custody::renew_document(store, vault, &self.connection, |document| {
                self.tokens.renew_in(document);
            }),
        }
    }

    /// A new generation, like any change of secrets: a proof of what another approval allowed does
    /// not hold for this one.
    fn save_approval(
        &self,
        store: &Store,
        vault: &dyn Vault,
        consent: &Consent,
    ) -> Result<(), Problem> {
        let mut document = custody::read_document(vault, &self.connection)?;
        self.tokens.replace_in(&mut document);
        let previous = Some(self.connection.secrets);
        let saved =
            custody::save_with_secrets(store, vault, &self.connection, &document, previous)?;
        store.forget_spending(&saved.id)?;
        store.edit_authorization(&saved.id, |record| {
            record.consent = Some(consent.clone());
            record.failure = None;
            record.sign_in_again = false;
            record.generation = Some(saved.secrets);
            record.rotates = None;
        })
    }

    fn still_here(&self, problem: Problem) -> Problem {
        let what = match self.consent {
            Some(_) => "The approval",
            None => "The new token",
        };
        Problem {
            remedy: format!(
                "{} {what} waits in memory until Proofkey is closed; nobody has to approve again if you try before that.",
                problem.remedy.replace(" Nothing was changed.", "")
            ),
            ..problem
        }
    }
}
