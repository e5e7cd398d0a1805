//! The request of a probe: where it goes and how it carries the token.

use http::{HeaderName, HeaderValue, Request, header};
use url::Url;
use zeroize::Zeroizing;

use super::{ProbeError, not_sendable};
use crate::oauth::is_header_safe;
use crate::provider::TokenHeader;
use crate::secret::Secret;

/// `path` below `api_base`. A path can never lead to another host: the result is compared.
pub(super) fn address(api_base: &Url, path: &str) -> Result<Url, ProbeError> {
    let base = api_base.as_str().trim_end_matches('/');
    let refused = || ProbeError {
        kind: not_sendable("the probe's path does not stay below the API base"),
        status: None,
        asked: without_query(api_base),
    };
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(refused());
    }
    let url = Url::parse(&format!("{base}{path}")).map_err(|_| refused())?;
    let folder = format!("{}/", api_base.path().trim_end_matches('/'));
    if url.origin() != api_base.origin() || !url.path().starts_with(&folder) {
        return Err(refused());
    }
    Ok(url)
}

/// A GET request that carries `token` in the header that the provider names.
pub(crate) fn bearing(
    url: &Url,
    token_header: &TokenHeader,
    token: &Secret,
) -> Result<Request<Zeroizing<Vec<u8>>>, &'static str> {
    if !is_header_safe(token.expose()) {
        return Err("the token holds characters that a header cannot carry");
    }
    let name = HeaderName::try_from(token_header.name.as_str())
        .map_err(|_| "the provider's header name is not one")?;
    let text = Zeroizing::new(match token_header.scheme.as_str() {
        "" => token.expose().to_owned(),
        scheme => format!("{scheme} {}", token.expose()),
    });
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| "the provider's header scheme is not one")?;
    value.set_sensitive(true);
    Request::get(url.as_str())
        .header(header::ACCEPT, "application/json")
        .header(name, value)
        .body(Zeroizing::new(Vec::new()))
        .map_err(|_| "the address is not one")
}

/// `url` without what may tell more than where it leads.
pub(super) fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_token_goes_into_the_providers_header_only() {
        let url = Url::parse("https://api.example/account").unwrap();
        for (scheme, written) in [
            ("Bearer", "Bearer abc"),
            ("", "abc"),
            ("Basic", "Basic abc"),
        ] {
            let header = TokenHeader {
                name: "Authorization".to_owned(),
                scheme: scheme.to_owned(),
            };
            let request = bearing(&url, &header, &Secret::new("abc".to_owned())).unwrap();
            assert_eq!(request.headers()["authorization"], written);
            assert!(request.headers()["authorization"].is_sensitive());
            assert!(!request.uri().to_string().contains("abc"));
        }
        let header = TokenHeader {
            name: "Authorization".to_owned(),
            scheme: "Bearer".to_owned(),
        };
        for token in ["a\r\nX-Evil: 1", "a b", "ä", "", "=="] {
            assert!(bearing(&url, &header, &Secret::new(token.to_owned())).is_err());
        }
    }
}
