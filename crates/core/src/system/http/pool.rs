//! Connections that wait for the next request.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::time::Instant;
use url::Url;

use crate::system::network::{Kept, Target};

/// A connection answers one request at a time. After this many in all that wait, further ones are closed.
const MOST: usize = 2048;

/// A connection serves no longer than this, so that a name that leads elsewhere is noticed.
const OLDEST: Duration = Duration::from_mins(5);

/// How long a connection that has just answered may take to be ready again.
const BECOMING_READY: Duration = Duration::from_millis(20);

pub(in crate::system) struct Pool {
    kept: Kept,
    waiting: Arc<Mutex<Waiting>>,
}

/// What tells servers apart: rule H6 was asked for exactly this when the connection was made.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    scheme: String,
    host: String,
    port: u16,
}

impl Key {
    pub(super) fn of(url: &Url, target: &Target) -> Self {
        Self {
            scheme: url.scheme().to_owned(),
            host: target.host.clone(),
            port: target.port,
        }
    }
}

/// An open connection.
pub(super) struct Line {
    pub(super) sender: SendRequest<Full<Bytes>>,
    pub(super) peer: SocketAddr,
    pub(super) made: Instant,
    /// It has answered before, so the server may just be closing it.
    pub(super) used: bool,
}

#[derive(Default)]
struct Waiting {
    lines: HashMap<Key, VecDeque<(Instant, Line)>>,
    count: usize,
    swept: bool,
}

impl Pool {
    pub(in crate::system) fn new(kept: Kept) -> Self {
        Self {
            kept,
            waiting: Arc::default(),
        }
    }

    /// A connection to `key` that waited no longer than `patience`, the one that was used last.
    pub(super) async fn take(&self, key: &Key, patience: Option<Duration>) -> Option<Line> {
        let longest = patience.map_or(self.kept.idle, |it| it.min(self.kept.idle));
        while let Some(mut line) = self.newest(key, longest) {
            if line.sender.is_closed() {
                continue;
            }
            let ready = tokio::time::timeout(BECOMING_READY, line.sender.ready()).await;
            if matches!(ready, Ok(Ok(()))) {
                return Some(line);
            }
        }
        None
    }

    /// Keeps `line` for the next request, where there is room for it.
    pub(super) fn put(&self, key: Key, mut line: Line) {
        if line.sender.is_closed() || line.made.elapsed() > OLDEST || self.kept.per_host == 0 {
            return;
        }
        line.used = true;
        let mut waiting = locked(&self.waiting);
        if waiting.count >= MOST {
            return;
        }
        waiting.count += 1;
        let lines = waiting.lines.entry(key).or_default();
        lines.push_back((Instant::now(), line));
        if lines.len() > self.kept.per_host {
            lines.pop_front();
            waiting.count -= 1;
        }
        if !std::mem::replace(&mut waiting.swept, true) {
            tokio::spawn(sweep(Arc::clone(&self.waiting), self.kept.idle));
        }
    }

    fn newest(&self, key: &Key, longest: Duration) -> Option<Line> {
        let mut waiting = locked(&self.waiting);
        let (since, line) = waiting.lines.get_mut(key)?.pop_back()?;
        waiting.count -= 1;
        if since.elapsed() <= longest {
            return Some(line);
        }
        // What waits behind it has waited longer; the sweep ends those that nobody may use any more.
        waiting.count += 1;
        waiting.lines.get_mut(key)?.push_back((since, line));
        None
    }
}

/// Ends what waited too long, until nothing waits.
async fn sweep(waiting: Arc<Mutex<Waiting>>, idle: Duration) {
    loop {
        tokio::time::sleep(idle.max(Duration::from_millis(10)) / 2).await;
        let mut waiting = locked(&waiting);
        let mut count = 0;
        waiting.lines.retain(|_, lines| {
            lines.retain(|(since, line)| since.elapsed() <= idle && !line.sender.is_closed());
            count += lines.len();
            !lines.is_empty()
        });
        waiting.count = count;
        if count == 0 {
            waiting.swept = false;
            return;
        }
    }
}

/// A lock is poisoned by a panic elsewhere; what it holds is whole all the same.
fn locked(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
