//! Which assertions came before (RFC 7523 §3: an id counts once).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Ids that are remembered at once; beyond that, those of assertions that have expired go.
const REMEMBERED: usize = 200_000;

#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<(String, String), Timestamp>>);

impl Seen {
    /// Notes `id` of `client`; `false` when it came before. An id stays noted beyond its assertion's
    /// end, because an honest client never says one twice.
    pub(crate) fn note(&self, client: &str, id: &str, until: Timestamp, now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, until| *until > now);
        }
        seen.insert((client.to_owned(), id.to_owned()), until)
            .is_none()
    }
}
