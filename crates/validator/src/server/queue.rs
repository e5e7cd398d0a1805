//! How many requests are worked on at a time, and how many may wait for it (rule L5).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest wait in the queue: a refusal has to be out within 50 ms.
const LONGEST_WAIT: Duration = Duration::from_millis(40);

pub(super) struct Queue {
    places: Arc<Semaphore>,
    in_all: usize,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// A request that is worked on, until it is dropped.
pub(super) struct Turn(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Queue {
    /// `former` itself where it has the same numbers, so that a change of something else lets nobody in
    /// twice.
    pub(super) fn after(
        former: Option<&Arc<Self>>,
        in_flight: usize,
        most_waiting: usize,
    ) -> Arc<Self> {
        let same = |it: &&Arc<Self>| it.in_all == in_flight && it.most_waiting == most_waiting;
        match former.filter(same) {
            Some(former) => Arc::clone(former),
            None => Arc::new(Self::new(in_flight, most_waiting)),
        }
    }

    fn new(in_flight: usize, most_waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(in_flight)),
            in_all: in_flight,
            waiting: AtomicUsize::new(0),
            most_waiting,
        }
    }

    /// A turn at once or soon; `None` when too many want one.
    pub(super) async fn turn(&self) -> Option<Turn> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(Turn(permit));
        }
        let _waiting = Waiting::enter(self)?;
        let acquired = Arc::clone(&self.places).acquire_owned();
        let permit = tokio::time::timeout(LONGEST_WAIT, acquired).await.ok()?;
        permit.ok().map(Turn)
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_all.saturating_sub(self.places.available_permits())
    }
}

/// Counted down whatever becomes of the request.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(queue: &'a Queue) -> Option<Self> {
        let most = queue.most_waiting;
        queue
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
                (now < most).then_some(now + 1)
            })
            .ok()
            .map(|_| Self(&queue.waiting))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn more_than_wait_in_the_queue_are_refused_at_once_and_nobody_waits_long() {
        let queue = Queue::new(1, 1);
        let turn = queue.turn().await.expect("the first");
        let began = tokio::time::Instant::now();
        let (second, third) = tokio::join!(queue.turn(), queue.turn());
        assert!(second.is_none() && third.is_none());
        assert!(began.elapsed() < Duration::from_millis(50));
        drop(turn);
        assert_eq!(queue.in_flight(), 0);
        assert!(queue.turn().await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_gets_free_goes_to_who_waits() {
        let queue = Queue::new(1, 1);
        let turn = queue.turn().await.expect("the first");
        let free = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(turn);
        };
        let (second, ()) = tokio::join!(queue.turn(), free);
        assert!(second.is_some());
    }
}
