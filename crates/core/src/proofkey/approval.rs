//! What becomes of a person's approval: kept, shown, kept again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Proofkey, blocking};
use crate::border::{
    ApprovedServer, AuthorizationRecord, AuthorizationStanding, AuthorizationView, Consent,
};
use crate::check;
use crate::connection::store::Turn;
use crate::connection::{Connection, custody};
use crate::error::{Code, Problem};
use crate::oauth::TokenReply;
use crate::provider::{Grant, Provider, Refresh, endpoints};
use crate::renewal::{RenewalError, Tokens, Unsaved};

/// How long keeping waits for a refresh that is under way.
const PATIENCE: Duration = Duration::from_secs(30);

impl Proofkey {
    /// Keeps what an approval brought: the tokens in the vault, as a new generation of `connection`'s
    /// secrets, then the consent beside the connection. An earlier approval is replaced.
    ///
    /// When the vault does not take the tokens ([`Code::VaultDenied`], [`Code::VaultUnavailable`])
    /// they wait in memory for [`Proofkey::retry_keeping`]. [`Code::AlreadyExists`] when the
    /// connection was changed while the person was in the browser: the approval is then of no use.
    pub async fn keep_approval(
        &self,
        connection: &Connection,
        reply: TokenReply,
        consent: Consent,
    ) -> Result<(), Problem> {
        let provider = self.provider(&connection.provider)?;
        let endpoints = endpoints(&provider, &connection.variables)?;
        let server = ApprovedServer::of(&endpoints);
        self.keep_approval_of(&provider, server, connection, reply, consent)
            .await
    }

    /// The same for tokens that are known to come from `server`: the provider file may have been
    /// replaced while the person was in the browser.
    pub(super) async fn keep_approval_of(
        &self,
        provider: &Provider,
        server: ApprovedServer,
        connection: &Connection,
        reply: TokenReply,
        consent: Consent,
    ) -> Result<(), Problem> {
        let approved = Unsaved {
            connection: connection.clone(),
            tokens: Tokens::new(reply, provider, self.host.clock.now()),
            consent: Some(consent),
            server: Some(server),
            saved: None,
        };
        let asked = connection.clone();
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let unsaved = Arc::clone(&self.unsaved);
        blocking(move || {
            // Held in its turn, so that nobody else saves or drops it and is told instead of this
            // caller; without a turn it waits for the next try.
            let turn = store.take_turn(&asked.id, PATIENCE);
            unsaved.hold(approved);
            let _turn = turn?;
            unsaved
                .save(&store, vault.as_ref(), &asked.id)
                .unwrap_or_else(|| Err(custody::changed_meanwhile(&asked)))
        })
        .await
    }

    /// Tries once more to keep tokens that the vault did not take; nobody has to approve again.
    /// Returns the consent that they belong to.
    ///
    /// [`Code::AuthorizationRequired`] when none are waiting.
    pub async fn retry_keeping(&self, name: &str) -> Result<Consent, Problem> {
        let connection = self.find(name)?;
        if !self.unsaved.holds(&connection.id) {
            return Err(Problem::new(
                Code::AuthorizationRequired,
                "No approval is waiting to be kept.",
                "Authorize the connection.",
            ));
        }
        let waiting = self.unsaved.approval(&connection.id);
        self.settled(connection.id.as_str()).await?;
        let record = self.store.authorization(&connection.id)?;
        record
            .and_then(|record| record.consent)
            // Somebody else may have found meanwhile that it is of no use any more.
            .filter(|kept| waiting.is_none_or(|waiting| waiting.at == kept.at))
            .ok_or_else(|| RenewalError::NotApproved.problem(&connection))
    }

    /// Lets the record of an approval follow its connection from `old` secrets to new ones, or forgets
    /// it with them.
    pub(super) fn carry_approval(
        &self,
        old: &Connection,
        new: &Connection,
        survives: bool,
    ) -> Result<(), Problem> {
        if matches!(self.store.authorization(&new.id), Ok(None)) {
            return Ok(());
        }
        self.store.edit_authorization(&new.id, |record| {
            if survives && record.generation == Some(old.secrets) {
                record.generation = Some(new.secrets);
            } else {
                *record = AuthorizationRecord::default();
            }
        })
    }

    /// The connection with nothing under way: no refresh in another process, and no tokens that wait
    /// for the vault. It stays so while the turn is held.
    pub(super) async fn settled(&self, name: &str) -> Result<(Connection, Turn), Problem> {
        let id = self.find(name)?.id;
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let unsaved = Arc::clone(&self.unsaved);
        blocking(move || {
            let turn = store.take_turn(&id, PATIENCE)?;
            if let Some(saved) = unsaved.save(&store, vault.as_ref(), &id) {
                saved?;
            }
            Ok((store.load(&id)?, turn))
        })
        .await
    }

    /// `None` for other grants, and while the connection has no way back from the browser.
    pub(super) fn authorization_view(&self, connection: &Connection) -> Option<AuthorizationView> {
        if connection.grant != Grant::AuthorizationCode {
            return None;
        }
        let redirect = connection.redirect.clone()?;
        // A record that cannot be read shows no approval, and keeps nobody from the connection.
        let record = self.store.authorization(&connection.id).ok().flatten();
        let record = record.unwrap_or_default();
        Some(AuthorizationView {
            standing: standing(connection, &record),
            redirect_uris: redirect.to_register(),
            redirect,
            unsaved: self.unsaved.holds(&connection.id),
            life: self
                .provider(&connection.provider)
                .ok()
                .and_then(|provider| life(&provider.refresh)),
            consent: record
                .consent
                .filter(|_| record.generation == Some(connection.secrets)),
            failure: record.failure,
        })
    }
}

/// When an approval ends by itself.
fn life(refresh: &Refresh) -> Option<String> {
    let idle = refresh.idle_seconds.map(|seconds| {
        let time = check::lasts(u64::from(seconds));
        format!("when it was not used for {time}")
    });
    let absolute = refresh.absolute_seconds.map(|seconds| {
        let time = check::lasts(u64::from(seconds));
        format!("{time} after it was given")
    });
    match (idle, absolute) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(format!("It ends {one}.")),
        (Some(idle), Some(absolute)) => {
            Some(format!("It ends {idle}, and {absolute} in any case."))
        }
    }
}

/// Whether what was approved for `old` holds for `new`, which has the same client: tokens belong to
/// one authorization server, one account and the scopes that were asked for.
pub(super) fn approval_survives(old: &Connection, new: &Connection) -> bool {
    let scopes = |connection: &Connection| -> BTreeSet<String> {
        connection.scopes.iter().cloned().collect()
    };
    old.provider == new.provider
        && old.grant == new.grant
        && old.practice == new.practice
        && old.variables == new.variables
        && old.parameters == new.parameters
        && scopes(old) == scopes(new)
}

fn standing(connection: &Connection, record: &AuthorizationRecord) -> AuthorizationStanding {
    if record.consent.is_none() || record.generation != Some(connection.secrets) {
        AuthorizationStanding::Required
    } else if record.sign_in_again {
        AuthorizationStanding::SignInAgain
    } else {
        AuthorizationStanding::Authorized
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_approval_is_said_where_it_is_known() {
        let said = |idle_seconds, absolute_seconds| {
            life(&Refresh {
                idle_seconds,
                absolute_seconds,
                ..Refresh::default()
            })
        };
        assert_eq!(said(None, None), None);
        assert_eq!(
            said(Some(2_592_000), None).as_deref(),
            Some("It ends when it was not used for 30 days.")
        );
        assert_eq!(
            said(None, Some(7_776_000)).as_deref(),
            Some("It ends 90 days after it was given.")
        );
        assert_eq!(
            said(Some(604_800), Some(7_776_000)).as_deref(),
            Some(
                "It ends when it was not used for 7 days, and 90 days after it was given in any case."
            )
        );
    }
}
