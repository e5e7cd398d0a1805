//! How often something may happen, by a key: a source, or a client.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Keys that are remembered at a time. More than that share one: whoever makes up keys has few of them.
const MOST_KEYS: usize = 65_536;
const SHARDS: usize = 16;
/// Between two looks for keys that can be forgotten.
const SWEEP: Duration = Duration::from_secs(1);
/// Stands for every key that found no room.
const SHARED: u64 = 0;

/// So many a second for each key, and as many at once after a pause.
///
/// It is the generic cell rate algorithm: of each key, only the time is kept at which it would be even
/// again. Keys are kept as hashes by a secret of the process, so that memory holds no ID of anybody.
pub(super) struct Rate {
    /// Between two events at a steady pace.
    gap: Duration,
    burst: Duration,
    start: Instant,
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    /// When each key is even again.
    even_at: HashMap<u64, Duration>,
    swept: Duration,
}

impl Rate {
    /// `former` itself where it has the same pace, so that whoever was counted stays counted.
    pub(super) fn after(former: Option<&Arc<Self>>, per_second: u32) -> Arc<Self> {
        match former.filter(|it| it.gap == gap(per_second)) {
            Some(former) => Arc::clone(former),
            None => Arc::new(Self::new(per_second)),
        }
    }

    /// `per_second` is at least 1.
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            gap: gap(per_second),
            burst: Duration::from_secs(1),
            start: Instant::now(),
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Counts one event of `key`, unless there were too many: then it says how long to wait.
    pub(super) fn admit(&self, key: impl Hash) -> Result<(), Duration> {
        self.admit_hash(self.hasher.hash_one(key))
    }

    /// For a key that is told to it piece by piece.
    pub(super) fn hasher(&self) -> impl Hasher + use<> {
        self.hasher.build_hasher()
    }

    /// As [`Rate::admit`], for what [`Rate::hasher`] made of a key.
    pub(super) fn admit_hash(&self, hash: u64) -> Result<(), Duration> {
        let now = self.start.elapsed();
        let mut shard = self.shard(hash);
        let is_full = shard.even_at.len() >= MOST_KEYS / SHARDS;
        // Looking through all of them costs time, which a flood of keys must not buy.
        if is_full && now >= shard.swept + SWEEP {
            shard.swept = now;
            shard.even_at.retain(|_, at| *at > now);
        }
        let is_full = shard.even_at.len() >= MOST_KEYS / SHARDS;
        let is_shared = is_full && !shard.even_at.contains_key(&hash);
        let at = shard
            .even_at
            .entry(if is_shared { SHARED } else { hash })
            .or_default();
        let next = (*at).max(now) + self.gap;
        if next > now + self.burst {
            return Err(next.saturating_sub(now + self.burst));
        }
        *at = next;
        Ok(())
    }

    fn shard(&self, hash: u64) -> std::sync::MutexGuard<'_, Shard> {
        let index = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        self.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn gap(per_second: u32) -> Duration {
    Duration::from_secs(1) / per_second.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rate: &Rate, key: &str, tries: usize) -> usize {
        (0..tries).filter(|_| rate.admit(key).is_ok()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn each_key_has_its_own_pace_and_a_second_of_it_at_once() {
        let rate = Rate::new(5);
        assert_eq!(admitted(&rate, "a", 20), 5);
        assert_eq!(admitted(&rate, "b", 20), 5);
        assert!(
            rate.admit("a")
                .is_err_and(|wait| wait <= Duration::from_millis(200))
        );
        tokio::time::advance(Duration::from_millis(600)).await;
        assert_eq!(admitted(&rate, "a", 20), 3);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(admitted(&rate, "a", 20), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn made_up_keys_take_no_memory_without_end() {
        let rate = Rate::new(1);
        for key in 0..2 * MOST_KEYS {
            let _full = rate.admit(key);
        }
        let kept: usize = (0..SHARDS as u64)
            .map(|it| rate.shard(it).even_at.len())
            .sum();
        assert!(kept <= MOST_KEYS + SHARDS, "{kept}");
        tokio::time::advance(Duration::from_secs(5)).await;
        assert!(rate.admit("new").is_ok());
    }
}
