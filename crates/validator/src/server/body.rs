//! The body of a request: whole, in time, and in memory that is wiped.

use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use std::time::Duration;
use zeroize::Zeroizing;

use crate::decode::MOST_BYTES;

/// What of a body that is too large is still read, so that its sender gets to read the answer.
const MOST_IGNORED: usize = 1024 * 1024;
const FIRST_ROOM: usize = 4 * 1024;

pub(super) enum Unread {
    TooLarge,
    TooSlow,
    /// Its framing is broken, or the caller is gone.
    Broken,
}

/// All of `body`, within `patience`.
pub(super) async fn read(body: Incoming, patience: Duration) -> Result<Zeroizing<Vec<u8>>, Unread> {
    tokio::time::timeout(patience, whole(body))
        .await
        .unwrap_or(Err(Unread::TooSlow))
}

async fn whole(mut body: Incoming) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let said = body.size_hint().exact().map(usize::try_from);
    let room = match said {
        Some(Ok(length)) if length <= MOST_BYTES => length,
        Some(_) => return Err(too_large(body, 0).await),
        None => FIRST_ROOM,
    };
    let mut read = Zeroizing::new(Vec::with_capacity(room));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Some(bytes) = frame.data_ref() else {
            continue;
        };
        if read.len() + bytes.len() > MOST_BYTES {
            let so_far = read.len() + bytes.len();
            return Err(too_large(body, so_far).await);
        }
        append(&mut read, bytes);
    }
    Ok(read)
}

/// A vector that grows by itself leaves its old content behind.
fn append(read: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
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
