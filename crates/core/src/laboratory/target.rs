//! The address that a person hands to the laboratory.

use http::HeaderMap;
use url::{Url, form_urlencoded};

use crate::error::{Code, Problem};
use crate::wording::clean;

/// "authorization" has thirteen letters.
const LONGEST_WORD: usize = 16;
/// A shorter part of an address would be found in any text.
const SHORTEST_PART: usize = 4;

/// The validator to be tried.
pub struct Target {
    pub(super) url: Url,
    /// What the validator wants to see from Talkdesk itself. Every value is held as a secret.
    pub(super) headers: HeaderMap,
}

impl Target {
    /// Fails with [`Code::DraftInvalid`] when `address` is no http or https address or holds a user name.
    /// Whether plain http may be used there is a point of the report.
    pub fn new(address: &str, headers: HeaderMap) -> Result<Self, Problem> {
        let wrong = |summary: &str| {
            Problem::new(
                Code::DraftInvalid,
                summary,
                "Give the whole address of the validator, such as https://bridge.example/authorization.",
            )
            .at("url")
        };
        let mut url =
            Url::parse(address.trim()).map_err(|_| wrong("This is not a complete address."))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("The address is neither https nor http."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("The address holds a user name or a password."));
        }
        url.set_fragment(None);
        Ok(Self { url, headers })
    }

    /// The address for a report, which people hand on: without its query, and with "…" for each part of the
    /// path that is no plain word, because either may be a key.
    pub fn shown(&self) -> String {
        let segments = self.url.path().split('/');
        let path: Vec<&str> = segments
            .map(|it| if is_plain(it) { it } else { "…" })
            .collect();
        let mut origin = self.url.clone();
        origin.set_query(None);
        origin.set_path("");
        let origin = origin.as_str().trim_end_matches('/');
        clean(&format!("{origin}{}", path.join("/")), 300)
    }

    /// What [`Target::shown`] leaves out, as it stands there and decoded.
    pub(super) fn hidden_parts(&self) -> Vec<String> {
        let segments = self.url.path().split('/').filter(|it| !is_plain(it));
        let decoded = |text: &str| {
            let pair = text
                .replace('+', "%2B")
                .replace('&', "%26")
                .replace('=', "%3D");
            let mut pairs = form_urlencoded::parse(pair.as_bytes());
            pairs.next().map(|(name, _)| name.into_owned())
        };
        let segments = segments
            .flat_map(|it| [Some(it.to_owned()), decoded(it)])
            .flatten();
        let query = self
            .url
            .query_pairs()
            .map(|(name, value)| if value.is_empty() { name } else { value }.into_owned());
        segments
            .chain(query)
            .filter(|part| part.len() >= SHORTEST_PART)
            .collect()
    }
}

/// Whether a part of a path is words of lower case, or a version such as `v2`. A key has digits or capitals.
fn is_plain(segment: &str) -> bool {
    let version = segment.strip_prefix('v').unwrap_or_default();
    if matches!(version.len(), 1 | 2) && version.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let mut words = segment.split(['-', '_', '.']);
    words.all(|word| {
        word.len() <= LONGEST_WORD && word.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_path_that_may_be_a_key_is_not_shown() {
        for (path, shown) in [
            ("/", "/"),
            ("/api/v2/check-user.php", "/api/v2/check-user.php"),
            ("/hook/9f86d081884c7d65/auth", "/hook/…/auth"),
            ("/T024BE7LH/", "/…/"),
            ("/kqwhfjzxnvkqwhfjzxnv", "/…"),
            ("/a%20b", "/…"),
        ] {
            let target = Target::new(&format!("https://a.example:8443{path}"), HeaderMap::new());
            let target = target.expect("an address");
            assert_eq!(target.shown(), format!("https://a.example:8443{shown}"));
            assert_eq!(target.hidden_parts().is_empty(), shown == path, "{path}");
        }
        let target = Target::new("https://a.example/x?code=a%20key&n=1", HeaderMap::new());
        let parts = target.expect("an address").hidden_parts();
        assert_eq!(parts, ["a key"]);
    }

    #[test]
    fn an_address_is_complete_and_holds_no_credentials() {
        let target = |text| Target::new(text, HeaderMap::new());
        let shown = target("https://bridge.example/validate?key=abc#x").map(|it| it.shown());
        assert_eq!(
            shown.ok().as_deref(),
            Some("https://bridge.example/validate")
        );
        for text in [
            "bridge.example",
            "ftp://a",
            "https://pat:x@a.example",
            "mailto:a@b",
            "",
        ] {
            assert!(target(text).is_err(), "{text}");
        }
    }
}
