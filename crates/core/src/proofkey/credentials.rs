//! The credentials of a connection that is saved: what stays, what is new, and what must not be kept.

use super::signing::keeps_key;
use super::{Proofkey, Rejected};
use crate::connection::credentials::{Credentials, credentials};
use crate::connection::destinations::may_stay;
use crate::connection::signing::PRIVATE_KEY;
use crate::connection::{
    Connection, ConnectionDraft, DraftReview, Kept, Severity, SigningDraft, telling_parameter,
};
use crate::error::{Code, Problem};
use crate::provider::{ClientAuthentication, Grant, Provider};
use crate::secret::Secret;
use crate::vault::SecretDocument;

impl Proofkey {
    /// The stored secrets with those of the draft laid over them, without a token that was obtained
    /// with the old ones; and whether they are still those of the same client.
    pub(super) async fn changed_secrets(
        &self,
        provider: &Provider,
        old: &Connection,
        draft: &mut ConnectionDraft,
    ) -> Result<(SecretDocument, bool), Rejected> {
        let asked = credentials(provider, draft.grant, draft.client_authentication);
        let all_given = (asked.identifier.is_none() || draft.client_id.is_some())
            && (asked.secret.is_none() || draft.client_secret.is_some())
            && (asked.key.is_none() || names_key(&draft.signing));
        let nothing = || SecretDocument::new(empty(), None);
        // A secret for a token endpoint never becomes a key for an API, nor the other way round.
        // And what was entered for one server goes to no other.
        let mut same_client = keeps_secrets(old, provider, draft);
        let mut document = if same_client {
            match self.secrets_of(old).await {
                Ok(document) => document,
                // Secrets that were lost can be entered again, all of them.
                Err(_) if all_given => nothing(),
                Err(problem) => return Err(problem.into()),
            }
        } else {
            nothing()
        };
        if let Some(client_id) = draft.client_id.take() {
            same_client &= document.client_id.expose() == client_id.expose();
            document.client_id = client_id;
        }
        if let Some(client_secret) = draft.client_secret.take() {
            document.client_secret = Some(client_secret);
        }
        // What an installation brought was delivered once, and comes to use when it signs in another way.
        let spare = old.installation.is_some() && same_client;
        settle_secret(&asked, draft, &mut document, spare)?;
        document.cached_token = None;
        Ok((document, same_client))
    }
}

fn names_key(signing: &SigningDraft) -> bool {
    signing.private_key.is_some() || signing.kept_key.is_some()
}

/// Whether the stored secrets of `old` stay when `draft` leaves them out.
pub(super) fn keeps_secrets(
    old: &Connection,
    provider: &Provider,
    draft: &ConnectionDraft,
) -> bool {
    same_credentials(old.grant, draft.grant) && may_stay(old, provider, &draft.variables)
}

/// Which stored credentials a draft may leave out, when it `keeps` those of `old`.
pub(super) fn kept(keeps: bool, old: Option<&Connection>) -> Kept {
    let Some(old) = old.filter(|_| keeps) else {
        return Kept::default();
    };
    let signs = keeps_key(old);
    Kept {
        identifier: true,
        // An installation brought a secret beside the key.
        secret: (!signs || old.installation.is_some())
            && (!old.grant.is_oauth() || old.client_authentication != ClientAuthentication::None),
        key: signs,
    }
}

/// Says why a secret is missing that was entered before: for another server.
pub(super) fn enter_again(
    old: &Connection,
    provider: &Provider,
    draft: &ConnectionDraft,
    reviewed: &mut DraftReview,
) {
    if may_stay(old, provider, &draft.variables) {
        return;
    }
    let asked = credentials(provider, draft.grant, draft.client_authentication);
    let fields = [
        ("client_id", asked.identifier, draft.client_id.is_none()),
        ("client_secret", asked.secret, draft.client_secret.is_none()),
        (PRIVATE_KEY, asked.key, draft.signing.private_key.is_none()),
    ];
    for (field, asked, left_out) in fields {
        let missing = reviewed
            .findings
            .iter_mut()
            .find(|finding| finding.field == field && finding.severity == Severity::Blocking);
        if let (Some(asked), true, Some(missing)) = (asked, left_out, missing) {
            missing.summary = format!(
                "{} has to be entered again, because it would go to another server than it was entered \
                 for.",
                asked.label
            );
            "Enter it, if the new address is right.".clone_into(&mut missing.remedy);
        }
    }
}

/// Whether stored credentials of one grant are those that the other asks for.
fn same_credentials(one: Grant, other: Grant) -> bool {
    one == other || (one.is_oauth() && other.is_oauth())
}

/// What is not asked for is not kept: a public client (RFC 6749 §2.1) keeps no secret of its confidential
/// past. What is asked for is there, and no parameter repeats it.
fn settle_secret(
    asked: &Credentials<'_>,
    draft: &ConnectionDraft,
    document: &mut SecretDocument,
    spare: bool,
) -> Result<(), Rejected> {
    if asked.identifier.is_none() {
        document.client_id = empty();
    }
    let Some(field) = asked.secret else {
        if !spare {
            document.client_secret = None;
        }
        return Ok(());
    };
    let Some(secret) = &document.client_secret else {
        return Err(missing("client_secret", field.label).into());
    };
    match telling_parameter(draft, secret) {
        Some(finding) => Err(Rejected {
            problem: Problem::new(Code::DraftInvalid, &finding.summary, &finding.remedy)
                .at(&finding.field),
            findings: vec![finding],
        }),
        None => Ok(()),
    }
}

fn missing(field: &str, label: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("{label} is missing."),
        "Enter it and try again.",
    )
    .at(field)
}

pub(super) fn empty() -> Secret {
    Secret::new(String::new())
}
