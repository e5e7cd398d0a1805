//! Where one request ends and the next begins, read strictly (rule L8, RFC 9112).
//!
//! Request smuggling lives on two readers that disagree. This one knows the one plain way to write a
//! request and calls everything else unreadable: both length headers, a list of transfer codings, folded
//! lines, bare line feeds, chunk extensions, trailers. hyper reads the same bytes afterwards, line by whole
//! line, and gets none that were found unreadable.

use super::head::{Body, Head, MOST_HEAD_BYTES, Unreadable, number};

/// Of a chunk size; eight hexadecimal digits reach 4 GiB.
const MOST_SIZE_DIGITS: usize = 8;

/// Reads the bytes of one connection in order.
#[derive(Default)]
pub(super) struct Framing {
    at: At,
    head: Head,
}

/// What a connection is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Between,
    /// Nothing of the head is whole yet.
    RequestLine,
    Head,
    Body,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Default)]
enum At {
    /// The first byte of a request line.
    #[default]
    Start,
    RequestLine,
    Header,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    /// After the last chunk: an empty line and nothing else.
    LastLine,
}

impl Framing {
    pub(super) fn phase(&self) -> Phase {
        match self.at {
            At::Start => Phase::Between,
            At::RequestLine => Phase::RequestLine,
            At::Header => Phase::Head,
            _ => Phase::Body,
        }
    }

    /// Reads on, and says how many of `bytes` that were: the beginning of a line is not read before its end
    /// is there, and has to be given again with what follows.
    ///
    /// Fails with the index of what is unreadable; nothing from there on may be believed, now or later.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<usize, (usize, Unreadable)> {
        let mut index = 0;
        while index < bytes.len() {
            match self.step(&bytes[index..]) {
                Ok(0) => break,
                Ok(step) => index += step,
                Err(why) => return Err((index, why)),
            }
        }
        Ok(index)
    }

    /// Says how many bytes of `rest`, which is not empty, were read: none of a line without an end.
    fn step(&mut self, rest: &[u8]) -> Result<usize, Unreadable> {
        match &mut self.at {
            At::Body(left) | At::Chunk(left) => {
                let taken = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                *left -= taken as u64;
                match self.at {
                    At::Body(0) => self.at = At::Start,
                    At::Chunk(0) => self.at = At::ChunkEnd,
                    _ => {}
                }
                Ok(taken)
            }
            At::Start => {
                self.head = Head::default();
                self.at = At::RequestLine;
                self.line(rest)
            }
            _ => self.line(rest),
        }
    }

    fn line(&mut self, rest: &[u8]) -> Result<usize, Unreadable> {
        let end = memchr::memchr(b'\n', rest).map(|index| index + 1);
        let length = end.unwrap_or(rest.len());
        // Before the end has come, so that no drip makes it long.
        if self.phase() == Phase::Body {
            if length > MOST_SIZE_DIGITS + 2 {
                return Err(Unreadable::Unclear);
            }
        } else if self.head.bytes + length > MOST_HEAD_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let Some(end) = end else { return Ok(0) };
        self.head.bytes += length;
        let line = rest[..end].strip_suffix(b"\r\n");
        self.at = self.after(line.ok_or(Unreadable::Unclear)?)?;
        Ok(end)
    }

    fn after(&mut self, line: &[u8]) -> Result<At, Unreadable> {
        match self.at {
            At::RequestLine => self.head.request_line(line).map(|()| At::Header),
            At::Header if line.is_empty() => self.head.end().map(|body| match body {
                Body::None => At::Start,
                Body::Length(length) => At::Body(length),
                Body::Chunked => At::ChunkSize,
            }),
            At::Header => self.head.header(line).map(|()| At::Header),
            At::ChunkSize => match chunk_size(line)? {
                0 => Ok(At::LastLine),
                size => Ok(At::Chunk(size)),
            },
            At::ChunkEnd if line.is_empty() => Ok(At::ChunkSize),
            At::LastLine if line.is_empty() => Ok(At::Start),
            _ => Err(Unreadable::Unclear),
        }
    }
}

/// Without an extension (RFC 9112 §7.1.1), which nobody needs and readers disagree about.
fn chunk_size(line: &[u8]) -> Result<u64, Unreadable> {
    number(line, MOST_SIZE_DIGITS, 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    const CHUNKED: &[u8] =
        b"POST /a HTTP/1.1\r\nhost:x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\n";

    fn is_broken(bytes: &[u8]) -> bool {
        Framing::default().read(bytes).is_err()
    }

    #[test]
    fn plain_requests_end_where_they_end_however_they_are_cut() {
        let both: Vec<u8> = [PLAIN, CHUNKED, PLAIN].concat();
        for size in 1..both.len() {
            let (mut framing, mut held) = (Framing::default(), Vec::new());
            for part in both.chunks(size) {
                held.extend_from_slice(part);
                let read = framing.read(&held).expect("readable");
                held.drain(..read);
            }
            assert_eq!(framing.phase(), Phase::Between);
        }
    }

    #[test]
    fn what_a_connection_waits_for_is_known() {
        let mut framing = Framing::default();
        assert_eq!(framing.phase(), Phase::Between);
        assert_eq!(framing.read(b"P"), Ok(0));
        assert_eq!(framing.phase(), Phase::RequestLine);
        assert_eq!(framing.read(&PLAIN[..20]), Ok(18));
        assert_eq!(framing.phase(), Phase::Head);
        let end = PLAIN.len();
        assert_eq!(framing.read(&PLAIN[18..end - 1]), Ok(end - 19));
        assert_eq!(framing.phase(), Phase::Body);
        assert_eq!(framing.read(b"c"), Ok(1));
        assert_eq!(framing.phase(), Phase::Between);
    }

    #[test]
    fn an_unreadable_line_is_found_where_it_begins_however_it_is_cut() {
        let bytes = b"POST / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n";
        for size in 1..=bytes.len() {
            let (mut framing, mut held, mut passed) = (Framing::default(), Vec::new(), 0);
            let mut parts = bytes.chunks(size);
            let found = loop {
                held.extend_from_slice(parts.next().expect("it is found"));
                match framing.read(&held) {
                    Ok(read) => {
                        held.drain(..read);
                        passed += read;
                    }
                    Err((index, why)) => break (passed + index, why),
                }
            };
            assert_eq!(found, (26, Unreadable::Unclear), "in parts of {size}");
        }
    }

    #[test]
    fn everything_that_two_readers_could_read_in_two_ways_is_broken() {
        let head = |headers: &str| format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        for headers in [
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
            "Content-Length: 3\r\nContent-Length: 3\r\n",
            "Content-Length: 3, 3\r\n",
            "Content-Length: +3\r\n",
            "Content-Length: 0x3\r\n",
            "Content-Length:\r\n",
            "Content-Length : 3\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: \x0bchunked\r\n",
            "A: b\r\n c\r\n",
            "A: b\n",
            "A: b\rc\r\n",
            "A: b\0\r\n",
            "Host: y\r\n",
            "A\r\n",
            ": b\r\n",
        ] {
            assert!(is_broken(head(headers).as_bytes()), "{headers:?}");
        }
        for line in [
            "POST  / HTTP/1.1",
            "POST / HTTP/1.1 ",
            "POST http://x/ HTTP/1.1",
            "POST * HTTP/1.1",
            "CONNECT x:1 HTTP/1.1",
            "POST / HTTP/2.0",
            "POST / http/1.1",
            "POST /\t HTTP/1.1",
            "POST /#a HTTP/1.1",
            "POST /<a> HTTP/1.1",
            "POST /\\a HTTP/1.1",
            "POST /",
            "",
        ] {
            let request = format!("{line}\r\nHost: x\r\n\r\n");
            assert!(is_broken(request.as_bytes()), "{line:?}");
        }
        assert!(is_broken(b"POST / HTTP/1.1\r\n\r\n"));
        assert!(!is_broken(b"POST / HTTP/1.0\r\n\r\n"));
        for body in [
            "3;a=b\r\nabc",
            "g\r\n",
            "3\r\nabcd\r\n",
            "0\r\nA: b\r\n\r\n",
            "3\nabc",
            "000000003\r\n",
        ] {
            let request = format!("{}{body}", head("Transfer-Encoding: chunked\r\n"));
            assert!(is_broken(request.as_bytes()), "{body:?}");
        }
    }

    #[test]
    fn a_head_has_an_end() {
        let why = |text: &str| Framing::default().read(text.as_bytes()).map_err(|it| it.1);
        let long = "b".repeat(MOST_HEAD_BYTES);
        for text in [
            format!("POST / HTTP/1.1\r\nHost: x\r\nA: {long}"),
            format!("POST /{long}"),
            format!("POST / HTTP/1.1\r\nHost: x\r\n{}", "A: b\r\n".repeat(64)),
        ] {
            assert_eq!(why(&text), Err(Unreadable::TooLarge));
        }
    }
}
