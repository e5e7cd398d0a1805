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

/// A connection answers one request at a time. After this many in all that wait, those that wait longest
/// are closed.
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
            waiting.make_room();
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

impl Waiting {
    /// Closes the eighth that waits longest, whatever server it is to: connections in use are among the
    /// others, however many servers somebody makes up. So many at once, since it looks at all of them.
    fn make_room(&mut self) {
        let mut times: Vec<Instant> = self.lines.values().flatten().map(|(at, _)| *at).collect();
        if times.is_empty() {
            return;
        }
        let eighth = times.len() / 8;
        let (_, last, _) = times.select_nth_unstable(eighth);
        let last = *last;
        self.retain(|at, _| at > last);
    }

    fn retain(&mut self, keep: impl Fn(Instant, &Line) -> bool) {
        let mut count = 0;
        self.lines.retain(|_, lines| {
            lines.retain(|(since, line)| keep(*since, line));
            count += lines.len();
            !lines.is_empty()
        });
        self.count = count;
    }
}

/// Ends what waited too long, until nothing waits.
async fn sweep(waiting: Arc<Mutex<Waiting>>, idle: Duration) {
    loop {
        tokio::time::sleep(idle.max(Duration::from_millis(10)) / 2).await;
        let mut waiting = locked(&waiting);
        waiting.retain(|since, line| since.elapsed() <= idle && !line.sender.is_closed());
        if waiting.count == 0 {
            waiting.swept = false;
            return;
        }
    }
}

/// A lock is poisoned by a panic elsewhere; what it holds is whole all the same.
fn locked(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use hyper_util::rt::TokioIo;

    use super::*;

    fn key(host: &str) -> Key {
        Key {
            scheme: "https".to_owned(),
            host: host.to_owned(),
            port: 443,
        }
    }

    /// A connection to a peer that says nothing.
    async fn line() -> Line {
        let (own, peer) = tokio::io::duplex(64);
        let made = hyper::client::conn::http1::handshake(TokioIo::new(own)).await;
        let (sender, connection) = made.expect("a connection");
        tokio::spawn(async move {
            let _held = peer;
            drop(connection.await);
        });
        Line {
            sender,
            peer: SocketAddr::from(([127, 0, 0, 1], 443)),
            made: Instant::now(),
            used: false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn servers_that_somebody_makes_up_take_no_connection_away_that_is_in_use() {
        let pool = Pool::new(Kept {
            per_host: 64,
            idle: Duration::from_secs(4),
        });
        for _ in 0..8 {
            pool.put(key("used"), line().await);
        }
        for number in 0..2 * MOST {
            tokio::time::advance(Duration::from_micros(500)).await;
            pool.put(key(&format!("made-up-{number}")), line().await);
            assert!(locked(&pool.waiting).count <= MOST, "{number}");
            if number % 16 == 0 {
                let line = pool.take(&key("used"), None).await.expect("it waits");
                pool.put(key("used"), line);
            }
        }
        let new = format!("made-up-{}", 2 * MOST - 1);
        assert!(pool.take(&key(&new), None).await.is_some());
        // Those beside it that nobody used are among the ones that had to go.
        assert_eq!(locked(&pool.waiting).lines[&key("used")].len(), 1);
    }
}
