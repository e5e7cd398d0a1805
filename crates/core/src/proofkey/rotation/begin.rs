//! Putting new credentials beside the current ones.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::connections::Rejected;
use super::super::{Proofkey, blocking};
use crate::border::ConnectionView;
use crate::check;
use crate::connection::credentials::{Credentials, credentials};
use crate::connection::{
    Connection, ConnectionDraft, GenerationRole, HeldGeneration, NewCredentials, RotationReason,
    custody,
};
use crate::error::{Code, Problem};
use crate::provider::Grant;
use crate::secret::Secret;
use crate::vault::{Generation, SecretDocument};
use crate::wording::day;

impl Proofkey {
    /// Writes `new` as a generation of credentials that waits beside the current one, which goes on
    /// working. What is left out stays as it is. `ends_at` is until when the provider takes the current
    /// ones, where somebody knows.
    ///
    /// [`Rejected`] holds every finding about the values. `AlreadyExists` when new credentials are
    /// waiting already, `AuthorizationRequired` when another client would need another approval.
    pub async fn begin_rotation(
        &self,
        name: &str,
        new: NewCredentials,
        reason: RotationReason,
        ends_at: Option<Timestamp>,
    ) -> Result<ConnectionView, Rejected> {
        self.begin_brought(name, new, (reason, ends_at), entered_in_vain)
            .await
    }

    /// As [`Proofkey::begin_rotation`]; `useless` words why credentials are refused that would replace
    /// nothing, because who brought them decides what is to be done.
    pub(in crate::proofkey) async fn begin_brought(
        &self,
        name: &str,
        mut new: NewCredentials,
        (reason, ends_at): (RotationReason, Option<Timestamp>),
        useless: impl FnOnce(&Useless<'_>) -> Problem,
    ) -> Result<ConnectionView, Rejected> {
        let spare = new.spare_secret.take();
        let (connection, _turn) = self.settled(name).await?;
        refuse_second(&connection)?;
        let provider = &self.provider(&connection.provider)?;
        let mut draft = drafted(&connection, new);
        self.open_key(&mut draft.signing).await?;
        self.refuse_blocked(&draft, Some(connection.id.as_str()), &[])?;
        let current = self.secrets_of(&connection).await?;
        let mut document = laid_over(&current, &mut draft);
        let stored = connection.signing.as_ref();
        let settled = self
            .settle_signing(provider, &mut draft, &mut document, stored)
            .await?;
        let same_key = settled.signing.as_ref() == stored;
        if !same_key {
            // A spare secret that came with the old key goes with it.
            document.client_secret = spare;
        }
        let given = Given {
            current: &current,
            document: &document,
            same_key,
        };
        let asked = credentials(provider, connection.grant, connection.client_authentication);
        if let Some(why) = replaces_nothing(&connection, &given, reason) {
            let why = Useless {
                why,
                asked,
                connection: &connection,
            };
            return Err(useless(&why).into());
        }
        keep_the_client(&connection, &given)?;
        let held = HeldGeneration {
            // Numbered when it is written.
            generation: Generation::FIRST,
            role: GenerationRole::Incoming,
            reason,
            signing: settled.signing,
            since: self.host.clock.now(),
            ends_at,
            replaced_by: None,
        };
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        let saved = blocking(move || {
            custody::hold_generation(&store, vault.as_ref(), &connection, held, &document)
        })
        .await?;
        self.taken_over(settled.kept).await;
        Ok(self.view_with_report(&saved))
    }
}

fn refuse_second(connection: &Connection) -> Result<(), Problem> {
    let Some(waiting) = connection.incoming() else {
        return Ok(());
    };
    Err(Problem::new(
        Code::AlreadyExists,
        format!(
            "New credentials of “{}” are waiting already, since {}.",
            connection.name,
            day(&waiting.since.strftime("%F").to_string())
        ),
        "Switch to them, or undo that replacement first.",
    ))
}

/// The connection with the new values, as if it were being changed: one review serves both.
fn drafted(connection: &Connection, new: NewCredentials) -> ConnectionDraft {
    let given = |secret: Option<Secret>| secret.filter(|secret| !secret.is_empty());
    ConnectionDraft {
        client_id: given(new.client_id),
        client_secret: given(new.client_secret),
        signing: new.signing.unwrap_or_default(),
        ..check::draft(connection, None)
    }
}

/// The current secrets with the new ones laid over them, and nothing of an approval.
fn laid_over(current: &SecretDocument, draft: &mut ConnectionDraft) -> SecretDocument {
    let mut document = current.duplicate();
    document.forget_approval();
    if let Some(client_id) = draft.client_id.take() {
        document.client_id = client_id;
    }
    if let Some(client_secret) = draft.client_secret.take() {
        document.client_secret = Some(client_secret);
    }
    document
}

/// What is in use, and what is to take its place.
struct Given<'a> {
    current: &'a SecretDocument,
    document: &'a SecretDocument,
    /// It signs as before.
    same_key: bool,
}

impl Given<'_> {
    fn same_client(&self) -> bool {
        self.document.client_id.expose() == self.current.client_id.expose()
    }
}

/// Credentials that would replace nothing.
pub(in crate::proofkey) struct Useless<'a> {
    pub(in crate::proofkey) why: InVain,
    /// What the connection signs in with.
    pub(in crate::proofkey) asked: Credentials<'a>,
    pub(in crate::proofkey) connection: &'a Connection,
}

#[derive(Clone, Copy)]
pub(in crate::proofkey) enum InVain {
    /// They are those in use.
    InUse,
    /// After a compromise: what somebody else may have stays.
    StaysCompromised,
}

fn replaces_nothing(
    connection: &Connection,
    given: &Given<'_>,
    reason: RotationReason,
) -> Option<InVain> {
    let same_proof = if connection.signing.is_some() {
        given.same_key
    } else {
        let (new, old) = (&given.document.client_secret, &given.current.client_secret);
        new.as_ref().map(Secret::expose) == old.as_ref().map(Secret::expose)
    };
    match (same_proof, reason) {
        (true, _) if given.same_client() => Some(InVain::InUse),
        (true, RotationReason::Compromise) => Some(InVain::StaysCompromised),
        _ => None,
    }
}

/// What is said to a person who entered them.
fn entered_in_vain(useless: &Useless<'_>) -> Problem {
    let asked = useless.asked.in_a_sentence();
    let (summary, remedy) = match useless.why {
        InVain::InUse => (
            "Nothing new was entered: these are the credentials in use.",
            format!("Enter the new {asked}."),
        ),
        InVain::StaysCompromised => (
            "Somebody else may have what the connection signs in with now, and it was not replaced.",
            format!("Enter the new {asked}, all of it."),
        ),
    };
    Problem::new(Code::DraftInvalid, summary, remedy)
}

fn keep_the_client(connection: &Connection, given: &Given<'_>) -> Result<(), Problem> {
    if connection.grant == Grant::AuthorizationCode && !given.same_client() {
        return Err(another_client(connection));
    }
    Ok(())
}

/// A refresh token belongs to the client that it was issued to (RFC 6749 §6).
fn another_client(connection: &Connection) -> Problem {
    Problem::new(
        Code::AuthorizationRequired,
        format!(
            "With another client ID the approval of “{}” would be of no use: it was given to this client.",
            connection.name
        ),
        "Add a second connection with the new client, authorize it, move what uses this one over, and remove this one then.",
    )
    .at("client_id")
}
