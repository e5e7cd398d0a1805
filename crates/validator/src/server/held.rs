//! What has come of a line whose end has not.

use tokio::io::ReadBuf;
use zeroize::Zeroizing;

use super::body::append;

/// Bytes of a peer that are not handed on yet. They may be a caller's word, and leave no copy behind.
#[derive(Default)]
pub(super) struct Held {
    bytes: Zeroizing<Vec<u8>>,
    /// So many of them are whole lines.
    whole: usize,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        append(&mut self.bytes, bytes);
    }

    /// The first `whole` bytes can be handed on.
    pub(super) fn release(&mut self, whole: usize) {
        self.whole = whole;
    }

    /// Forgets what cannot be handed on.
    pub(super) fn cut(&mut self) {
        self.bytes.truncate(self.whole);
    }

    /// Hands on what can be, as far as `buffer` has room, and says whether there was anything.
    pub(super) fn hand_on(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let count = self.whole.min(buffer.remaining());
        if count == 0 {
            return false;
        }
        buffer.put_slice(&self.bytes[..count]);
        self.whole -= count;
        if count == self.bytes.len() {
            // An idle connection keeps no memory.
            *self = Self::default();
        } else {
            let rest = Zeroizing::new(self.bytes[count..].to_vec());
            self.bytes = rest;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_handed_on_as_far_as_there_is_room_and_beginnings_are_not() {
        let mut held = Held::default();
        held.add(b"one\r\ntw");
        let mut room = [0; 3];
        assert!(!held.hand_on(&mut ReadBuf::new(&mut room)));
        held.release(5);
        assert!(held.hand_on(&mut ReadBuf::new(&mut room)));
        assert_eq!(&room, b"one");
        let mut rest = [0; 8];
        let mut rest = ReadBuf::new(&mut rest);
        assert!(held.hand_on(&mut rest));
        assert_eq!(rest.filled(), b"\r\n");
        assert!(!held.hand_on(&mut rest));
        assert_eq!(held.bytes(), b"tw");
        held.add(b"o\r\n");
        held.release(5);
        assert!(held.hand_on(&mut rest) && held.is_empty());
        assert_eq!(held.bytes.capacity(), 0);
    }
}
