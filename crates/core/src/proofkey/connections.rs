//! Adding, changing, renaming and removing connections.

use std::sync::Arc;

use serde::Serialize;

use super::approval::approval_survives;
use super::credentials::{empty, enter_again, keeps_secrets, kept};
use super::{Proofkey, blocking};
use crate::border::ConnectionView;
use crate::connection::custody;
use crate::connection::destinations::destinations;
use crate::connection::{
    Connection, ConnectionDraft, ConnectionId, DraftReview, Finding, Installation, Severity,
    review_beside,
};
use crate::error::{Code, Problem};
use crate::provider::{self, Provider};
use crate::secret::Secret;
use crate::vault::{Generation, SecretDocument};

/// All connections, and the files among them that could not be understood.
#[derive(Clone, Debug, Serialize)]
pub struct Connections {
    pub connections: Vec<ConnectionView>,
    pub unreadable: Vec<Unreadable>,
}

/// A file that is left as it is, with the reason.
#[derive(Clone, Debug, Serialize)]
pub struct Unreadable {
    pub path: String,
    pub reason: String,
}

/// Why a draft was not saved: the problem, and every finding about it.
#[derive(Clone, Debug, Serialize)]
pub struct Rejected {
    pub problem: Problem,
    pub findings: Vec<Finding>,
}

/// What comes with a connection that nobody types.
#[derive(Default)]
pub(super) struct Brought {
    pub(super) installation: Option<Installation>,
    /// Delivered once and beside a key that signs: kept, though the connection does not use it.
    pub(super) client_secret: Option<Secret>,
}

impl From<Problem> for Rejected {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            findings: Vec::new(),
        }
    }
}

impl Proofkey {
    /// Everything there is to say about a draft. `changing` names the connection it is to change.
    pub fn review(
        &self,
        draft: &ConnectionDraft,
        changing: Option<&str>,
    ) -> Result<DraftReview, Problem> {
        let provider = &self.provider(&draft.provider)?;
        let old = changing.map(|name| self.find(name)).transpose()?;
        let keeps = old
            .as_ref()
            .is_some_and(|old| keeps_secrets(old, provider, draft));
        let mut reviewed = review_beside(provider, draft, keeps, kept(keeps, old.as_ref()));
        let of_kept_key = self.kept_key_findings(provider, draft);
        reviewed.findings.extend(of_kept_key);
        if let Some(old) = &old {
            enter_again(old, provider, draft, &mut reviewed);
            reviewed.findings.extend(self.service_token_left(old));
        }
        let except = old.map(|connection| connection.id);
        if !draft.name.trim().is_empty()
            && let Err(problem) = self.store.name_is_free(draft.name.trim(), except.as_ref())
        {
            reviewed.findings.push(Finding {
                field: "name".to_owned(),
                severity: Severity::Blocking,
                summary: problem.summary,
                remedy: problem.remedy,
                tidy: false,
            });
        }
        Ok(reviewed)
    }

    /// Saves a new connection and its secrets; it is unproven until [`Proofkey::validate`].
    ///
    /// A variable of kind region may be "auto": the regions are then asked, without any secret.
    pub async fn add(&self, draft: ConnectionDraft) -> Result<ConnectionView, Rejected> {
        self.add_brought(draft, Brought::default()).await
    }

    /// As [`Proofkey::add`], with what an event brought besides.
    pub(super) async fn add_brought(
        &self,
        mut draft: ConnectionDraft,
        brought: Brought,
    ) -> Result<ConnectionView, Rejected> {
        self.open_key(&mut draft.signing).await?;
        self.settle_region(&mut draft, None).await?;
        let provider = &self.provider(&draft.provider)?;
        if draft.name.trim().is_empty() {
            draft.name = self.suggested_name(provider, &draft);
        }
        self.refuse_blocked(&draft, None, &[])?;
        // The review has seen to it that what is asked for is there.
        let client_id = draft.client_id.take().unwrap_or_else(empty);
        let client_secret = draft.client_secret.take().filter(|s| !s.is_empty());
        let client_secret = client_secret.or(brought.client_secret);
        let mut document = SecretDocument::new(client_id, client_secret);
        let settled = self
            .settle_signing(provider, &mut draft, &mut document, None)
            .await?;
        let redirect = Self::settled_redirect(provider, draft.grant, draft.redirect.take(), None)?;
        let now = self.host.clock.now();
        let name = draft.name.trim().to_owned();
        let id = ConnectionId::from_name(&name);
        let connection = Connection {
            version: 1,
            id,
            name,
            provider: provider.id.clone(),
            grant: draft.grant,
            client_authentication: draft.client_authentication,
            basic_encoding: draft.basic_encoding.unwrap_or(provider.basic_encoding),
            scopes: draft.scopes,
            practice: draft.practice,
            redirect,
            created_at: now,
            changed_at: now,
            secrets: Generation::FIRST,
            signing: settled.signing,
            service_token: draft.service_token,
            service_token_ends_at: None,
            installation: brought.installation,
            generations: Vec::new(),
            newest_generation: None,
            parameters: draft.parameters,
            destinations: destinations(&provider::endpoints(provider, &draft.variables)?),
            variables: draft.variables,
        };
        let saved = self.save(connection, document, None).await?;
        self.taken_over(settled.kept).await;
        Ok(self.view(&saved, None))
    }

    /// Changes a connection; secrets that are `None` in the draft stay as they are.
    pub async fn change(
        &self,
        name: &str,
        mut draft: ConnectionDraft,
    ) -> Result<ConnectionView, Rejected> {
        let (old, _turn) = self.settled(name).await?;
        self.open_key(&mut draft.signing).await?;
        self.settle_region(&mut draft, Some(name)).await?;
        let provider = &self.provider(&draft.provider)?;
        if draft.name.trim().is_empty() {
            draft.name.clone_from(&old.name);
        }
        self.refuse_blocked(&draft, Some(name), &[])?;
        refuse_while_held(&old, provider, &draft)?;
        let (mut document, same_client) = self.changed_secrets(provider, &old, &mut draft).await?;
        if !same_client {
            refuse_another_client_while_held(&old)?;
        }
        let stored = old.signing.as_ref();
        let settled = self
            .settle_signing(provider, &mut draft, &mut document, stored)
            .await?;
        let redirect =
            Self::settled_redirect(provider, draft.grant, draft.redirect.take(), Some(&old))?;
        let connection = Connection {
            name: draft.name.trim().to_owned(),
            provider: provider.id.clone(),
            grant: draft.grant,
            client_authentication: draft.client_authentication,
            basic_encoding: draft.basic_encoding.unwrap_or(provider.basic_encoding),
            scopes: draft.scopes,
            practice: draft.practice,
            redirect,
            parameters: draft.parameters,
            signing: settled.signing,
            service_token: draft.service_token,
            service_token_ends_at: None,
            destinations: destinations(&provider::endpoints(provider, &draft.variables)?),
            variables: draft.variables,
            ..self.successor(&old)
        };
        let survives = same_client && approval_survives(&old, &connection);
        if !survives {
            document.forget_approval();
        }
        let connection = self.save(connection, document, Some(old.secrets)).await?;
        self.taken_over(settled.kept).await;
        self.carry_approval(&old, &connection, survives)?;
        Ok(self.view_with_report(&connection))
    }

    /// Gives a connection another name; its id, files and proof stay.
    pub fn rename(&self, name: &str, new_name: &str) -> Result<ConnectionView, Problem> {
        let old = self.find(name)?;
        let new_name = new_name.trim();
        if new_name.is_empty()
            || new_name.chars().count() > 100
            || new_name.chars().any(char::is_control)
        {
            return Err(Problem::new(
                Code::DraftInvalid,
                "A name has 1 to 100 characters on one line.",
                "Choose another name, for example Support dashboards.",
            )
            .at("name"));
        }
        let connection = self.store.edit(&old.id, |connection| {
            self.store.name_is_free(new_name, Some(&old.id))?;
            new_name.clone_into(&mut connection.name);
            Ok(())
        })?;
        Ok(self.view_with_report(&connection))
    }

    /// The secrets that belong to this content of the connection.
    pub(super) async fn secrets_of(
        &self,
        connection: &Connection,
    ) -> Result<SecretDocument, Problem> {
        let (vault, connection) = (Arc::clone(&self.host.vault), connection.clone());
        blocking(move || custody::read_document(vault.as_ref(), &connection)).await
    }

    pub(super) async fn save(
        &self,
        connection: Connection,
        document: SecretDocument,
        previous: Option<Generation>,
    ) -> Result<Connection, Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        blocking(move || {
            custody::save_with_secrets(&store, vault.as_ref(), &connection, &document, previous)
        })
        .await
    }

    /// The same connection, changed now.
    pub(super) fn successor(&self, old: &Connection) -> Connection {
        Connection {
            changed_at: self.host.clock.now(),
            ..old.clone()
        }
    }

    /// Refuses a draft with blocking findings, all of them at once, but for those about the fields
    /// that are `left_open`: they are filled in later.
    pub fn refuse_blocked(
        &self,
        draft: &ConnectionDraft,
        changing: Option<&str>,
        left_open: &[&str],
    ) -> Result<(), Rejected> {
        let mut reviewed = self.review(draft, changing)?;
        reviewed
            .findings
            .retain(|finding| !left_open.contains(&finding.field.as_str()));
        if !reviewed.is_blocked() {
            return Ok(());
        }
        let blocking = reviewed
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Blocking)
            .count();
        let summary = if blocking == 1 {
            "One value needs another look before the connection can be saved.".to_owned()
        } else {
            format!("{blocking} values need another look before the connection can be saved.")
        };
        let problem = Problem::new(
            Code::DraftInvalid,
            summary,
            "Correct what is listed and try again.",
        );
        Err(Rejected {
            problem,
            findings: reviewed.findings,
        })
    }
}

/// What is held may be of the same client, and an approval belongs to one client (RFC 6749 §6).
pub(super) fn refuse_another_client_while_held(old: &Connection) -> Result<(), Problem> {
    if old.generations.is_empty() {
        return Ok(());
    }
    let problem = Problem::new(
        Code::AlreadyExists,
        format!(
            "The credentials of “{}” are being replaced, so its client ID stays as it is for now.",
            old.name
        ),
        "Finish the replacement, or undo it, and change the client ID then.",
    );
    Err(problem.at("client_id"))
}

/// Held credentials were entered for the same servers and the same way of showing them; they must not come
/// to others by an edit.
fn refuse_while_held(
    old: &Connection,
    provider: &Provider,
    draft: &ConnectionDraft,
) -> Result<(), Problem> {
    let stay = old.provider == provider.id
        && old.grant == draft.grant
        && old.client_authentication == draft.client_authentication
        && old.variables == draft.variables
        && old.practice == draft.practice;
    if stay || old.generations.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::AlreadyExists,
        format!(
            "The credentials of “{}” are being replaced, so where and how they are sent stays as it is for now.",
            old.name
        ),
        "Finish the replacement, or undo it, and edit the connection then.",
    ))
}
