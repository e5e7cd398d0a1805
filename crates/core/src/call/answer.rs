//! An answer as people see it.

use http::StatusCode;
use serde_json::Value;

use super::CallReply;
use crate::border::{ApiAnswer, ApiBody, ApiHeader, ApiMethod};
use crate::oauth::{json, withhold};
use crate::secret::Secret;
use crate::wording::{clean, clean_lines};

/// Longer texts are cut where they are only looked at.
const SHOWN_CHARACTERS: usize = 64 * 1024;

impl CallReply {
    /// The body with the credentials withheld where the server repeats them; what is not text comes back
    /// as it is.
    pub fn body_without_credentials(&self) -> std::borrow::Cow<'_, [u8]> {
        match self.text() {
            Some(text) => {
                let safe = without_escaped(&withhold(text, &self.secrets()), &self.secrets());
                if safe == text {
                    self.body.as_slice().into()
                } else {
                    safe.into_bytes().into()
                }
            }
            None => self.body.as_slice().into(),
        }
    }

    /// The whole answer for people and programs.
    pub fn view(&self) -> ApiAnswer {
        ApiAnswer {
            method: self.method,
            address: clean(&withhold(self.address.as_str(), &self.secrets()), 2_000),
            status: self.status,
            phrase: phrase(self.status),
            headers: self.header_lines(),
            body: self.shown_body(),
            bytes: self.body.len() as u64,
            elapsed_ms: u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
            renewed: self.renewed,
            redirects_to: self.redirects_to.clone(),
            asked_at: self.asked_at,
        }
    }

    /// Header lines in the order in which they came. A cookie is a credential of its own and not shown.
    pub fn header_lines(&self) -> Vec<ApiHeader> {
        let secrets = self.secrets();
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = match name.as_str() {
                "set-cookie" => "[withheld]".to_owned(),
                _ => clean(&withhold(&value, &secrets), 4_000),
            };
            ApiHeader {
                name: name.as_str().to_owned(),
                value,
            }
        };
        self.headers.iter().map(line).collect()
    }

    /// Whether the API did what it was asked.
    pub fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// Whether another token may help, and asking again does no harm: a 401 to a call that changes nothing,
    /// or one that names the bearer token (RFC 6750 §3). Some APIs answer 401 for a system behind them.
    pub(crate) fn speaks_of_the_token(&self) -> bool {
        let safe = matches!(
            self.method,
            ApiMethod::Get | ApiMethod::Head | ApiMethod::Options
        );
        let challenge = self.headers.get(http::header::WWW_AUTHENTICATE);
        let named = challenge
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer"));
        self.status == 401 && (safe || named)
    }

    fn shown_body(&self) -> ApiBody {
        if self.body.is_empty() {
            return ApiBody::Empty;
        }
        let Some(text) = self.text() else {
            let media_type = self.headers.get(http::header::CONTENT_TYPE);
            let media_type =
                media_type.map(|value| clean(&String::from_utf8_lossy(value.as_bytes()), 100));
            return ApiBody::Binary { media_type };
        };
        let (text, is_json) = match laid_out(text) {
            Some(laid_out) => (laid_out, true),
            None => (text.to_owned(), false),
        };
        // After the parsing, which undoes the escapes that could hide a credential.
        let text = withhold(&text, &self.secrets());
        let cut = text.char_indices().nth(SHOWN_CHARACTERS).map(|(at, _)| at);
        ApiBody::Text {
            text: clean_lines(&text[..cut.unwrap_or(text.len())]),
            is_json,
            is_whole: cut.is_none(),
        }
    }

    fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.body).ok()?;
        (!text.contains('\0')).then_some(text)
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.withheld.iter().collect()
    }
}

/// `text` without what a server wrote of a credential with JSON's escapes (RFC 8259 §7), such as PHP's
/// `\/`: a program that parses the text would read the credential. It is then taken apart and written
/// anew without it.
fn without_escaped(text: &str, secrets: &[&Secret]) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let parsed = json::parse_answer(text.as_bytes()).ok();
    let plain = parsed.and_then(|value| serde_json::to_string(&value).ok());
    match plain {
        Some(plain) if withhold(&plain, secrets) != plain => withhold(&plain, secrets),
        _ => text.to_owned(),
    }
}

/// JSON in lines; `None` when the text is none, or breaks the rules of strict JSON (rule D13): it is
/// then shown as it came.
fn laid_out(text: &str) -> Option<String> {
    let value: Value = json::parse(text.as_bytes()).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

fn phrase(status: u16) -> Option<String> {
    let status = StatusCode::from_u16(status).ok()?;
    status.canonical_reason().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};
    use jiff::Timestamp;
    use url::Url;
    use zeroize::Zeroizing;

    use super::*;

    fn reply(body: &[u8]) -> CallReply {
        let mut headers = HeaderMap::new();
        headers.insert("set-cookie", HeaderValue::from_static("sid=abcdefgh"));
        headers.insert(
            "x-echo",
            HeaderValue::from_static("Bearer token-0123456789"),
        );
        CallReply {
            method: ApiMethod::Get,
            address: Url::parse("https://api.example/a").unwrap(),
            status: 200,
            headers,
            body: Zeroizing::new(body.to_vec()),
            elapsed: Duration::from_millis(7),
            renewed: false,
            redirects_to: None,
            asked_at: Timestamp::UNIX_EPOCH,
            withheld: vec![Secret::new("token-0123456789".to_owned())],
        }
    }

    fn shown(body: &[u8]) -> ApiBody {
        reply(body).view().body
    }

    #[test]
    fn the_credentials_do_not_come_back() {
        let answered = reply(b"{\"you_sent\":\"Bearer token-0123456789\"}");
        let view = serde_json::to_string(&answered.view()).unwrap();
        assert!(
            !view.contains("token-0123456789") && !view.contains("abcdefgh"),
            "{view}"
        );
        let body = answered.body_without_credentials();
        assert_eq!(body.as_ref(), b"{\"you_sent\":\"Bearer [withheld]\"}");
    }

    #[test]
    fn escapes_do_not_hide_the_credentials() {
        for hidden in [
            "{\"you_sent\":\"token\\u002d0123456789\"}",
            "{\"you_sent\":\"\\u0074oken-0123456789\"}",
        ] {
            let answered = reply(hidden.as_bytes());
            let ApiBody::Text { text, .. } = answered.view().body else {
                panic!("no text");
            };
            assert!(text.contains("[withheld]"), "{text}");
            let body = answered.body_without_credentials();
            assert!(String::from_utf8_lossy(&body).contains("[withheld]"));
        }
        let harmless = b"{\"path\":\"a\\/b\"}";
        assert_eq!(
            reply(harmless).body_without_credentials().as_ref(),
            harmless
        );
    }

    #[test]
    fn json_is_set_in_lines_and_keeps_its_order() {
        let ApiBody::Text {
            text,
            is_json,
            is_whole,
        } = shown(b"{\"b\":1,\"a\":[true]}")
        else {
            panic!("no text");
        };
        assert!(is_json && is_whole);
        assert!(text.starts_with("{\n  \"") && text.contains("true"));
    }

    #[test]
    fn text_cannot_steer_a_terminal_and_a_long_one_is_cut() {
        let ApiBody::Text { text, .. } = shown(b"a\x1b[31mb\nc") else {
            panic!("no text");
        };
        assert!(!text.contains('\u{1b}') && text.contains('\n'));
        let ApiBody::Text { is_whole, text, .. } = shown("ü".repeat(70_000).as_bytes()) else {
            panic!("no text");
        };
        assert!(!is_whole && text.chars().count() == SHOWN_CHARACTERS);
    }

    #[test]
    fn what_is_not_text_is_not_shown() {
        assert!(matches!(shown(&[0xff, 0x00, 0x80]), ApiBody::Binary { .. }));
        assert!(matches!(shown(b""), ApiBody::Empty));
        let bytes = [0xff, 0x00, 0x80];
        assert_eq!(reply(&bytes).body_without_credentials().as_ref(), bytes);
    }
}
