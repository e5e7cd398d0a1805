//! DNS names, checked character by character, before any URL library has a chance to be lenient.

use url::Url;

use crate::system::address::names_loopback;

/// Why a text is not the one DNS label that rule I1 asks for. The first reason that applies is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelDefect {
    Empty,
    /// Control characters, line breaks and NUL.
    Control,
    /// Blanks anywhere.
    Blank,
    /// Anything outside ASCII: look-alikes, other dots, invisible and direction marks.
    NonAscii,
    /// A character that ends or divides a host name or an address: `. / \ : ? # @ % [ ]`.
    Delimiter,
    /// Any other character than letters, digits and hyphens.
    Character,
    UpperCase,
    /// A hyphen at the beginning or the end.
    HyphenEdge,
    /// Longer than 63 characters (RFC 1035 §2.3.4).
    TooLong,
    /// `xn--`, which stands for something else than it shows (RFC 5890 §2.3.1).
    Encoded,
    /// Names with a meaning of their own: `localhost` (RFC 6761 §6.3), `www`.
    Reserved,
}

/// What is wrong with `text` as one DNS label: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?` (rule I1).
pub fn label_defect(text: &str) -> Option<LabelDefect> {
    if text.is_empty() {
        return Some(LabelDefect::Empty);
    }
    if let Some(defect) = text.chars().find_map(character_defect) {
        return Some(defect);
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some(LabelDefect::UpperCase);
    }
    shape_defect(text)
}

/// Whether `text` is a lower-case DNS name of at least two labels that cannot be read as an IP address.
pub(super) fn is_host(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').count() >= 2
        && text.split('.').all(|label| label_shape(label).is_none())
        && text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// `text` as an https address of a host, with an optional path and nothing else.
///
/// It says in one sentence what is wrong when it is something else.
pub(super) fn https_base(text: &str) -> Result<Url, &'static str> {
    let Some(rest) = text.strip_prefix("https://") else {
        return Err("It does not begin with https://.");
    };
    if text.len() > 2048 {
        return Err("It is longer than 2,048 characters.");
    }
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !is_host(host) {
        return Err(
            "What follows https:// is not a host name. A host name has letters, digits and hyphens \
             between dots, and no user name or port.",
        );
    }
    if !path.bytes().all(is_plain_path) {
        return Err("The path holds a character that does not belong there.");
    }
    let url = Url::parse(text).map_err(|_| "It is not an address.")?;
    let kept = url.host_str() == Some(host) && (path.is_empty() || url.path() == path);
    if kept {
        Ok(url)
    } else {
        Err("It can be read in two ways.")
    }
}

/// The address of a server as a person types it: https, with or without a port and a path; plain http
/// for this machine alone (RFC 8252 §8.3).
///
/// It says in one sentence what is wrong when it is something else.
pub(super) fn typed_base(text: &str) -> Result<Url, &'static str> {
    let (scheme, rest) = text
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "https" | "http"))
        .ok_or("It does not begin with https://.")?;
    if text.len() > 2048 {
        return Err("It is longer than 2,048 characters.");
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let name = server_name(authority);
    let local = names_loopback(name);
    if scheme == "http" && !local {
        return Err("It does not begin with https://. Plain http is for this machine only.");
    }
    if !local && !is_host(name) {
        return Err(
            "What follows https:// is not a host name. A host name has letters, digits and hyphens \
             between dots, and no user name.",
        );
    }
    if !path.bytes().all(is_plain_path) {
        return Err("The path holds a character that does not belong there.");
    }
    let url = Url::parse(text).map_err(|_| "It is not an address.")?;
    let kept = url.origin().ascii_serialization() == format!("{scheme}://{authority}")
        && (path.is_empty() || url.path() == path);
    if kept {
        Ok(url)
    } else {
        Err(
            "It can be read in two ways. The usual port is not written, and a path has no dots as steps.",
        )
    }
}

/// The host in `authority`, without port and without the brackets of an IPv6 address.
pub(super) fn server_name(authority: &str) -> &str {
    match authority.rsplit_once(']') {
        Some((inside, _)) => inside.strip_prefix('[').unwrap_or(inside),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Bytes of a path that stand for themselves (RFC 3986 §3.3), without percent signs.
pub(super) fn is_plain_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte)
}

/// A path below an address, with a query or without; an address made of it leads nowhere else.
pub(super) fn is_path(text: &str) -> bool {
    let plain = text.bytes().all(|byte| is_plain_path(byte) || byte == b'?');
    text.starts_with('/')
        && !text.starts_with("//")
        && plain
        && Url::parse(&format!("https://api.example{text}"))
            .is_ok_and(|url| url.as_str() == format!("https://api.example{text}"))
}

/// `text` for showing: one line, only visible ASCII, the first 60 characters (rule I6).
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let more = if text.chars().count() > LONGEST {
        "..."
    } else {
        ""
    };
    let visible: String = text.chars().take(LONGEST).map(visible).collect();
    visible + more
}

fn visible(character: char) -> String {
    if character == ' ' || character.is_ascii_graphic() {
        character.to_string()
    } else {
        format!("[U+{:04X}]", u32::from(character))
    }
}

fn character_defect(character: char) -> Option<LabelDefect> {
    match character {
        // U+0080 to U+009F are controls too, but first of all they are not ASCII.
        '\t' | ' ' => Some(LabelDefect::Blank),
        control if control.is_ascii_control() => Some(LabelDefect::Control),
        other if !other.is_ascii() => Some(LabelDefect::NonAscii),
        '.' | '/' | '\\' | ':' | '?' | '#' | '@' | '%' | '[' | ']' => Some(LabelDefect::Delimiter),
        plain if plain.is_ascii_alphanumeric() || plain == '-' => None,
        _ => Some(LabelDefect::Character),
    }
}

fn shape_defect(text: &str) -> Option<LabelDefect> {
    if matches!(text, "localhost" | "www") {
        return Some(LabelDefect::Reserved);
    }
    if text.len() > 63 {
        return Some(LabelDefect::TooLong);
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Some(LabelDefect::HyphenEdge);
    }
    text.starts_with("xn--").then_some(LabelDefect::Encoded)
}

/// As [`label_defect`], without the names that are only wrong for an account.
fn label_shape(label: &str) -> Option<LabelDefect> {
    label_defect(label).filter(|defect| *defect != LabelDefect::Reserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_rule_i1_are_accepted() {
        for label in ["acme", "a", "7", "acme-2", "a-b-c", &"a".repeat(63)] {
            assert_eq!(label_defect(label), None, "{label}");
        }
    }

    #[test]
    fn each_defect_of_a_label_is_told_apart() {
        for (text, defect) in [
            ("", LabelDefect::Empty),
            ("ac\0me", LabelDefect::Control),
            ("acme ", LabelDefect::Blank),
            ("acm\u{435}", LabelDefect::NonAscii),
            ("evil.com", LabelDefect::Delimiter),
            ("a_b", LabelDefect::Character),
            ("Acme", LabelDefect::UpperCase),
            ("-acme", LabelDefect::HyphenEdge),
            (&"a".repeat(64), LabelDefect::TooLong),
            ("xn--acme", LabelDefect::Encoded),
            ("localhost", LabelDefect::Reserved),
        ] {
            assert_eq!(label_defect(text), Some(defect), "{text:?}");
        }
    }

    #[test]
    fn a_host_has_two_labels_and_is_no_ip_address() {
        assert!(is_host("talkdeskid.co.uk"));
        assert!(is_host("www.example.com"));
        for host in [
            "",
            "com",
            "a..b",
            ".com",
            "com.",
            "127.0.0.1",
            "a.0x7f",
            "[::1]",
            "a.com:443",
            "A.com",
        ] {
            assert!(!is_host(host), "{host:?}");
        }
    }

    #[test]
    fn an_https_base_holds_a_host_and_a_path_only() {
        assert!(https_base("https://api.example.com").is_ok());
        assert!(https_base("https://api.example.com/v2").is_ok());
        for text in [
            "http://api.example.com",
            "https://user@api.example.com",
            "https://api.example.com:8443",
            "https://api.example.com?x=1",
            "https://api.example.com/#x",
            "https://api.example.com/../x",
            "https://api.example.com\\@evil.com",
            "https://127.0.0.1",
            "HTTPS://api.example.com",
            "javascript:alert(1)",
        ] {
            assert!(https_base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_typed_base_may_name_a_port_and_this_machine() {
        for text in [
            "https://id.example.com",
            "https://id.example.com:8443/auth",
            "http://localhost:8080",
            "http://127.0.0.1:8080/auth",
            "http://[::1]:8080",
            "https://localhost:8443",
        ] {
            assert_eq!(typed_base(text).map(|_| ()), Ok(()), "{text}");
        }
        for text in [
            "http://id.example.com",
            "http://id.example.com:8080",
            "https://id.example.com:443",
            "https://id.example.com:",
            "https://id.example.com:x",
            "https://id.example.com:65536",
            "https://id.example.com:08443",
            "https://me@id.example.com",
            "https://id.example.com:8443@evil.example",
            "https://localhost.",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::1]evil.example",
            "http://127.1",
            "https://10.0.0.1",
            "https://intranet",
            "https://id.example.com?x=1",
            "https://id.example.com/..",
            "ftp://localhost",
        ] {
            assert!(typed_base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn text_is_shown_without_controls_or_look_alikes() {
        assert_eq!(shown("a\u{202e}b\n"), "a[U+202E]b[U+000A]");
        assert!(shown(&"x".repeat(500)).len() < 80);
    }
}
