//! The head of a request, line by line (RFC 9112 §3 and §5).

/// Request line and headers of one request together.
pub(super) const MOST_HEAD_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// Why a request is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Two readers could read it in two ways, or nobody in any.
    Unclear,
    /// More head than anybody needs.
    TooLarge,
}

/// What follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    None,
    Length(u64),
    Chunked,
}

/// What the head of a request has said so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) bytes: usize,
    headers: usize,
    old: bool,
    host: bool,
    length: Option<u64>,
    chunked: bool,
}

impl Head {
    /// `method SP target SP version`, the target in origin form (RFC 9112 §3).
    pub(super) fn request_line(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unreadable::Unclear);
        };
        self.old = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            _ => return Err(Unreadable::Unclear),
        };
        let is_target = target.first() == Some(&b'/') && target.iter().copied().all(is_of_target);
        if is_token(method) && is_target {
            Ok(())
        } else {
            Err(Unreadable::Unclear)
        }
    }

    pub(super) fn header(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        self.headers += 1;
        if self.headers > MOST_HEADERS {
            return Err(Unreadable::TooLarge);
        }
        let colon = memchr::memchr(b':', line).ok_or(Unreadable::Unclear)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        let is_control = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
        // A name that is no token is also one with a blank before the colon, and a folded line.
        if !is_token(name) || value.iter().any(is_control) {
            return Err(Unreadable::Unclear);
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            if self.chunked || self.length.is_some() {
                return Err(Unreadable::Unclear);
            }
            self.length = Some(decimal(value)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let is_plain = value.eq_ignore_ascii_case(b"chunked");
            if self.chunked || self.length.is_some() || self.old || !is_plain {
                return Err(Unreadable::Unclear);
            }
            self.chunked = true;
        } else if name.eq_ignore_ascii_case(b"host") {
            if self.host {
                return Err(Unreadable::Unclear);
            }
            self.host = true;
        }
        Ok(())
    }

    pub(super) fn end(&self) -> Result<Body, Unreadable> {
        match self.length {
            // RFC 9112 §3.2.
            _ if !self.host && !self.old => Err(Unreadable::Unclear),
            _ if self.chunked => Ok(Body::Chunked),
            None | Some(0) => Ok(Body::None),
            Some(length) => Ok(Body::Length(length)),
        }
    }
}

/// RFC 3986 §3.3 and §3.4: what a path and a query are made of. Others are read in more than one way; a
/// fragment, for instance, is dropped by some.
fn is_of_target(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte)
}

/// RFC 9110 §5.6.2.
fn is_token(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(allowed)
}

/// Digits and nothing else: no sign, no list, no blank.
fn decimal(value: &[u8]) -> Result<u64, Unreadable> {
    number(value, 18, 10)
}

/// One number of `most` digits and nothing else.
pub(super) fn number(digits: &[u8], most: usize, radix: u32) -> Result<u64, Unreadable> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    if digits.is_empty() || digits.len() > most || !digits.iter().all(is_digit) {
        return Err(Unreadable::Unclear);
    }
    let text = std::str::from_utf8(digits).map_err(|_| Unreadable::Unclear)?;
    u64::from_str_radix(text, radix).map_err(|_| Unreadable::Unclear)
}
