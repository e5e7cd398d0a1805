//! The request of a probe: where it goes and what it carries.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Request, header};
use url::{Position, Url};
use zeroize::Zeroizing;

use super::{Presented, ProbeError, not_sendable};

/// The address that a probe asks.
pub(super) fn address(api_base: &Url, path: &str) -> Result<Url, ProbeError> {
    below(api_base, path).ok_or_else(|| ProbeError {
        kind: not_sendable("the probe's path does not stay below the API base"),
        status: None,
        asked: without_query(api_base),
    })
}

/// `path` below `api_base`; `None` when it leads elsewhere. A path can never lead to another host: the
/// result is compared.
pub(crate) fn below(api_base: &Url, path: &str) -> Option<Url> {
    let base = api_base.as_str().trim_end_matches('/');
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let url = Url::parse(&format!("{base}{path}")).ok()?;
    let folder = format!("{}/", api_base.path().trim_end_matches('/'));
    let stays = url.origin() == api_base.origin() && url.path().starts_with(&folder);
    stays.then_some(url)
}

/// A GET request that carries what is `presented` and the further `headers` of a probe.
pub(crate) fn presenting(
    url: &Url,
    presented: &Presented<'_>,
    headers: &BTreeMap<String, String>,
) -> Result<Request<Zeroizing<Vec<u8>>>, &'static str> {
    let credentials = presented.header()?;
    let mut request = Request::get(url.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Zeroizing::new(Vec::new()))
        .map_err(|_| "the address is not one")?;
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str())
            .map_err(|_| "the probe's header name is not one")?;
        let value =
            HeaderValue::from_str(value).map_err(|_| "the probe's header value is not one")?;
        request.headers_mut().insert(name, value);
    }
    // Last, so that nothing a file says takes its place.
    if let Some((name, value)) = credentials {
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

/// `url` without what may tell more than where it leads.
pub(super) fn without_query(url: &Url) -> String {
    url[..Position::AfterPath].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::TokenHeader;
    use crate::secret::Secret;

    #[test]
    fn a_path_stays_below_its_base() {
        let base = Url::parse("https://api.talkdeskapp.com/v1/").unwrap();
        for (path, expected) in [
            ("/account", "https://api.talkdeskapp.com/v1/account"),
            (
                "/users?per_page=1",
                "https://api.talkdeskapp.com/v1/users?per_page=1",
            ),
        ] {
            assert_eq!(address(&base, path).unwrap().as_str(), expected);
        }
        for path in [
            "account",
            "//evil.example/x",
            "@evil.example/",
            "",
            "/../../x",
            "/../v1evil",
            ".evil.example/",
        ] {
            assert!(address(&base, path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_probe_may_say_what_it_accepts_and_nothing_takes_the_place_of_the_credentials() {
        let url = Url::parse("https://api.example/account").unwrap();
        let token = Secret::new("abc".to_owned());
        let header = TokenHeader {
            name: "Authorization".to_owned(),
            scheme: "Bearer".to_owned(),
        };
        let presented = Presented::Token {
            header: &header,
            token: &token,
        };
        let asked = |name: &str, value: &str| {
            let headers = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            presenting(&url, &presented, &headers)
        };
        let request = asked("accept", "application/odata+json").unwrap();
        assert_eq!(request.headers()["accept"], "application/odata+json");
        assert_eq!(request.headers().get_all("accept").iter().count(), 1);
        let request = asked("authorization", "Bearer other").unwrap();
        assert_eq!(request.headers()["authorization"], "Bearer abc");
        assert!(!request.uri().to_string().contains("abc"));
        assert!(asked("a b", "c").is_err() && asked("a", "b\nc").is_err());
    }
}
