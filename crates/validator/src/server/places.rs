//! How many connections there are, in all and of each peer (rule L7).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::names::counted;

#[derive(Default)]
pub(super) struct Places(Mutex<Open>);

#[derive(Default)]
struct Open {
    all: usize,
    peers: HashMap<IpAddr, usize>,
}

/// A connection, until it is dropped.
pub(super) struct Seat {
    places: Arc<Places>,
    peer: IpAddr,
}

impl Places {
    /// `None` when there are enough; `per_peer` of `None` is for proxies that are trusted.
    pub(super) fn seat(
        self: &Arc<Self>,
        peer: IpAddr,
        in_all: usize,
        per_peer: Option<usize>,
    ) -> Option<Seat> {
        let peer = counted(peer.to_canonical());
        let mut open = self.open();
        let of_peer = open.peers.get(&peer).copied().unwrap_or_default();
        if open.all >= in_all || per_peer.is_some_and(|most| of_peer >= most) {
            return None;
        }
        open.all += 1;
        open.peers.insert(peer, of_peer + 1);
        Some(Seat {
            places: Arc::clone(self),
            peer,
        })
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.places.open();
        open.all -= 1;
        if let Some(count) = open.peers.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                open.peers.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_peer_has_its_share_and_all_have_an_end() {
        let places = Arc::new(Places::default());
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let two: IpAddr = "192.0.2.2".parse().unwrap();
        let seats = [places.seat(one, 3, Some(2)), places.seat(one, 3, Some(2))];
        assert!(seats.iter().all(Option::is_some));
        assert!(places.seat(one, 3, Some(2)).is_none());
        let other = places.seat(two, 3, Some(2));
        assert!(other.is_some());
        assert!(places.seat(two, 3, None).is_none());
        drop(seats);
        assert!(places.seat(two, 3, None).is_some());
        drop(other);
        assert!(places.open().peers.is_empty());
    }
}
