//! The search for what was sent in what comes back.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, header};
use zeroize::Zeroizing;

use super::report::{PointId, TrialPoint};
use super::target::Target;
use crate::check::list;
use crate::integration::{Auth, Scalar};
use crate::sought::{Form, Sought};

/// Shorter values are not searched for: they would be found in any text.
const SHORTEST: usize = 4;

/// The secrets of a trial, and the answers in which they were found.
pub(super) struct Needles {
    sought: Sought,
    /// What the address hides; a validator may repeat it, and the report does not.
    of_the_address: Sought,
    too_short: BTreeSet<String>,
    /// Field, form and call of what was found.
    found: BTreeMap<String, (String, Form)>,
}

impl Needles {
    /// `secrets` are names of fields of `auth`; every value of a header of `target` is one too.
    pub(super) fn new(auth: &Auth, secrets: &BTreeSet<String>, target: &Target) -> Self {
        let mut needles = Self {
            sought: Sought::default(),
            of_the_address: Sought::default(),
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
        needles.add_headers(&target.headers);
        for part in target.hidden_parts() {
            needles.of_the_address.add("", &part);
        }
        needles
    }

    /// Searches an answer; whether its words may be repeated. What is found is kept for the verdict.
    pub(super) fn search(&mut self, call: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        let mut free = self.too_short.is_empty();
        let values = headers.values().map(http::HeaderValue::as_bytes);
        for text in values.chain([body]) {
            for trace in self.sought.all_in(text) {
                free = false;
                if trace.form == Form::Glimpse {
                    continue;
                }
                self.found
                    .entry(trace.name.to_owned())
                    .or_insert_with(|| (call.to_owned(), trace.form));
            }
            free = free && !self.of_the_address.is_in(text);
        }
        free
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
                point.with(field, format!("{}, in the answer to {call}", form.words()))
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

    fn add_headers(&mut self, headers: &HeaderMap) {
        for (name, value) in headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            // "Bearer ..." may come back without its first word.
            let credential = match text.split_once(' ') {
                Some((_, credential)) if names_a_scheme(name) => credential.trim(),
                _ => &text,
            };
            self.add(name.as_str(), credential);
            if let Some(password) = password(credential).filter(|_| names_a_scheme(name)) {
                self.add(name.as_str(), &password);
            }
        }
    }

    fn add(&mut self, field: &str, secret: &str) {
        if secret.len() < SHORTEST {
            self.too_short.insert(field.to_owned());
            return;
        }
        self.sought.add_with_glimpses(field, secret);
    }
}

/// RFC 9110 §11.6.2 and §11.7.2: the value begins with the name of a scheme.
fn names_a_scheme(name: &HeaderName) -> bool {
    name == header::AUTHORIZATION || name == header::PROXY_AUTHORIZATION
}

/// The password of a Basic header (RFC 7617).
fn password(credential: &str) -> Option<Zeroizing<String>> {
    let bytes = Zeroizing::new(STANDARD.decode(credential).ok()?);
    let (_, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Zeroizing::new(password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckStatus;
    use crate::laboratory::read_auth;

    const SECRET: &str = "q7/W+d \"605b &x!";

    fn target(headers: &[(&'static str, &str)]) -> Target {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a value"));
        }
        Target::new("https://bridge.example/hook/Zx81-kkW?code=abcdefg", map).expect("an address")
    }

    /// What the verdict says of `field`, and whether the words may be repeated.
    fn told(headers: &[(&'static str, &str)], field: &str, body: &str) -> (Option<String>, bool) {
        let mut auth = Auth::new();
        auth.insert("password".to_owned(), Scalar::text(SECRET));
        auth.insert("name".to_owned(), Scalar::text("pat"));
        let secrets = BTreeSet::from(["password".to_owned()]);
        let mut needles = Needles::new(&auth, &secrets, &target(headers));
        let free = needles.search("the call", &HeaderMap::new(), body.as_bytes());
        let mut verdict = needles.verdict();
        let found = verdict.evidence.remove(field);
        assert_eq!(found.is_some(), verdict.status == CheckStatus::Failed);
        (found, free)
    }

    #[test]
    fn a_secret_is_found_in_what_frameworks_make_of_it() {
        for (body, form) in [
            (SECRET, "as it is"),
            (r#"{"a":"q7\/W+d \u0022605b &x!"}"#, "with backslashes"),
            ("q7%2FW%2Bd%20%22605b%20%26x!", "percent-encoded"),
            ("<pre>q7/W+d &quot;605b &amp;x!</pre>", "in HTML"),
            (
                "0x71372F572B6420223630356220267821",
                "as hexadecimal digits",
            ),
            ("q7/W+d \"605b", "its beginning or end"),
        ] {
            let (found, free) = told(&[], "password", body);
            let expected = format!("{form}, in the answer to the call");
            assert_eq!((found, free), (Some(expected), false), "{body}");
        }
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        for body in ["{}", r#"{"name":"pat","id":12}"#, "q7/W+d", "\\", "\\u12"] {
            assert_eq!(told(&[], "password", body), (None, true), "{body}");
        }
    }

    #[test]
    fn what_may_be_a_part_of_a_secret_or_of_the_address_is_no_finding_and_not_repeated() {
        for body in [
            "q7/W+d \"6",
            "no such page: /hook/Zx81-kkW",
            "not for abcdefg",
        ] {
            assert_eq!(told(&[], "password", body), (None, false), "{body}");
        }
    }

    #[test]
    fn the_password_inside_a_basic_header_is_a_secret_too_and_the_user_name_is_none() {
        let header = format!("Basic {}", STANDARD.encode("talkdesk:Open-sesame-9"));
        let headers = [("authorization", header.as_str())];
        for body in [
            "who is talkdesk:Open-sesame-9",
            "got open-sesame-9",
            &header,
        ] {
            let (found, _) = told(&headers, "authorization", body);
            assert!(found.is_some(), "{body}");
        }
        assert_eq!(told(&headers, "authorization", "talkdesk"), (None, true));
        let headers = [("x-key", "three words here")];
        let (found, _) = told(&headers, "x-key", "got three%20words%20here");
        assert!(found.is_some());
    }

    #[test]
    fn a_header_is_searched_too_and_a_short_secret_is_named() {
        let auth = read_auth(br#"{"password":"a-long-one","pin":"471"}"#).expect("read");
        let secrets = auth.keys().cloned().collect();
        let target = target(&[("authorization", "Bearer caller-word")]);
        let mut needles = Needles::new(&auth, &secrets, &target);
        assert!(!needles.search("another", &HeaderMap::new(), b"{}"));
        let mut answer = HeaderMap::new();
        answer.insert("x-debug", "got caller-word".parse().expect("a value"));
        assert!(!needles.search("the call", &answer, b"471"));
        let verdict = needles.verdict();
        assert_eq!(
            verdict.evidence["authorization"],
            "as it is, in the answer to the call"
        );
        assert!(verdict.evidence["not_searched"].contains("pin"));
    }
}
