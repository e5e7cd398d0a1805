//! Tokens that the vault did not take: they wait in memory, so that unlocking it and trying again is
//! enough. The refresh token that they came for is spent, and there is no other copy.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Tokens;
use crate::border::{ApprovedServer, Consent};
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
    /// Of a new approval: where it was given.
    pub server: Option<ApprovedServer>,
    /// The connection as it was saved with the tokens, when only the record is still to be written.
    pub saved: Option<Connection>,
}

/// The tokens of a refresh and those of a new approval have a place each: a refresh that was under
/// way while somebody approved must neither take the approval's place nor drop it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Refresh,
    Approval,
}

/// What waits for the vault, in the memory of this process only.
#[derive(Default)]
pub struct UnsavedTokens {
    waiting: Mutex<BTreeMap<(ConnectionId, Kind), Unsaved>>,
}

impl UnsavedTokens {
    /// Holds `unsaved` until [`UnsavedTokens::save`] succeeds. A later approval takes the place of an
    /// earlier one, and a later refresh that of an earlier refresh.
    pub fn hold(&self, unsaved: Unsaved) {
        let key = (unsaved.connection.id.clone(), unsaved.kind());
        self.waiting().insert(key, unsaved);
    }

    /// Whether anything waits for `id`.
    pub fn holds(&self, id: &ConnectionId) -> bool {
        self.holds_refresh(id) || self.approval(id).is_some()
    }

    pub fn holds_refresh(&self, id: &ConnectionId) -> bool {
        self.waiting().contains_key(&(id.clone(), Kind::Refresh))
    }

    /// The consent of the approval that waits for `id`.
    pub fn approval(&self, id: &ConnectionId) -> Option<Consent> {
        let waiting = self.waiting();
        waiting.get(&(id.clone(), Kind::Approval))?.consent.clone()
    }

    /// Forgets the tokens of a refresh; an approval goes on waiting.
    pub fn forget_refresh(&self, id: &ConnectionId) {
        self.waiting().remove(&(id.clone(), Kind::Refresh));
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
        // The refresh belongs to the approval before: it is all there is if the new one never gets in.
        let refresh = self.save_refresh(store, vault, id);
        let approval = self.save_one(store, vault, (id.clone(), Kind::Approval));
        if let Some(Ok(())) = approval {
            self.forget_refresh(id);
        }
        approval.or(refresh)
    }

    /// As [`UnsavedTokens::save`], for the tokens of a refresh alone: what becomes of an approval is
    /// for the one who approved to hear.
    pub fn save_refresh(
        &self,
        store: &Store,
        vault: &dyn Vault,
        id: &ConnectionId,
    ) -> Option<Result<(), Problem>> {
        self.save_one(store, vault, (id.clone(), Kind::Refresh))
    }

    fn save_one(
        &self,
        store: &Store,
        vault: &dyn Vault,
        key: (ConnectionId, Kind),
    ) -> Option<Result<(), Problem>> {
        let mut unsaved = self.waiting().remove(&key)?;
        let Err(problem) = unsaved.save(store, vault) else {
            return Some(Ok(()));
        };
        if matches!(problem.code, Code::AlreadyExists | Code::NotFound) {
            return Some(Err(problem));
        }
        let problem = unsaved.still_here(problem);
        // What came in meanwhile is newer.
        self.waiting().entry(key).or_insert(unsaved);
        Some(Err(problem))
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<(ConnectionId, Kind), Unsaved>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unsaved {
    fn kind(&self) -> Kind {
        match self.consent {
            Some(_) => Kind::Approval,
            None => Kind::Refresh,
        }
    }

    fn save(&mut self, store: &Store, vault: &dyn Vault) -> Result<(), Problem> {
        match self.consent.clone() {
            Some(consent) => self.save_approval(store, vault, consent),
            None => custody::renew_document(store, vault, &self.connection, |document| {
                self.tokens.renew_in(document);
            }),
        }
    }

    /// A new generation, like any change of secrets: a proof of what another approval allowed does
    /// not hold for this one.
    fn save_approval(
        &mut self,
        store: &Store,
        vault: &dyn Vault,
        consent: Consent,
    ) -> Result<(), Problem> {
        let saved = match &self.saved {
            // The tokens are in the vault already, and the secrets that they came for are gone.
            Some(saved) => saved,
            None => self.saved.insert(custody::replace_document(
                store,
                vault,
                &self.connection,
                |document| self.tokens.replace_in(document),
            )?),
        };
        let stored = store.load(&saved.id)?;
        if !stored.has_the_secrets_of(saved) {
            return Err(custody::changed_meanwhile(&stored));
        }
        store.forget_spending(&saved.id)?;
        store.edit_authorization(&saved.id, |record| {
            record.consent = Some(consent);
            record.failure = None;
            record.sign_in_again = false;
            record.generation = Some(saved.secrets);
            record.rotates = None;
            record.server.clone_from(&self.server);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::border::RefreshOutcome;
    use crate::provider::{BasicEncoding, ClientAuthentication, Grant};
    use crate::secret::Secret;
    use crate::vault::{CachedToken, Generation};

    fn unsaved(consent: Option<Consent>) -> Unsaved {
        let connection = Connection {
            version: 1,
            id: ConnectionId::from_name("acme"),
            name: "Acme".to_owned(),
            provider: "acme".to_owned(),
            grant: Grant::AuthorizationCode,
            client_authentication: ClientAuthentication::ClientSecretBasic,
            basic_encoding: BasicEncoding::default(),
            scopes: Vec::new(),
            practice: false,
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: Timestamp::UNIX_EPOCH,
            secrets: Generation::FIRST,
            redirect: None,
            parameters: BTreeMap::new(),
            destinations: Vec::new(),
            variables: BTreeMap::new(),
            signing: None,
            service_token: None,
            service_token_ends_at: None,
            installation: None,
            generations: Vec::new(),
            newest_generation: None,
        };
        let access = Secret::new("token".to_owned());
        Unsaved {
            connection,
            tokens: Tokens {
                access: CachedToken::new(access, None, None, Timestamp::UNIX_EPOCH),
                refresh_token: None,
                id_token: None,
                kept: BTreeMap::new(),
            },
            consent,
            server: None,
            saved: None,
        }
    }

    #[test]
    fn a_refresh_neither_replaces_nor_drops_an_approval_that_waits() {
        let consent = Consent {
            at: Timestamp::UNIX_EPOCH,
            person: None,
            account: Some("approved".to_owned()),
            requested_scopes: Vec::new(),
            granted_scopes: None,
            refresh: RefreshOutcome::Proven,
            notes: Vec::new(),
        };
        let (all, id) = (UnsavedTokens::default(), ConnectionId::from_name("acme"));
        all.hold(unsaved(Some(consent.clone())));
        all.hold(unsaved(None));
        assert_eq!(all.approval(&id), Some(consent.clone()));
        all.forget_refresh(&id);
        assert!(!all.holds_refresh(&id));
        assert_eq!(all.approval(&id), Some(consent));
        assert!(all.holds(&id));
    }
}
