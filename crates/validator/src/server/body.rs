//! The body of a request: whole, in time, and in memory that is bounded and wiped.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

use crate::decode::MOST_BYTES;

/// What of a body that is too large is still read, so that its sender gets to read the answer.
const MOST_IGNORED: usize = 1024 * 1024;
const FIRST_ROOM: usize = 4 * 1024;

/// Memory is handed out in parts of this size.
const PART: usize = 4 * 1024;

/// The memory that the bodies of all requests together may take.
pub(super) struct Rooms {
    parts: usize,
    free: Semaphore,
}

/// A body as it came, and its part of the memory.
pub(super) struct Whole<'a> {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    room: Option<SemaphorePermit<'a>>,
}

pub(super) enum Unread {
    TooLarge,
    TooSlow,
    /// Its framing is broken, or the caller is gone.
    Broken,
    /// Too many bodies are under way.
    NoRoom,
}

impl Rooms {
    pub(super) fn new(bytes: usize) -> Self {
        let parts = bytes / PART;
        Self {
            parts,
            free: Semaphore::new(parts),
        }
    }

    /// How much of it is taken.
    pub(super) fn taken(&self) -> usize {
        (self.parts - self.free.available_permits()) * PART
    }

    /// All of `body`, within `patience`. What has not come yet takes no room: a length is only a promise.
    pub(super) async fn read(
        &self,
        body: Incoming,
        patience: Duration,
    ) -> Result<Whole<'_>, Unread> {
        tokio::time::timeout(patience, self.whole(body))
            .await
            .unwrap_or(Err(Unread::TooSlow))
    }

    async fn whole(&self, mut body: Incoming) -> Result<Whole<'_>, Unread> {
        let said = body.size_hint().exact().map(usize::try_from);
        let expected = match said {
            Some(Ok(length)) if length <= MOST_BYTES => length,
            Some(_) => return Err(too_large(body, 0).await),
            None => FIRST_ROOM,
        };
        let mut whole = Whole {
            bytes: Zeroizing::new(Vec::with_capacity(expected)),
            room: None,
        };
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Unread::Broken)?;
            let Some(bytes) = frame.data_ref() else {
                continue;
            };
            let needed = whole.bytes.len() + bytes.len();
            if needed > MOST_BYTES {
                return Err(too_large(body, needed).await);
            }
            self.enlarge(&mut whole.room, needed)?;
            append(&mut whole.bytes, bytes);
        }
        Ok(whole)
    }

    fn enlarge<'a>(
        &'a self,
        room: &mut Option<SemaphorePermit<'a>>,
        bytes: usize,
    ) -> Result<(), Unread> {
        let held = room.as_ref().map_or(0, SemaphorePermit::num_permits);
        let more = bytes.div_ceil(PART).saturating_sub(held);
        if more == 0 {
            return Ok(());
        }
        let parts = u32::try_from(more).map_err(|_| Unread::NoRoom)?;
        let more = self
            .free
            .try_acquire_many(parts)
            .map_err(|_| Unread::NoRoom)?;
        match room {
            Some(room) => room.merge(more),
            None => *room = Some(more),
        }
        Ok(())
    }
}

/// A vector that grows by itself leaves its old content behind.
pub(super) fn append(read: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let needed = read.len() + bytes.len();
    if needed > read.capacity() {
        let room = (2 * read.capacity()).max(needed);
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(read);
        *read = larger;
    }
    read.extend_from_slice(bytes);
}

async fn too_large(mut body: Incoming, mut ignored: usize) -> Unread {
    let expected = body.size_hint().lower();
    if expected > MOST_IGNORED as u64 {
        return Unread::TooLarge;
    }
    while ignored <= MOST_IGNORED
        && let Some(Ok(frame)) = body.frame().await
    {
        ignored += frame.data_ref().map_or(0, bytes::Bytes::len);
    }
    Unread::TooLarge
}
