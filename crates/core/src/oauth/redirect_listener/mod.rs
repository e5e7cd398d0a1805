//! The way back from the browser: one address on this machine, open while one approval is pending
//! (RFC 8252 §7.3).
//!
//! It is bound before the authorization request is written, and the socket that was bound is the one
//! that listens. It answers one path; whatever else arrives is answered with a constant page and
//! changes nothing. What a callback means is decided elsewhere: the listener hands its query over as
//! an [`Arrival`] and waits for the word (docs/adr/0008).

mod binding;
mod connections;
mod door;
mod pages;
mod preflight;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use door::{Arrival, Word};
pub use pages::Ending;
pub use preflight::Preflight;

use self::binding::Bound;
use self::door::Door;
use crate::connection::{LoopbackFamily, Redirect};
use crate::error::{Code, Problem};
use crate::provider::RedirectHost;

/// Callbacks that wait to be looked at; further ones wait in their connections.
const WAITING_ARRIVALS: usize = 64;

/// How long the browser may take to fetch the page behind the answer.
const LANDING: Duration = Duration::from_secs(1);

/// How long the browser may take to read the last bytes, before the sockets are closed for good.
const READING: Duration = Duration::from_millis(100);

/// Before a fixed port is given up.
const PATIENT_TRIES: usize = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(40);

/// A listener that is open. Dropping it closes everything.
pub struct RedirectListener {
    uri: String,
    port: u16,
    families: Vec<LoopbackFamily>,
    host: RedirectHost,
    door: Arc<Door>,
    arrivals: mpsc::Receiver<Arrival>,
    accepting: JoinHandle<()>,
}

impl RedirectListener {
    /// Opens the way back of `redirect`, on the first of `ports` that is free, or on any free port when
    /// there are none.
    ///
    /// `ListenerFailed` says why no port could be opened, and for a redirect that is no loopback
    /// address.
    pub async fn open(redirect: &Redirect, ports: &[u16]) -> Result<Self, Problem> {
        let Redirect::Loopback { host, path, .. } = redirect else {
            return Err(Problem::new(
                Code::ListenerFailed,
                "This redirect address does not lead to this machine.",
                "Paste the address that the browser ends on.",
            ));
        };
        let bound = bound(*host, ports).await?;
        let uri = redirect.uri(bound.family(), Some(bound.port));
        let authority = uri
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix(path.as_str()))
            .unwrap_or_default()
            .to_owned();
        let (sender, arrivals) = mpsc::channel(WAITING_ARRIVALS);
        let door = Arc::new(Door::new(authority, path.clone(), sender));
        let families = bound.families();
        let port = bound.port;
        let accepting = tokio::spawn(connections::serve(bound.listeners, Arc::clone(&door)));
        Ok(Self {
            uri,
            port,
            families,
            host: *host,
            door,
            arrivals,
            accepting,
        })
    }

    /// The redirect URI, exactly as it goes into both requests.
    pub fn redirect_uri(&self) -> &str {
        &self.uri
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next request for the callback path, whatever it holds. Never ends by itself.
    pub async fn arrival(&mut self) -> Arrival {
        match self.arrivals.recv().await {
            Some(arrival) => arrival,
            // The door keeps a sender as long as this listener lives.
            None => std::future::pending().await,
        }
    }

    /// Settles what the page behind the answer says. The first word counts.
    pub fn settle(&self, ending: Ending) {
        self.door.settle(ending);
    }

    /// Waits, for a short while only, until the browser has the page behind the answer; then closes.
    pub async fn finish(mut self) {
        let door = Arc::clone(&self.door);
        let landing = async {
            tokio::select! {
                () = door.landed() => {}
                () = self.refuse_late() => {}
            }
        };
        if timeout(LANDING, landing).await.is_ok() {
            tokio::time::sleep(READING).await;
        }
    }

    /// Closes at once; the port is free when this returns.
    pub async fn close(mut self) {
        self.accepting.abort();
        // It ends by being aborted, which is no news.
        let _ = (&mut self.accepting).await;
    }

    /// Answers whatever still comes for the callback path. Never ends by itself.
    pub async fn refuse_late(&mut self) {
        loop {
            self.arrival().await.answer(Word::AlreadyDone);
        }
    }
}

/// An attempt that was cancelled lets go of its port a moment later, and the next one may want the same.
async fn bound(host: RedirectHost, ports: &[u16]) -> Result<Bound, Problem> {
    for _ in 0..PATIENT_TRIES {
        match binding::bind(host, ports) {
            Err(_) if !ports.is_empty() => tokio::time::sleep(BETWEEN_TRIES).await,
            ended => return ended,
        }
    }
    binding::bind(host, ports)
}

impl Drop for RedirectListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
