//! Finding a connection by what a person calls it.

use super::Proofkey;
use crate::connection::{Connection, ConnectionDraft, ConnectionId};
use crate::error::{Code, Problem};
use crate::provider::{Provider, VariableKind};

impl Proofkey {
    /// The connection whose id or name is `name`.
    ///
    /// [`Code::NotFound`] says which connections there are.
    pub fn find(&self, name: &str) -> Result<Connection, Problem> {
        if let Ok(id) = ConnectionId::parse(name) {
            match self.store.load(&id) {
                Err(problem) if problem.code == Code::NotFound => {}
                loaded => return loaded,
            }
        }
        let mut all = self.store.list()?.connections;
        match all.iter().position(|connection| connection.name == name) {
            Some(index) => Ok(all.swap_remove(index)),
            None => Err(not_found(name, &all)),
        }
    }

    /// "Talkdesk acme", or with a number behind it when that is taken.
    pub(super) fn suggested_name(&self, provider: &Provider, draft: &ConnectionDraft) -> String {
        let account = draft.variables.get(account_variable(provider));
        let mut base = provider.name.clone();
        if let Some(account) = account {
            base = format!("{base} {account}");
        }
        if draft.practice {
            base.push_str(" (practice)");
        }
        let numbered = (2..1000).map(|number| format!("{base} {number}"));
        std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| self.store.name_is_free(name, None).is_ok())
            .unwrap_or(base)
    }
}

/// The variable that names the account: the one that becomes part of a host name.
pub(super) fn account_variable(provider: &Provider) -> &str {
    provider
        .variables
        .iter()
        .find(|variable| variable.kind == VariableKind::HostLabel)
        .map_or("account", |variable| variable.name.as_str())
}

fn not_found(name: &str, all: &[Connection]) -> Problem {
    let remedy = if all.is_empty() {
        "There are no connections yet; add one first.".to_owned()
    } else {
        let names: Vec<&str> = all
            .iter()
            .take(12)
            .map(|connection| connection.id.as_str())
            .collect();
        format!("These exist: {}.", names.join(", "))
    };
    let shown = crate::wording::clean(name, 80);
    Problem::new(
        Code::NotFound,
        format!("There is no connection named “{shown}”."),
        remedy,
    )
    .at("name")
}
