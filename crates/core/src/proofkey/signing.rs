//! The key of a connection that is saved: entered, taken over from the kept ones, or left as it is.

use std::sync::Arc;

use super::keys::stored_key;
use super::{Proofkey, Rejected, blocking};
use crate::connection::signing::{self, KEPT_KEY, PRIVATE_KEY};
use crate::connection::{
    Connection, ConnectionDraft, ConnectionId, Finding, KeptKey, Severity, Signing, SigningDraft,
    key_custody,
};
use crate::error::{Code, Problem};
use crate::provider::{ClientAuthentication, KeyOrigin, Provider};
use crate::signing_key::SigningKey;
use crate::vault::SecretDocument;

/// What signing a saved connection comes with.
pub(super) struct Settled {
    pub signing: Option<Signing>,
    /// A kept key that goes over to the connection, once that is saved.
    pub kept: Option<ConnectionId>,
}

impl Proofkey {
    /// Puts the private key of `draft` into `document` in the one form in which keys are kept, and says
    /// what it signs with. A client that does not sign keeps no key of its past.
    ///
    /// `stored` is what the key in `document` signed with so far.
    pub(super) async fn settle_signing(
        &self,
        provider: &Provider,
        draft: &mut ConnectionDraft,
        document: &mut SecretDocument,
        stored: Option<&Signing>,
    ) -> Result<Settled, Rejected> {
        let mut wanted = std::mem::take(&mut draft.signing);
        if !signs(draft) {
            document.private_key = None;
            return Ok(Settled {
                signing: None,
                kept: None,
            });
        }
        let kept = wanted
            .kept_key
            .take()
            .map(|name| self.kept_key(&name))
            .transpose()?;
        let (key, known) = match &kept {
            Some(kept) => {
                wanted.algorithm.get_or_insert(kept.algorithm);
                let key = stored_key(&self.private_half(kept).await?)?;
                (Arc::new(key), Some(kept.key_id.clone()))
            }
            None => entered_or_stored(&mut wanted, document, stored)?,
        };
        let settled = signing::settled(provider, &key, &wanted, known.as_deref());
        let signing = settled.map_err(rejected)?;
        document.private_key = Some(key.to_pkcs8_pem()?);
        Ok(Settled {
            signing: Some(signing),
            kept: kept.map(|key| key.id),
        })
    }

    /// Opens the private key that is given, where that can take its time; what looks at it afterwards does
    /// not open it again.
    ///
    /// What is wrong with the key is for the review to say.
    pub async fn open_key(&self, draft: &mut SigningDraft) -> Result<(), Problem> {
        let mut opening = std::mem::take(draft);
        *draft = blocking(move || {
            opening.open();
            Ok(opening)
        })
        .await?;
        Ok(())
    }

    /// The connection has the key now. A kept one that stays behind is listed, and can be removed by hand.
    pub(super) async fn taken_over(&self, kept: Option<ConnectionId>) {
        let Some(id) = kept else { return };
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let removed = blocking(move || key_custody::remove_key(&store, vault.as_ref(), &id)).await;
        if let Err(problem) = removed {
            tracing::warn!(cause = %problem, "a key that a connection took over stays for now");
        }
    }

    /// What is wrong with the kept key that a draft names; nothing of the vault is needed for that.
    pub(super) fn kept_key_findings(
        &self,
        provider: &Provider,
        draft: &ConnectionDraft,
    ) -> Vec<Finding> {
        let Some(name) = draft.signing.kept_key.as_deref().filter(|_| signs(draft)) else {
            return Vec::new();
        };
        match self.kept_key(name) {
            Ok(key) => unusable(provider, &key, &draft.signing)
                .into_iter()
                .chain(unknown_there(provider))
                .collect(),
            Err(problem) => vec![Finding::blocking(KEPT_KEY, problem.summary, problem.remedy)],
        }
    }
}

/// Whether the vault has a private key for `connection`.
pub(super) fn keeps_key(connection: &Connection) -> bool {
    connection.signing.is_some()
}

fn signs(draft: &ConnectionDraft) -> bool {
    draft.grant.is_oauth() && draft.client_authentication == ClientAuthentication::PrivateKeyJwt
}

/// The key that was entered, with the id from its JWK; or the one that is there, with its id.
fn entered_or_stored(
    wanted: &mut SigningDraft,
    document: &SecretDocument,
    stored: Option<&Signing>,
) -> Result<(Arc<SigningKey>, Option<String>), Rejected> {
    if let Some(read) = signing::given(wanted) {
        let key = read.map_err(|finding| rejected(vec![finding]))?;
        let known = key.key_id().map(str::to_owned);
        return Ok((key, known));
    }
    let key = Arc::new(stored_key(document.required_private_key()?)?);
    let Some(stored) = stored else {
        return Ok((key, None));
    };
    wanted.algorithm.get_or_insert(stored.algorithm);
    // An empty one was typed to take it away.
    let known = stored.key_id.clone().filter(|_| wanted.key_id.is_none());
    Ok((key, known))
}

fn unusable(provider: &Provider, key: &KeptKey, wanted: &SigningDraft) -> Option<Finding> {
    let offered = &provider.client_assertion.algorithms;
    let taken = offered.contains(&wanted.algorithm.unwrap_or(key.algorithm));
    (!taken).then(|| {
        Finding::blocking(
            KEPT_KEY,
            format!(
                "The key “{}” is for {}, which {} does not take.",
                key.name,
                key.algorithm.name(),
                provider.name
            ),
            "Make another key, for an algorithm that it takes.",
        )
    })
}

/// No proof that the provider takes no other key, so it is said and left to the person.
fn unknown_there(provider: &Provider) -> Option<Finding> {
    (provider.client_assertion.keys == KeyOrigin::Issued).then(|| {
        Finding::new(
            Severity::Warning,
            KEPT_KEY,
            format!(
                "{} makes the keys of its clients itself. It may not know one that was made here.",
                provider.name
            ),
            "Take the private key that was handed out with the client, unless it was registered there.",
        )
    })
}

fn rejected(findings: Vec<Finding>) -> Rejected {
    let (summary, remedy, field) = findings.first().map_or_else(
        || (String::new(), String::new(), PRIVATE_KEY.to_owned()),
        |first| {
            (
                first.summary.clone(),
                first.remedy.clone(),
                first.field.clone(),
            )
        },
    );
    Rejected {
        problem: Problem::new(Code::DraftInvalid, summary, remedy).at(field),
        findings,
    }
}
