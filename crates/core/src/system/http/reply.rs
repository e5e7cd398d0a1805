//! A complete answer, and what its headers say.

use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use url::Url;
use zeroize::Zeroizing;

/// A complete answer. Its body may hold a token, so it is wiped when dropped and never printed.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
    /// From the start of the request to the end of the answer.
    pub elapsed: Duration,
    /// The `Date` header.
    pub server_date: Option<Timestamp>,
    /// Who answered: the server, or the proxy.
    pub peer: Option<SocketAddr>,
}

impl Reply {
    /// Media type in lower case without parameters.
    pub fn media_type(&self) -> Option<String> {
        let value = self.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next().unwrap_or_default().trim();
        (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
    }

    /// Whether the answer says that it is JSON (`application/json` or RFC 6839 `+json`).
    pub fn is_json(&self) -> bool {
        self.media_type().is_some_and(|essence| {
            essence == "application/json"
                || (essence.starts_with("application/") && essence.ends_with("+json"))
        })
    }

    /// Whether the answer is a web page, by its type or its first characters.
    pub fn looks_like_html(&self) -> bool {
        let typed = self
            .media_type()
            .is_some_and(|essence| essence == "text/html" || essence == "application/xhtml+xml");
        let start: Vec<u8> = self
            .body
            .iter()
            .copied()
            .skip_while(u8::is_ascii_whitespace)
            .take(14)
            .map(|byte| byte.to_ascii_lowercase())
            .collect();
        typed || start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
    }

    /// RFC 9110 §10.2.3, in seconds or as a date; a date is compared with the server's own clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse::<u32>() {
            return Some(Duration::from_secs(seconds.into()));
        }
        let at = http_date(value)?;
        let seconds = at.as_second() - self.server_date?.as_second();
        Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }

    /// Host a redirect points to, resolved against `asked`.
    pub fn location_host(&self, asked: &Url) -> Option<String> {
        let value = self.headers.get(header::LOCATION)?.to_str().ok()?;
        let url = asked.join(value).ok()?;
        Some(crate::wording::clean(url.host_str()?, 253))
    }

    /// How many seconds the local clock is ahead of the server's, given the local time at which the
    /// answer had arrived. `None` without a `Date` header.
    pub fn clock_skew_seconds(&self, received: Timestamp) -> Option<i64> {
        // The server wrote its date about half way through.
        let half = i64::try_from(self.elapsed.as_secs() / 2).unwrap_or(0);
        Some(received.as_second() - half - self.server_date?.as_second())
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Reply")
            .field("status", &self.status)
            .field("media_type", &self.media_type())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// RFC 9110 §5.6.7; the preferred form is RFC 2822's with the zone GMT.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_http_date_is_read() {
        // The example of RFC 9110 §5.6.7.
        let date = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(date.to_string(), "1994-11-06T08:49:37Z");
        assert_eq!(http_date("yesterday"), None);
    }
}
