//! The search for what was sent in what comes back.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::HeaderMap;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::report::{PointId, TrialPoint};
use crate::check::list;
use crate::integration::{Auth, Scalar};

/// Shorter values are not searched for: they would be found in any text.
const SHORTEST: usize = 4;
/// Shorter values are searched for as they are, and not in other forms.
const SHORTEST_ENCODED: usize = 6;

/// The secrets of a trial in the forms in which an answer may repeat them.
pub(super) struct Needles {
    forms: Vec<Form>,
    too_short: BTreeSet<String>,
    /// Field, form and call of what was found.
    found: BTreeMap<String, (String, &'static str)>,
}

struct Form {
    field: String,
    name: &'static str,
    text: Zeroizing<String>,
}

impl Needles {
    /// `secrets` are names of fields of `auth`; every value of a header is one too.
    pub(super) fn new(auth: &Auth, secrets: &BTreeSet<String>, headers: &HeaderMap) -> Self {
        let mut needles = Self {
            forms: Vec::new(),
            too_short: BTreeSet::new(),
            found: BTreeMap::new(),
        };
        for name in secrets {
            match auth.get(name) {
                Some(Scalar::Text(text)) => needles.add(name, text.expose()),
                Some(Scalar::Integer(number)) => {
                    needles.add(name, &Zeroizing::new(number.to_string()));
                }
                Some(Scalar::Flag(_)) | None => {}
            }
        }
        for (name, value) in headers {
            // "Bearer ..." is looked for without its first word.
            let text = value.to_str().unwrap_or_default();
            let credential = text.rsplit(' ').next().unwrap_or_default();
            needles.add(name.as_str(), credential);
        }
        needles
    }

    /// Searches an answer; whether it is free of secrets. What is found is kept for the verdict.
    pub(super) fn search(&mut self, call: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        let mut texts = vec![
            Zeroizing::new(String::from_utf8_lossy(body).into_owned()),
            unescaped(body),
        ];
        let values = headers.values();
        texts.extend(
            values.map(|it| Zeroizing::new(String::from_utf8_lossy(it.as_bytes()).into_owned())),
        );
        let mut free = true;
        for form in &self.forms {
            if texts.iter().any(|text| text.contains(form.text.as_str())) {
                free = false;
                self.found
                    .entry(form.field.clone())
                    .or_insert_with(|| (call.to_owned(), form.name));
            }
        }
        free
    }

    /// Whether nothing of an answer may be quoted, because a secret is too short to be found in it.
    pub(super) fn are_too_short(&self) -> bool {
        !self.too_short.is_empty()
    }

    pub(super) fn verdict(&self) -> TrialPoint {
        let id = PointId::Echo;
        let fields = list(self.found.keys().map(String::as_str));
        let point = if self.found.is_empty() {
            TrialPoint::passed(id, "No answer repeats a secret that was sent.")
        } else {
            TrialPoint::failed(id, format!("An answer repeats the secret {fields}."))
                .because(
                    "The validator returns the fields that came, or writes them into its messages.",
                    "Return only what Talkdesk has to keep beside them. Talkdesk has the secrets already, and each copy is one more place to lose them.",
                )
                .because(
                    "The field is no secret.",
                    "Name the fields that are, and run the trial again.",
                )
        };
        let point = self
            .found
            .iter()
            .fold(point, |point, (field, (call, form))| {
                point.with(field, format!("{form}, in the answer to {call}"))
            });
        if self.too_short.is_empty() {
            return point;
        }
        let short = list(self.too_short.iter().map(String::as_str));
        point.with(
            "not_searched",
            format!("{short}: too short to be told from other text"),
        )
    }

    fn add(&mut self, field: &str, secret: &str) {
        if secret.len() < SHORTEST {
            self.too_short.insert(field.to_owned());
            return;
        }
        self.push(field, "as it is", secret.to_owned());
        if secret.len() < SHORTEST_ENCODED {
            return;
        }
        let percent = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        self.push(field, "percent-encoded", percent);
        self.push(
            field,
            "as hexadecimal digits",
            hexadecimal(secret.as_bytes()),
        );
        for before in 0..3 {
            let text = inside_base64(before, secret.as_bytes());
            self.push(field, "in base64", text.replace('+', "-").replace('/', "_"));
            self.push(field, "in base64", text);
        }
    }

    fn push(&mut self, field: &str, name: &'static str, text: String) {
        let text = Zeroizing::new(text);
        if !self.forms.iter().any(|form| *form.text == *text) {
            self.forms.push(Form {
                field: field.to_owned(),
                name,
                text,
            });
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let digits = bytes.iter();
    digits
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// What of a secret stays the same in base64, whatever stands around it, when `before` bytes more than a
/// multiple of three stand before it (RFC 4648 §4).
fn inside_base64(before: usize, secret: &[u8]) -> String {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(secret);
    let encoded = Zeroizing::new(STANDARD_NO_PAD.encode(&*bytes));
    let sure = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
    encoded.get(sure).unwrap_or_default().to_owned()
}

/// The text with what JSON escapes in it written out (RFC 8259 §7), wherever it stands.
fn unescaped(body: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(body).into_owned());
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        match after.next() {
            Some('u') => {
                let code = after.as_str().get(..4);
                let unit = code.and_then(|code| u32::from_str_radix(code, 16).ok());
                if let Some(character) = unit.and_then(char::from_u32) {
                    plain.push(character);
                    after = after.as_str()[4..].chars();
                }
            }
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(other) => plain.push(other),
            None => {}
        }
        rest = after.as_str();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckStatus;
    use crate::laboratory::read_auth;

    const SECRET: &str = "q7/W+d \"605b";

    fn found(body: &str) -> bool {
        let mut auth = Auth::new();
        auth.insert("password".to_owned(), Scalar::text(SECRET));
        auth.insert("name".to_owned(), Scalar::text("pat"));
        let secrets = BTreeSet::from(["password".to_owned()]);
        let mut needles = Needles::new(&auth, &secrets, &HeaderMap::new());
        let free = needles.search("the call", &HeaderMap::new(), body.as_bytes());
        let status = needles.verdict().status;
        assert_eq!(free, status == CheckStatus::Passed);
        !free
    }

    #[test]
    fn a_secret_is_found_in_every_form() {
        for body in [
            SECRET.to_owned(),
            serde_json::json!({ "a": { "b": [SECRET] } }).to_string(),
            r#"{"a":"q7\/W+d \u0022605b"}"#.to_owned(),
            "q7%2FW%2Bd+%22605b".to_owned(),
            hexadecimal(SECRET.as_bytes()),
        ] {
            assert!(found(&body), "{body}");
        }
        for before in ["", "p", "pa", "pat:"] {
            for after in ["", "x", ":xy"] {
                let text = format!("{before}{SECRET}{after}");
                let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text);
                assert!(found(&STANDARD_NO_PAD.encode(&text)), "{text}");
                assert!(found(&url_safe), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        for body in ["{}", r#"{"name":"pat","id":12}"#, "q7/W+d", "\\", "\\u12"] {
            assert!(!found(body), "{body}");
        }
    }

    #[test]
    fn a_header_is_searched_too_and_a_short_secret_is_named() {
        let auth = read_auth(br#"{"password":"a-long-one","pin":"471"}"#).expect("read");
        let secrets = auth.keys().cloned().collect();
        let mut headers = HeaderMap::new();
        headers.insert(
            "authorization",
            "Bearer caller-word".parse().expect("a value"),
        );
        let mut needles = Needles::new(&auth, &secrets, &headers);
        let mut answer = HeaderMap::new();
        answer.insert("x-debug", "got caller-word".parse().expect("a value"));
        assert!(!needles.search("the call", &answer, b"471"));
        assert!(needles.are_too_short());
        let verdict = needles.verdict();
        assert_eq!(
            verdict.evidence["authorization"],
            "as it is, in the answer to the call"
        );
        assert!(verdict.evidence["not_searched"].contains("pin"));
    }
}
