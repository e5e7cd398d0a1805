//! Everything that changes a file. It happens under the lock.

use crate::border::Settings;
use crate::check::Report;
use crate::connection::{Connection, ConnectionId};
use crate::error::{Code, Problem};
use crate::system::files::{self, Replace};
use crate::vault::Generation;

use super::listing::LAST_LINE;
use super::{DRAFT, DRAFT_LIMIT, Locked, SETTINGS, Store};

impl Store {
    /// Changes a connection without touching its secrets: `change` sees what is stored now. The id
    /// and the generation of secrets stay what they are whatever `change` does to them.
    pub fn edit(
        &self,
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection) -> Result<(), Problem>,
    ) -> Result<Connection, Problem> {
        let locked = self.lock()?;
        let stored = self.load(id)?;
        let mut changed = stored.clone();
        change(&mut changed)?;
        changed.id = stored.id;
        changed.secrets = stored.secrets;
        locked.save(&changed)?;
        Ok(changed)
    }

    /// Keeps the report beside its connection, in place of the last one. `NotFound` when the
    /// connection was removed meanwhile.
    pub fn keep_report(&self, id: &ConnectionId, report: &Report) -> Result<(), Problem> {
        let text = serde_json::to_vec_pretty(report).map_err(|error| cannot_express(&error))?;
        let _locked = self.lock()?;
        self.load(id)?;
        files::write_private(&self.report_path(id), &text, Replace::Existing)?;
        Ok(())
    }

    /// Keeps the report of a generation that is held beside the current one. `NotFound` when it is not
    /// held any more.
    pub fn keep_held_report(
        &self,
        id: &ConnectionId,
        generation: Generation,
        report: &Report,
    ) -> Result<(), Problem> {
        let text = serde_json::to_vec_pretty(report).map_err(|error| cannot_express(&error))?;
        let _locked = self.lock()?;
        let mut held = self.load(id)?.generations.into_iter();
        if held.all(|held| held.generation != generation) {
            return Err(Problem::new(
                Code::NotFound,
                "These credentials are not waiting any more.",
                "Look at the connection again.",
            ));
        }
        files::write_private(
            &self.held_report_path(id, generation),
            &text,
            Replace::Existing,
        )?;
        Ok(())
    }

    /// Forgets the report of a generation that is held no longer.
    pub fn forget_held_report(
        &self,
        id: &ConnectionId,
        generation: Generation,
    ) -> Result<(), Problem> {
        files::remove(&self.held_report_path(id, generation))?;
        Ok(())
    }

    /// Keeps what the wizard wants to find again; it must not hold a secret.
    pub fn keep_draft(&self, draft: &str) -> Result<(), Problem> {
        if draft.len() > DRAFT_LIMIT {
            return Err(Problem::new(
                Code::DraftInvalid,
                "What was entered is too long to be kept for later (more than 64 KiB).",
                "Finish the connection now, or shorten what was entered.",
            ));
        }
        let _locked = self.lock()?;
        files::write_private(&self.root.join(DRAFT), draft.as_bytes(), Replace::Existing)?;
        Ok(())
    }

    /// Forgets the kept draft, if there is one.
    pub fn discard_draft(&self) -> Result<(), Problem> {
        let _locked = self.lock()?;
        files::remove(&self.root.join(DRAFT))?;
        Ok(())
    }

    pub fn save_settings(&self, settings: &Settings) -> Result<(), Problem> {
        let _locked = self.lock()?;
        let text = toml::to_string(settings).map_err(|error| cannot_express(&error))?;
        files::write_private(
            &self.root.join(SETTINGS),
            text.as_bytes(),
            Replace::Existing,
        )?;
        Ok(())
    }
}

impl Locked<'_> {
    /// An id for a new connection of that name: `acme`, or `acme-2` when there is one. Files that
    /// cannot be read keep their ids too, and so do those for which `taken` is true.
    pub fn free_id(
        &self,
        name: &str,
        taken: impl Fn(&ConnectionId) -> bool,
    ) -> Result<ConnectionId, Problem> {
        let wanted = ConnectionId::from_name(name);
        let names = files::file_names(&self.store.connections())?;
        let in_use = |id: &ConnectionId| {
            taken(id)
                || self.store.kept_key_path(id).exists()
                || names.iter().any(|name| {
                    name.strip_suffix(".toml") == Some(id.as_str())
                        || name.strip_suffix(".report.json") == Some(id.as_str())
                        || name.strip_suffix(".authorization.json") == Some(id.as_str())
                })
        };
        if !in_use(&wanted) {
            return Ok(wanted);
        }
        for number in 2_u32.. {
            let next = ConnectionId::parse(&format!("{wanted}-{number}"))?;
            if !in_use(&next) {
                return Ok(next);
            }
        }
        Err(Problem::new(
            Code::AlreadyExists,
            format!("Every name that begins with {wanted} is taken."),
            "Choose another name.",
        ))
    }

    /// Writes the connection's file, whole.
    pub fn save(&self, connection: &Connection) -> Result<(), Problem> {
        let mut text = toml::to_string(connection).map_err(|error| cannot_express(&error))?;
        text.push_str(LAST_LINE);
        text.push('\n');
        let path = self.store.connection_path(&connection.id);
        files::write_private(&path, text.as_bytes(), Replace::Existing)?;
        Ok(())
    }

    /// Removes the connection's file, then what is kept beside it. Removing what is not there
    /// succeeds.
    pub fn remove(&self, id: &ConnectionId) -> Result<(), Problem> {
        let connections = self.store.connections();
        let held = format!("{id}.generation-");
        for name in files::file_names(&connections)? {
            if name.starts_with(&held) {
                files::remove(&connections.join(name))?;
            }
        }
        files::remove(&self.store.connection_path(id))?;
        files::remove(&self.store.report_path(id))?;
        files::remove(&self.store.authorization_path(id))?;
        files::remove(&self.store.broken_authorization_path(id))?;
        files::remove(&self.store.spending_path(id))?;
        Ok(())
    }
}

pub(super) fn cannot_express(error: &dyn std::error::Error) -> Problem {
    Problem::new(
        Code::Internal,
        format!("A file could not be composed: {error}."),
        "Report this as a fault of Proofkey. Nothing was changed.",
    )
}
