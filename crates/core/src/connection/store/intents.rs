//! The journal of secrets: before a secret is written or given up, its generation is noted here, so
//! that a crash leaves nothing in the vault that nobody knows of.
//!
//! One file a connection, `intents/{id}`, one generation a line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::connection::ConnectionId;
use crate::error::{Code, Problem};
use crate::system::files::{self, Replace};
use crate::vault::Generation;

use super::{FILE_LIMIT, Locked, Store, read_if_there};

impl Store {
    /// Connections with unfinished work.
    pub(in crate::connection) fn unfinished(&self) -> Result<Vec<ConnectionId>, Problem> {
        let names = files::file_names(&self.intents())?;
        Ok(names
            .iter()
            .filter_map(|name| ConnectionId::parse(name).ok())
            .collect())
    }

    /// Generations that may be in the vault without belonging to the connection's file.
    pub(in crate::connection) fn intents_of(
        &self,
        id: &ConnectionId,
    ) -> Result<BTreeSet<Generation>, Problem> {
        let path = self.intent_path(id);
        let content = read_if_there(&path, FILE_LIMIT)?.unwrap_or_default();
        let unclear = || {
            Problem::new(
                Code::FileFailed,
                format!(
                    "The note {} of an unfinished change cannot be understood.",
                    path.display()
                ),
                "Remove the file. A secret that is no longer used may stay in your keychain.",
            )
        };
        String::from_utf8(content)
            .map_err(|_| unclear())?
            .lines()
            .map(|line| line.parse().map(Generation).map_err(|_| unclear()))
            .collect()
    }

    fn intent_path(&self, id: &ConnectionId) -> PathBuf {
        self.intents().join(id.as_str())
    }
}

impl Locked<'_> {
    /// Notes generations, beside those that are noted already.
    pub(in crate::connection) fn note(
        &self,
        id: &ConnectionId,
        generations: &[Generation],
    ) -> Result<(), Problem> {
        let mut all = self.store.intents_of(id)?;
        all.extend(generations);
        let lines: Vec<String> = all
            .iter()
            .map(|generation| generation.0.to_string())
            .collect();
        let path = self.store.intent_path(id);
        files::write_private(&path, lines.join("\n").as_bytes(), Replace::Existing)?;
        Ok(())
    }

    /// The work on this connection is finished.
    pub(in crate::connection) fn forget_intents(&self, id: &ConnectionId) -> Result<(), Problem> {
        files::remove(&self.store.intent_path(id))?;
        Ok(())
    }

    /// Removes files that dead writers left; says how many.
    pub(in crate::connection) fn sweep_files(&self) -> Result<usize, Problem> {
        let mut swept = 0;
        for directory in [
            self.store.root.clone(),
            self.store.connections(),
            self.store.intents(),
            self.store.keys(),
            self.store.renewals(),
        ] {
            swept += files::sweep(&directory)?;
        }
        Ok(swept)
    }
}
