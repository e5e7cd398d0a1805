//! What a person hands to the laboratory beside the address: credentials, and perhaps headers.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::de::IgnoredAny;

use crate::error::{Code, Problem};
use crate::integration::{Auth, Scalar};
use crate::secret::Secret;
use crate::tree::Tree;
use crate::wording::clean;

/// Headers that belong to the request itself; another value would be another request.
const RESERVED: [HeaderName; 6] = [
    header::HOST,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::ACCEPT_ENCODING,
];

/// How credentials are written.
const SHAPE: &str =
    "Write it as {\"auth\": {\"username\": \"...\", \"password\": \"...\"}}, with straight quotes.";

/// Which fields of `auth` are secrets.
pub enum Secrets {
    /// By their names; when no name speaks of a secret, all fields of text.
    Guessed,
    Named(BTreeSet<String>),
}

impl Secrets {
    /// The names. Fails with [`Code::NotFound`] when one of them is no field of `auth`.
    pub(super) fn among(&self, auth: &Auth) -> Result<BTreeSet<String>, Problem> {
        match self {
            Self::Named(names) => match names.iter().find(|name| !auth.contains_key(*name)) {
                Some(name) => Err(Problem::new(
                    Code::NotFound,
                    format!(
                        "There is no field “{}” among the credentials.",
                        clean(name, 80)
                    ),
                    "Name a field of auth.",
                )),
                None => Ok(names.clone()),
            },
            Self::Guessed => {
                let texts = auth
                    .iter()
                    .filter(|(_, value)| matches!(value, Scalar::Text(_)));
                let texts: BTreeSet<String> = texts.map(|(name, _)| name.clone()).collect();
                let spoken: BTreeSet<String> =
                    texts.iter().filter(|name| hurts(name)).cloned().collect();
                Ok(if spoken.is_empty() { texts } else { spoken })
            }
        }
    }
}

fn hurts(name: &str) -> bool {
    const PARTS: [&str; 7] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "credential",
        "private",
    ];
    const WORDS: [&str; 5] = ["key", "apikey", "pin", "pwd", "pass"];
    let lower = name.to_ascii_lowercase();
    PARTS.iter().any(|part| lower.contains(part))
        || lower
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| WORDS.contains(&word))
}

/// Reads `{"auth":{...}}`, or the fields alone.
///
/// Fails with [`Code::DraftInvalid`]; it quotes nothing of the text but names of fields.
pub fn read_auth(text: &[u8]) -> Result<Auth, Problem> {
    let wrong = |summary: String, remedy: &str| Problem::new(Code::DraftInvalid, summary, remedy);
    let tree = Tree::from_json(text).map_err(|place| {
        let at = format!("line {}, column {}", place.line, place.column);
        match serde_json::from_slice::<IgnoredAny>(text) {
            Ok(_) => wrong(
                format!("The credentials hold a number that no field can hold ({at})."),
                "Talkdesk sends text, whole numbers within ±2^53, true and false.",
            ),
            Err(_) => wrong(format!("The credentials are not JSON ({at})."), SHAPE),
        }
    })?;
    let fields = match tree.member("auth") {
        Some(Tree::Table(fields)) => fields,
        _ => match &tree {
            Tree::Table(fields) => fields,
            _ => {
                return Err(wrong(
                    "The credentials are no JSON object.".to_owned(),
                    SHAPE,
                ));
            }
        },
    };
    let mut auth = Auth::new();
    for (name, value) in fields {
        let scalar = match value {
            Tree::Text(text) => Scalar::Text(text.duplicate()),
            Tree::Whole(number) => Scalar::Integer(*number),
            Tree::Flag(flag) => Scalar::Flag(*flag),
            Tree::Nothing | Tree::List(_) | Tree::Table(_) => {
                let summary = format!(
                    "The field “{}” is neither text nor a whole number nor true nor false.",
                    clean(name, 80)
                );
                return Err(wrong(summary, "Talkdesk sends nothing else in auth.").at(name));
            }
        };
        if auth.insert(name.clone(), scalar).is_some() {
            let summary = format!("The field “{}” stands there twice.", clean(name, 80));
            return Err(wrong(summary, "Keep one of them.").at(name));
        }
    }
    if auth.is_empty() {
        return Err(wrong("The credentials hold no field.".to_owned(), SHAPE));
    }
    Ok(auth)
}

/// Reads headers, one a line: `Authorization: Bearer ...`. Empty lines are left aside.
///
/// Fails with [`Code::DraftInvalid`] and the number of the line; it quotes no value.
pub fn read_headers(text: &Secret) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::new();
    for (index, line) in text.expose().lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |what: &str| {
            Problem::new(
                Code::DraftInvalid,
                format!("Line {} of the headers {what}.", index + 1),
                "Write each header on a line of its own, such as Authorization: Bearer ...",
            )
        };
        let (name, value) = line.split_once(':').ok_or_else(|| wrong("is no header"))?;
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| wrong("begins with something that cannot name a header"))?;
        if RESERVED.contains(&name) {
            return Err(wrong("names a header that belongs to the request itself"));
        }
        let mut value = HeaderValue::from_str(value.trim())
            .map_err(|_| wrong("holds a character that a header cannot carry"))?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_with_and_without_their_frame() {
        for text in [
            r#"{"auth":{"user":"pat","pin":4711,"new":true},"meta":{}}"#,
            r#"{"user":"pat","pin":4711,"new":true}"#,
        ] {
            let auth = read_auth(text.as_bytes()).expect("read");
            assert!(matches!(&auth["user"], Scalar::Text(it) if it.expose() == "pat"));
            assert!(matches!(auth["pin"], Scalar::Integer(4711)));
            assert!(matches!(auth["new"], Scalar::Flag(true)));
        }
    }

    #[test]
    fn what_talkdesk_never_sends_is_named_and_not_quoted() {
        for (text, about) in [
            ("{\u{201c}auth\u{201d}: {}}", "line 1, column 2"),
            (r#"{"auth":{}}"#, "no field"),
            (r#"{"auth":{"n":1.5}}"#, "number that no field can hold"),
            (
                r#"{"auth":{"n":9007199254740993}}"#,
                "number that no field can hold",
            ),
            (r#"["hunter22"]"#, "no JSON object"),
            (r#"{"password":["hunter22"]}"#, "“password”"),
            (r#"{"a":"hunter22","a":"x"}"#, "twice"),
        ] {
            let Err(problem) = read_auth(text.as_bytes()) else {
                panic!("{text}")
            };
            assert!(problem.summary.contains(about), "{}", problem.summary);
            assert!(!format!("{problem:?}").contains("hunter22"));
        }
    }

    #[test]
    fn secrets_are_known_by_name_or_else_everything_is_one() {
        let names = |text: &str| -> Vec<String> {
            let auth = read_auth(text.as_bytes()).expect("read");
            let secrets = Secrets::Guessed.among(&auth).expect("names");
            secrets.into_iter().collect()
        };
        assert_eq!(names(r#"{"username":"a","password":"b"}"#), ["password"]);
        assert_eq!(
            names(r#"{"api_key":"a","apiToken":"b","keyboard":"c"}"#),
            ["apiToken", "api_key"]
        );
        assert_eq!(
            names(r#"{"login":"a","code":"b","n":1}"#),
            ["code", "login"]
        );
    }

    #[test]
    fn headers_are_read_by_line_and_those_of_the_request_refused() {
        let read = |text: &str| read_headers(&Secret::new(text.to_owned()));
        let headers = read("Authorization: Bearer a:b\n\nX-Key:  c\r\n").expect("read");
        assert_eq!(headers["authorization"], "Bearer a:b");
        assert_eq!(headers["x-key"], "c");
        for text in [
            "nothing",
            "X Key: a",
            "Host: a",
            "content-length: 3",
            "X: a\u{1}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
