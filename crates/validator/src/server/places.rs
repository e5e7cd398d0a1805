//! How many connections there are, in all and of each peer (rule L7).
//!
//! Whoever has not yet shown that it may call holds its place only until somebody else needs it: otherwise a
//! few silent sockets would keep everybody out who shares an address with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::names::counted;

#[derive(Default)]
pub(super) struct Places(Mutex<Open>);

#[derive(Default)]
struct Open {
    all: usize,
    peers: HashMap<IpAddr, usize>,
    latest: u64,
    /// Those whose place can be given away, the oldest first.
    newcomers: BTreeMap<u64, (IpAddr, Arc<Notify>)>,
    newcomers_of: BTreeSet<(IpAddr, u64)>,
}

/// A connection, until it is dropped.
pub(super) struct Seat {
    places: Arc<Places>,
    peer: IpAddr,
    number: u64,
    given_away: Arc<Notify>,
    is_kept: AtomicBool,
}

impl Places {
    /// A place for `peer`, where need be that of the oldest newcomer: of the same peer when its share of
    /// `per_peer` is used up, of anybody when `in_all` are. `None` when there is none to be had. `closed`
    /// counts the connections that have to go, this one or another.
    ///
    /// `per_peer` of `None` is for proxies that are trusted.
    pub(super) fn seat(
        self: &Arc<Self>,
        peer: IpAddr,
        in_all: usize,
        per_peer: Option<usize>,
        closed: &AtomicU64,
    ) -> Option<Seat> {
        let peer = counted(peer.to_canonical());
        let mut open = self.open();
        let of_peer = open.peers.get(&peer).copied().unwrap_or_default();
        let is_share_used = per_peer.is_some_and(|most| of_peer >= most);
        if is_share_used || open.all >= in_all {
            closed.fetch_add(1, Ordering::Relaxed);
            let oldest = if is_share_used {
                open.oldest_of(peer)
            } else {
                open.newcomers.keys().next().copied()
            };
            open.give_away(oldest?);
        }
        Some(self.take(&mut open, peer))
    }

    fn take(self: &Arc<Self>, open: &mut Open, peer: IpAddr) -> Seat {
        open.all += 1;
        open.latest += 1;
        let number = open.latest;
        *open.peers.entry(peer).or_default() += 1;
        let given_away = Arc::new(Notify::new());
        let newcomer = (peer, Arc::clone(&given_away));
        open.newcomers.insert(number, newcomer);
        open.newcomers_of.insert((peer, number));
        Seat {
            places: Arc::clone(self),
            peer,
            number,
            given_away,
            is_kept: AtomicBool::new(false),
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn oldest_of(&self, peer: IpAddr) -> Option<u64> {
        let all = (peer, 0)..=(peer, u64::MAX);
        self.newcomers_of
            .range(all)
            .next()
            .map(|(_, number)| *number)
    }

    fn give_away(&mut self, number: u64) {
        if let Some((peer, given_away)) = self.newcomers.remove(&number) {
            self.newcomers_of.remove(&(peer, number));
            self.leave(peer);
            given_away.notify_one();
        }
    }

    fn leave(&mut self, peer: IpAddr) {
        self.all -= 1;
        if let Some(count) = self.peers.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                self.peers.remove(&peer);
            }
        }
    }
}

impl Seat {
    /// Its holder may call, and keeps the place.
    pub(super) fn keep(&self) {
        if !self.is_kept.swap(true, Ordering::Relaxed) {
            let mut open = self.places.open();
            if open.newcomers.remove(&self.number).is_none() {
                // It was given away a moment ago, and its task is about to hear of it.
                self.is_kept.store(false, Ordering::Relaxed);
            }
            open.newcomers_of.remove(&(self.peer, self.number));
        }
    }

    /// Comes back when somebody else has the place.
    pub(super) async fn given_away(&self) {
        self.given_away.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.places.open();
        let was_newcomer = open.newcomers.remove(&self.number).is_some();
        open.newcomers_of.remove(&(self.peer, self.number));
        if was_newcomer || self.is_kept.load(Ordering::Relaxed) {
            open.leave(self.peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn newcomers_make_room_and_those_who_may_call_do_not() {
        let (places, closed) = (Arc::new(Places::default()), AtomicU64::new(0));
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let two: IpAddr = "192.0.2.2".parse().unwrap();
        let seat = |peer, per_peer| places.seat(peer, 3, per_peer, &closed);
        let first = seat(one, Some(2)).unwrap();
        let second = seat(one, Some(2)).unwrap();
        first.keep();
        // The share of the peer is used up: of its two, the one that showed nothing goes.
        let third = seat(one, Some(2)).unwrap();
        second.given_away().await;
        drop(second);
        third.keep();
        assert!(seat(one, Some(2)).is_none());
        let fourth = seat(two, Some(2)).unwrap();
        // All are used up: of all, the one that showed nothing goes.
        let fifth = seat(two, None).unwrap();
        fourth.given_away().await;
        fifth.keep();
        assert!(seat(two, None).is_none());
        assert_eq!(closed.load(Ordering::Relaxed), 4);
        // Leaving late counts once.
        drop((first, third, fourth, fifth));
        let open = places.open();
        assert_eq!(open.all, 0);
        assert!(open.peers.is_empty() && open.newcomers.is_empty());
        assert!(open.newcomers_of.is_empty());
    }
}
