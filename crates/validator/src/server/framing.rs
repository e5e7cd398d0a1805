//! Where one request ends and the next begins, read strictly (rule L8, RFC 9112).
//!
//! Request smuggling lives on two readers that disagree. This one knows the one plain way to write a
//! request and calls everything else broken: both length headers, a list of transfer codings, folded
//! lines, bare line feeds, chunk extensions, trailers. hyper reads the same bytes afterwards, and gets none
//! that were found broken.

/// Request line and headers of one request together.
pub(super) const MOST_HEAD_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// Of a chunk size; eight hexadecimal digits reach 4 GiB.
const MOST_SIZE_DIGITS: usize = 8;

/// Reads the bytes of one connection in order.
#[derive(Default)]
pub(super) struct Framing {
    at: At,
    head: Head,
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
}

/// What a connection is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Between,
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

/// What the head of a request has said so far.
#[derive(Clone, Copy, Default)]
struct Head {
    bytes: usize,
    headers: usize,
    old: bool,
    host: bool,
    length: Option<u64>,
    chunked: bool,
}

struct Broken;

impl Framing {
    pub(super) fn phase(&self) -> Phase {
        match self.at {
            At::Start => Phase::Between,
            At::RequestLine | At::Header => Phase::Head,
            _ => Phase::Body,
        }
    }

    /// Reads on. Fails with the index of the part that begins what is broken; nothing from there on may be
    /// believed, now or later.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut index = 0;
        while index < bytes.len() {
            let step = self.step(&bytes[index..]).map_err(|Broken| index)?;
            index += step;
        }
        Ok(())
    }

    /// Takes at least one byte of `rest`, which is not empty, and says how many.
    fn step(&mut self, rest: &[u8]) -> Result<usize, Broken> {
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
                self.lines(rest)
            }
            _ => self.lines(rest),
        }
    }

    /// Takes up to the end of the line that `rest` begins with or goes on with.
    fn lines(&mut self, rest: &[u8]) -> Result<usize, Broken> {
        let end = memchr::memchr(b'\n', rest).map(|index| index + 1);
        let part = &rest[..end.unwrap_or(rest.len())];
        self.head.bytes += part.len();
        if self.head.bytes > MOST_HEAD_BYTES && self.phase() == Phase::Head {
            return Err(Broken);
        }
        if end.is_none() || !self.line.is_empty() {
            self.line.extend_from_slice(part);
            // A size line has an end of its own; so that no drip makes it long.
            if self.phase() == Phase::Body && self.line.len() > MOST_SIZE_DIGITS + 2 {
                return Err(Broken);
            }
        }
        if end.is_none() {
            return Ok(part.len());
        }
        let kept = std::mem::take(&mut self.line);
        let line = if kept.is_empty() { part } else { &kept };
        let line = line.strip_suffix(b"\r\n").ok_or(Broken)?;
        self.at = self.after(line)?;
        self.line = kept;
        self.line.clear();
        Ok(part.len())
    }

    fn after(&mut self, line: &[u8]) -> Result<At, Broken> {
        match self.at {
            At::RequestLine => self.head.request_line(line).map(|()| At::Header),
            At::Header if line.is_empty() => self.head.end(),
            At::Header => self.head.header(line).map(|()| At::Header),
            At::ChunkSize => match chunk_size(line)? {
                0 => Ok(At::LastLine),
                size => Ok(At::Chunk(size)),
            },
            At::ChunkEnd if line.is_empty() => Ok(At::ChunkSize),
            At::LastLine if line.is_empty() => Ok(At::Start),
            _ => Err(Broken),
        }
    }
}

impl Head {
    /// `method SP target SP version`, the target in origin form (RFC 9112 §3).
    fn request_line(&mut self, line: &[u8]) -> Result<(), Broken> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Broken);
        };
        self.old = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            _ => return Err(Broken),
        };
        let is_target = target.first() == Some(&b'/') && target.iter().all(u8::is_ascii_graphic);
        if is_token(method) && is_target {
            Ok(())
        } else {
            Err(Broken)
        }
    }

    fn header(&mut self, line: &[u8]) -> Result<(), Broken> {
        self.headers += 1;
        let colon = memchr::memchr(b':', line).ok_or(Broken)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        let is_control = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
        // A name that is no token is also one with a blank before the colon, and a folded line.
        if self.headers > MOST_HEADERS || !is_token(name) || value.iter().any(is_control) {
            return Err(Broken);
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            if self.chunked || self.length.is_some() {
                return Err(Broken);
            }
            self.length = Some(decimal(value)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let is_plain = value.eq_ignore_ascii_case(b"chunked");
            if self.chunked || self.length.is_some() || self.old || !is_plain {
                return Err(Broken);
            }
            self.chunked = true;
        } else if name.eq_ignore_ascii_case(b"host") {
            if self.host {
                return Err(Broken);
            }
            self.host = true;
        }
        Ok(())
    }

    fn end(&self) -> Result<At, Broken> {
        match self.length {
            // RFC 9112 §3.2.
            _ if !self.host && !self.old => Err(Broken),
            _ if self.chunked => Ok(At::ChunkSize),
            None | Some(0) => Ok(At::Start),
            Some(length) => Ok(At::Body(length)),
        }
    }
}

/// RFC 9110 §5.6.2.
fn is_token(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(allowed)
}

/// Digits and nothing else: no sign, no list, no blank.
fn decimal(value: &[u8]) -> Result<u64, Broken> {
    number(value, 18, 10)
}

/// Without an extension (RFC 9112 §7.1.1), which nobody needs and readers disagree about.
fn chunk_size(line: &[u8]) -> Result<u64, Broken> {
    number(line, MOST_SIZE_DIGITS, 16)
}

fn number(digits: &[u8], most: usize, radix: u32) -> Result<u64, Broken> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    if digits.is_empty() || digits.len() > most || !digits.iter().all(is_digit) {
        return Err(Broken);
    }
    let text = std::str::from_utf8(digits).map_err(|_| Broken)?;
    u64::from_str_radix(text, radix).map_err(|_| Broken)
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
            let mut framing = Framing::default();
            for part in both.chunks(size) {
                assert_eq!(framing.read(part), Ok(()), "in parts of {size}");
            }
            assert_eq!(framing.phase(), Phase::Between);
        }
    }

    #[test]
    fn what_a_connection_waits_for_is_known() {
        let mut framing = Framing::default();
        assert_eq!(framing.phase(), Phase::Between);
        framing.read(b"P").expect("a beginning");
        assert_eq!(framing.phase(), Phase::Head);
        framing.read(&PLAIN[1..PLAIN.len() - 1]).expect("more");
        assert_eq!(framing.phase(), Phase::Body);
        framing.read(b"c").expect("the end");
        assert_eq!(framing.phase(), Phase::Between);
    }

    #[test]
    fn a_broken_line_is_found_where_it_begins_and_before_the_head_ends() {
        let bytes = b"POST / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n";
        assert_eq!(Framing::default().read(bytes), Err(26));
        // Cut anywhere, the end of the head is never passed on.
        for size in 1..bytes.len() {
            let mut framing = Framing::default();
            let mut passed = Vec::new();
            for part in bytes.chunks(size) {
                if let Err(index) = framing.read(part) {
                    passed.extend_from_slice(&part[..index]);
                    break;
                }
                passed.extend_from_slice(part);
            }
            assert!(!passed.ends_with(b"\r\n\r\n"), "in parts of {size}");
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
        let long = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nA: {}",
            "b".repeat(MOST_HEAD_BYTES)
        );
        assert!(is_broken(long.as_bytes()));
        let many = format!(
            "POST / HTTP/1.1\r\nHost: x\r\n{}",
            "A: b\r\n".repeat(MOST_HEADERS)
        );
        assert!(is_broken(many.as_bytes()));
    }
}
