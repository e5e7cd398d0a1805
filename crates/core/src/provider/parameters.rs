//! Additional parameters of requests: their names, and texts that hold names in braces.

use super::host;
use super::template::{Fault, Piece, is_name};

/// Parameters that the flows themselves make (RFC 6749 §4 to §6, RFC 7521 §4, RFC 7636 §4, RFC 9101
/// §5, RFC 9126). A provider file or a person who could set one could name another redirect URI, take
/// the challenge away, have the answer sent by another way, or hand a password to a program.
pub const RESERVED_PARAMETERS: [&str; 25] = [
    "assertion",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "device_code",
    "grant_type",
    "id_token_hint",
    "nonce",
    "password",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "username",
];

/// Whether Proofkey itself sets the parameter `name`, as the least particular server reads it.
pub fn is_reserved_parameter(name: &str) -> bool {
    RESERVED_PARAMETERS.contains(&read_loosely(name).as_str())
}

/// The name that some server takes `name` for. Some do not tell capital letters apart; PHP makes `_` of
/// dots, blanks and lone brackets, leaves out blanks at the beginning and what follows a NUL, and takes
/// `name[]` for a list called `name`, as others do.
pub(crate) fn read_loosely(name: &str) -> String {
    let name = name.trim_start_matches(' ').split('\0').next();
    let name = name.unwrap_or_default();
    let name = match name.split_once('[') {
        Some((list, key)) if key.contains(']') => list,
        _ => name,
    };
    name.replace(['.', ' ', '['], "_").to_ascii_lowercase()
}

/// RFC 6749 Appendix A and §8.2: what the name of a parameter, or of a member of an answer, may look
/// like.
pub fn is_parameter_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// A text such as `ZohoCRM.{org_id}` as literal text and names, in order.
///
/// What is wrong comes back in a sentence for the author of the file.
pub(super) fn text_pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (literal, from) = rest.split_at(brace);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        let (name, after) = from
            .strip_prefix('{')
            .and_then(|from| from.split_once('}'))
            .ok_or("A brace has no counterpart.")?;
        if !is_name(name) {
            return Err(format!("{{{}}} is not a name.", host::shown(name)));
        }
        pieces.push(Piece::Placeholder(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_into_words_and_names() {
        let piece = |text: &str| match text.strip_prefix('$') {
            Some(name) => Piece::Placeholder(name.to_owned()),
            None => Piece::Literal(text.to_owned()),
        };
        for (text, parts) in [
            ("", vec![]),
            ("offline", vec!["offline"]),
            ("ZohoCRM.{org_id}", vec!["ZohoCRM.", "$org_id"]),
            ("{a}{b}/.default", vec!["$a", "$b", "/.default"]),
        ] {
            let expected: Vec<Piece> = parts.into_iter().map(piece).collect();
            assert_eq!(text_pieces(text), Ok(expected), "{text}");
        }
        for text in ["{", "}", "a{b", "{A}", "{}", "{a}}", "{{a}}", "{a b}"] {
            assert!(text_pieces(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reserved_names_are_reserved_however_they_are_written() {
        assert!(is_reserved_parameter("redirect_uri") && is_reserved_parameter("Redirect_URI"));
        for name in [
            "redirect.uri",
            "Redirect.URI",
            "redirect uri",
            "redirect[uri",
            "redirect_uri[]",
            "redirect_uri[0]",
            " redirect_uri",
            "redirect_uri\0x",
        ] {
            assert!(is_reserved_parameter(name), "{name:?}");
        }
        assert!(!is_reserved_parameter("audience") && !is_reserved_parameter("resource"));
        assert!(
            RESERVED_PARAMETERS
                .iter()
                .all(|name| is_parameter_name(name))
        );
        assert!(!is_parameter_name("") && !is_parameter_name("a b") && !is_parameter_name("a&b"));
    }
}
