//! Escapes taken off a text. What looks like an escape and is none stays as it is.

use zeroize::Zeroizing;

/// Entities that every encoder of HTML writes; others are written as numbers.
const ENTITIES: [(&[u8], u8); 5] = [
    (b"amp", b'&'),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"quot", b'"'),
    (b"apos", b'\''),
];
/// The longest name or number between `&` and `;`: `#1114111`.
const LONGEST_ENTITY: usize = 8;

/// `\n`, `\/`, `\x2f`, `\u002f` and pairs of surrogates (RFC 8259 §7).
pub(super) fn backslashes(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    replaced(text, b'\\', |after| match *after.first()? {
        b'u' => escaped_unit(after),
        b'x' => Some((vec![hex(after.get(1..3)?)?.to_be_bytes()[3]], 3)),
        b'n' => Some((b"\n".to_vec(), 1)),
        b't' => Some((b"\t".to_vec(), 1)),
        b'r' => Some((b"\r".to_vec(), 1)),
        other => Some((vec![other], 1)),
    })
}

/// `%2F` and `%2f` (RFC 3986 §2.1).
pub(super) fn percent(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    replaced(text, b'%', |after| {
        Some((vec![hex(after.get(..2)?)?.to_be_bytes()[3]], 2))
    })
}

/// The same where a plus sign is a blank (`application/x-www-form-urlencoded`).
pub(super) fn form(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let blanks = replaced(text, b'+', |_| Some((b" ".to_vec(), 0)))?;
    percent(&blanks).or(Some(blanks))
}

/// `&amp;`, `&#39;`, `&#x27;`.
pub(super) fn entities(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    replaced(text, b'&', |after| {
        let end = after
            .iter()
            .take(LONGEST_ENTITY + 1)
            .position(|it| *it == b';')?;
        let name = &after[..end];
        let named = ENTITIES.iter().find(|(other, _)| *other == name);
        let bytes = match (named, name.strip_prefix(b"#")) {
            (Some((_, byte)), _) => vec![*byte],
            (None, Some([b'x' | b'X', digits @ ..])) => utf8(hex(digits)?)?,
            (None, Some(digits)) => utf8(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
            (None, None) => return None,
        };
        Some((bytes, end + 1))
    })
}

/// `text` with each `mark` and what follows it replaced by what `read` makes of that, and by how many bytes
/// it took; `None` when nothing was.
fn replaced(
    text: &[u8],
    mark: u8,
    read: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>,
) -> Option<Zeroizing<Vec<u8>>> {
    memchr::memchr(mark, text)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = memchr::memchr(mark, rest) {
        plain.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some((bytes, taken)) = read(after) {
            plain.extend_from_slice(&bytes);
            rest = &after[taken..];
            changed = true;
        } else {
            plain.push(mark);
            rest = after;
        }
    }
    plain.extend_from_slice(rest);
    changed.then_some(plain)
}

/// A character outside the first plane is two escapes.
fn escaped_unit(after: &[u8]) -> Option<(Vec<u8>, usize)> {
    let first = hex(after.get(1..5)?)?;
    if let Some(bytes) = utf8(first) {
        return Some((bytes, 5));
    }
    let second = after.get(5..11)?.strip_prefix(b"\\u")?;
    let units = [first, hex(second)?].map(u16::try_from);
    let [Ok(high), Ok(low)] = units else {
        return None;
    };
    let mut characters = char::decode_utf16([high, low]);
    let character = characters.next()?.ok()?;
    Some((character.to_string().into_bytes(), 11))
}

fn utf8(code: u32) -> Option<Vec<u8>> {
    Some(char::from_u32(code)?.to_string().into_bytes())
}

/// A number of hexadecimal digits and nothing else; a sign is none.
fn hex(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
