//! What an approval has said so far, for pages that come later.

use std::sync::{Mutex, MutexGuard, PoisonError};

use proofkey_core::border::{AuthorizationEvent, Waiting};
use tauri::ipc::Channel;

/// The latest word of each kind, and who is to hear the next one.
#[derive(Default)]
pub(super) struct Told {
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    events: Vec<AuthorizationEvent>,
    pages: Vec<Channel<AuthorizationEvent>>,
}

impl Told {
    pub(super) fn say(&self, event: AuthorizationEvent) {
        let mut inside = self.inside();
        // A page that was loaded again has left its channel behind.
        inside.pages.retain(|page| reaches(page, &event));
        inside.events.retain(|earlier| !replaces(&event, earlier));
        inside.events.push(event);
    }

    /// Says everything again on `page`, and from now on what is new.
    pub(super) fn watched_by(&self, page: Channel<AuthorizationEvent>) {
        let mut inside = self.inside();
        if inside.events.iter().all(|event| reaches(&page, event)) {
            inside.pages.push(page);
        }
    }

    pub(super) fn waiting(&self) -> Option<Waiting> {
        self.inside().events.iter().find_map(|event| match event {
            AuthorizationEvent::Waiting(waiting) => Some(waiting.clone()),
            _ => None,
        })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reaches(page: &Channel<AuthorizationEvent>, event: &AuthorizationEvent) -> bool {
    let sent = page.send(event.clone());
    if let Err(error) = &sent {
        tracing::debug!(%error, "a page no longer watches the sign-in");
    }
    sent.is_ok()
}

/// The newer step or address stands for the older one; the same notice is said once.
fn replaces(newer: &AuthorizationEvent, older: &AuthorizationEvent) -> bool {
    use AuthorizationEvent::{Notice, Step, Waiting};
    match (newer, older) {
        (Step { .. }, Step { .. }) | (Waiting(_), Waiting(_)) => true,
        (Notice { text: newer }, Notice { text: older }) => newer == older,
        _ => false,
    }
}
