//! Which events may be taken in: of a known or a new installation, of its account, each once, and in the
//! order in which they were written.

use super::Placed;
use crate::connection::{Connection, Installation};
use crate::error::Problem;
use crate::proofkey::Proofkey;
use crate::talkdesk::{AppEvent, EventKind, EventRefusal, ReceivedEvent};

impl Proofkey {
    /// The event's installation, when an event about it may be taken in now.
    pub(super) fn admitted(
        &self,
        received: &ReceivedEvent,
        placed: &Placed,
        account: Option<&str>,
    ) -> Result<Installation, Problem> {
        let event = &placed.event;
        if !event.kind.brings_credentials() {
            return Err(EventRefusal::NothingToImport(event.kind.sentence()).into());
        }
        let [app_id, installation_id, account_id] = event.installation()?;
        let found = event.account_name.as_deref().unwrap_or_default();
        if let Some(expected) = account.filter(|it| !it.eq_ignore_ascii_case(found)) {
            return Err(EventRefusal::OtherAccount {
                found: found.to_owned(),
                expected: expected.to_owned(),
            }
            .into());
        }
        let known = self.installations(received)?;
        for (connection, installation) in &known {
            if installation.events.contains(&event.id) {
                return Err(EventRefusal::Replayed(connection.name.clone()).into());
            }
            let same = installation.installation_id == installation_id;
            if same && installation.account_id != account_id {
                return Err(EventRefusal::OtherAccountId(connection.name.clone()).into());
            }
            let newest = installation.newest_event_at;
            if same && newest.is_some_and(|newest| event.created_at.is_none_or(|at| at < newest)) {
                return Err(EventRefusal::Overtaken(connection.name.clone()).into());
            }
            if same && event.kind == EventKind::Installed {
                return Err(EventRefusal::AlreadyInstalled(connection.name.clone()).into());
            }
        }
        if event.kind == EventKind::CredentialsRotated && self.concerned(received, event)?.is_none()
        {
            return Err(EventRefusal::NoSuchInstallation.into());
        }
        Ok(Installation {
            app_id: app_id.to_owned(),
            installation_id: installation_id.to_owned(),
            account_id: account_id.to_owned(),
            events: vec![event.id.clone()],
            newest_event_at: event.created_at,
            answer: None,
        })
    }

    /// The connections of the same provider that events made, with their installations.
    fn installations(
        &self,
        received: &ReceivedEvent,
    ) -> Result<Vec<(Connection, Installation)>, Problem> {
        let mut all = self.store.list()?.connections;
        all.retain(|it| it.provider == received.provider && it.practice == received.practice);
        let installed = |connection: Connection| {
            let installation = connection.installation.clone()?;
            Some((connection, installation))
        };
        Ok(all.into_iter().filter_map(installed).collect())
    }

    /// The connection of the installation that the event is about.
    pub(super) fn concerned(
        &self,
        received: &ReceivedEvent,
        event: &AppEvent,
    ) -> Result<Option<Connection>, Problem> {
        let mut known = self.installations(received)?.into_iter();
        let same = |it: &Installation| {
            event.installation_id.as_ref() == Some(&it.installation_id)
                && event.app_id.as_ref() == Some(&it.app_id)
        };
        Ok(known
            .find(|(_, it)| same(it))
            .map(|(connection, _)| connection))
    }
}
