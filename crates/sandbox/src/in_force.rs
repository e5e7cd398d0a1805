//! Which faults are in force where.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::account;
use crate::fault::Fault;
use crate::host::Place;

/// The text is neither a practice account, nor a host of the sandbox, nor `*`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The sandbox has no account or host {target:?}. Name a practice account such as acme, a host such \
     as api.talkdeskapp.com, or * for everything."
)]
pub struct UnknownTarget {
    target: String,
}

/// A fault in force, and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InForce {
    pub(crate) fault: Fault,
    /// It was set on the host or on everything, so that even public addresses suffer from it.
    pub(crate) wide: bool,
}

/// Which faults are in force where. It begins with the lessons of the practice accounts.
pub(crate) struct Faults(Mutex<HashMap<String, Fault>>);

impl Faults {
    pub(crate) fn with_lessons() -> Self {
        Self(Mutex::new(
            account::talkdesk()
                .filter_map(|account| Some((account.name.to_owned(), account.fault?)))
                .collect(),
        ))
    }

    pub(crate) fn set(&self, target: &str, fault: Fault) -> Result<(), UnknownTarget> {
        let target = checked(target)?;
        self.lock().insert(target, fault);
        Ok(())
    }

    pub(crate) fn clear(&self, target: &str) -> Result<(), UnknownTarget> {
        let target = checked(target)?;
        self.lock().remove(&target);
        Ok(())
    }

    /// The fault for a request to `host` on behalf of `account`: the host's first, then the one set
    /// on everything, then the account's.
    pub(crate) fn at(&self, host: &str, account: Option<&str>) -> Option<InForce> {
        let faults = self.lock();
        let wide = faults.get(host).or_else(|| faults.get("*"));
        if let Some(&fault) = wide {
            return Some(InForce { fault, wide: true });
        }
        let &fault = faults.get(account?)?;
        Some(InForce { fault, wide: false })
    }

    /// Ends the fault that is good for one request, if that is what [`Faults::at`] found.
    pub(crate) fn spend(&self, host: &str, account: Option<&str>) {
        let mut faults = self.lock();
        let targets = [Some(host), Some("*"), account];
        let found = targets
            .into_iter()
            .flatten()
            .find(|target| faults.contains_key(*target));
        if let Some(target) = found
            && faults.get(target) == Some(&Fault::UnavailableOnce)
        {
            faults.remove(target);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn checked(target: &str) -> Result<String, UnknownTarget> {
    let target = target.to_ascii_lowercase();
    if target == "*" || account::named(&target).is_some() || Place::of(&target).is_some() {
        return Ok(target);
    }
    Err(UnknownTarget { target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_outranks_the_account_and_a_cleared_lesson_is_gone() {
        let faults = Faults::with_lessons();
        let at = |host, account| faults.at(host, Some(account)).map(|found| found.fault);
        assert_eq!(
            at("hooli.talkdeskid.com", "hooli"),
            Some(Fault::SecretRefused)
        );
        faults.set("hooli.talkdeskid.com", Fault::Redirect).unwrap();
        assert_eq!(at("hooli.talkdeskid.com", "hooli"), Some(Fault::Redirect));
        faults.clear("hooli.talkdeskid.com").unwrap();
        faults.clear("hooli").unwrap();
        assert_eq!(at("hooli.talkdeskid.com", "hooli"), None);
        faults.set("*", Fault::Unavailable).unwrap();
        assert_eq!(at("acme.talkdeskid.com", "acme"), Some(Fault::Unavailable));
        assert!(faults.set("nobody", Fault::Redirect).is_err());
    }
}
