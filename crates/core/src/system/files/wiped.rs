//! Reading into memory that is wiped, all of it.

use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// Room that most secrets fit into.
const FIRST_ROOM: usize = 8 * 1024;

/// Everything that `source` gives until it ends; `None` when that is more than `limit` bytes.
///
/// A vector that grows by itself leaves what it held behind, unwiped, so that a private key would stay in
/// memory for as long as the process lives. Here every room that becomes too small is wiped.
pub fn read_wiped(mut source: impl Read, limit: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut content = Zeroizing::new(Vec::new());
    let mut length = 0;
    loop {
        if length > limit {
            return Ok(None);
        }
        if length == content.len() {
            content = larger(&content, limit);
        }
        match source.read(&mut content[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    content.truncate(length);
    Ok(Some(content))
}

/// One byte more than the limit has room, so that a longer source is noticed.
fn larger(content: &[u8], limit: usize) -> Zeroizing<Vec<u8>> {
    let most = limit.saturating_add(1);
    let room = (content.len() * 2).max(FIRST_ROOM).min(most);
    let mut larger = Zeroizing::new(vec![0; room]);
    larger[..content.len()].copy_from_slice(content);
    larger
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, and is interrupted in between.
    struct Drip<'a>(&'a [u8], bool);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            let length = self.0.len().min(into.len()).min(1000);
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    #[test]
    fn everything_up_to_the_limit_comes_back_and_nothing_beyond_it() {
        let text: Vec<u8> = (0..100_000_u32)
            .map(|number| number.to_le_bytes()[0])
            .collect();
        for length in [0, 1, 8191, 8192, 8193, 16_384, 99_999, 100_000] {
            let text = &text[..length];
            let read = read_wiped(Drip(text, false), length).expect("read");
            assert_eq!(*read.expect("within the limit"), text);
            if length > 0 {
                let read = read_wiped(Drip(text, false), length - 1).expect("read");
                assert!(read.is_none(), "{length}");
            }
        }
    }

    #[test]
    fn a_source_without_an_end_is_left_at_the_limit() {
        assert!(read_wiped(io::repeat(1), 70_000).expect("read").is_none());
        assert!(read_wiped(io::repeat(1), 0).expect("read").is_none());
    }
}
