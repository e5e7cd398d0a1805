//! The request of a call: below the API base, and with no header that could lead the credentials astray.

use http::{HeaderName, HeaderValue, Method, Request, header};
use url::Url;
use zeroize::Zeroizing;

use super::SENT_LIMIT;
use crate::border::{ApiCall, ApiMethod};
use crate::error::{Code, Problem};
use crate::probe::{Presented, below};
use crate::wording::clean;

/// A call whose parts can be sent.
pub struct Prepared {
    pub method: ApiMethod,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Zeroizing<Vec<u8>>,
}

/// The connection itself says these, or they would change how the request is read (RFC 9112 §6, §7).
const OURS: [HeaderName; 14] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
    header::ACCEPT_ENCODING,
    header::USER_AGENT,
    header::FORWARDED,
];

impl Prepared {
    /// Reads `call`; `body` is what a door read from a file and takes the place of `call.body`.
    ///
    /// `credentials_header` is the header that carries the credentials. Fails with `DraftInvalid` and
    /// everything that is wrong, each with its field: `headers.NAME`, `body`.
    pub fn new(
        call: &ApiCall,
        body: Option<Zeroizing<Vec<u8>>>,
        credentials_header: &str,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut headers = Vec::new();
        for given in &call.headers {
            match header_of(&given.name, &given.value, credentials_header) {
                Ok(header) => headers.push(header),
                Err(problem) => problems.push(problem),
            }
        }
        let typed = || Zeroizing::new(call.body.clone().unwrap_or_default().into_bytes());
        let body = body.unwrap_or_else(typed);
        problems.extend(body_problem(call.method, &body));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            method: call.method,
            path: call.path.trim().to_owned(),
            headers,
            body,
        })
    }

    /// The address below `base`; a whole address is taken when it begins with `base`.
    ///
    /// `DraftInvalid` for everything that leads elsewhere: another host, scheme or port, a path that
    /// climbs out of the base, user names, a fragment.
    pub fn address(&self, base: &Url) -> Result<Url, Problem> {
        let path = self.path.as_str();
        if path.contains("://") && Url::parse(path).is_ok() {
            return whole(path, base);
        }
        let begins = path.starts_with('/');
        let found = below(base, path).filter(|url| begins && url.fragment().is_none());
        found.ok_or_else(|| elsewhere(path, base))
    }

    pub(super) fn request(
        &self,
        address: &Url,
        presented: &Presented<'_>,
    ) -> Result<Request<Zeroizing<Vec<u8>>>, Problem> {
        let unsendable = |reason: &str| {
            Problem::new(
                Code::DraftInvalid,
                format!("The call cannot be sent: {reason}."),
                "Enter the credentials of the connection again.",
            )
        };
        let credentials = presented.header().map_err(unsendable)?;
        let mut request = Request::builder()
            .method(method(self.method))
            .uri(address.as_str())
            .body(self.body.clone())
            .map_err(|_| unsendable("the address is not one"))?;
        let headers = request.headers_mut();
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("application/json, */*;q=0.5"),
        );
        if !self.body.is_empty() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        // Last, so that nothing takes its place.
        if let Some((name, value)) = credentials {
            headers.insert(name, value);
        }
        Ok(request)
    }
}

fn method(method: ApiMethod) -> Method {
    match method {
        ApiMethod::Get => Method::GET,
        ApiMethod::Head => Method::HEAD,
        ApiMethod::Post => Method::POST,
        ApiMethod::Put => Method::PUT,
        ApiMethod::Patch => Method::PATCH,
        ApiMethod::Delete => Method::DELETE,
        ApiMethod::Options => Method::OPTIONS,
    }
}

fn whole(text: &str, base: &Url) -> Result<Url, Problem> {
    let refused = || elsewhere(text, base);
    let url = Url::parse(text).map_err(|_| refused())?;
    let named = !url.username().is_empty() || url.password().is_some();
    if url.origin() != base.origin() || named || url.fragment().is_some() {
        return Err(refused());
    }
    let front = base.path().trim_end_matches('/');
    let path = url.path().strip_prefix(front).ok_or_else(refused)?;
    let query = url.query().map(|query| format!("?{query}"));
    below(base, &format!("{path}{}", query.unwrap_or_default())).ok_or_else(refused)
}

fn elsewhere(path: &str, base: &Url) -> Problem {
    let summary = if path.is_empty() {
        "The call has no path.".to_owned()
    } else {
        format!(
            "“{}” is not a path of this connection's API, so nothing was sent.",
            clean(path, 120)
        )
    };
    Problem::new(
        Code::DraftInvalid,
        summary,
        format!(
            "Give a path that begins with a slash, such as /account. It is asked below {base}."
        ),
    )
    .at("path")
}

fn header_of(
    name: &str,
    value: &str,
    credentials_header: &str,
) -> Result<(HeaderName, HeaderValue), Problem> {
    let at = |summary: String, remedy: &str| {
        Problem::new(Code::DraftInvalid, summary, remedy).at(format!("headers.{}", clean(name, 60)))
    };
    let shown = clean(name, 60);
    let parsed = HeaderName::try_from(name.trim()).map_err(|_| {
        at(
            format!("“{shown}” is not a header name."),
            "Write it as \"Name: value\", for example \"Accept: text/csv\".",
        )
    })?;
    if parsed.as_str().eq_ignore_ascii_case(credentials_header) || OURS.contains(&parsed) {
        return Err(at(
            format!("The header {shown} is set by the connection itself."),
            "Leave it out.",
        ));
    }
    let value = HeaderValue::try_from(value.trim()).map_err(|_| {
        at(
            format!("The value of {shown} holds a character that a header cannot carry."),
            "Use visible characters without line breaks.",
        )
    })?;
    Ok((parsed, value))
}

/// RFC 9110 §9.3.1: a body in GET or HEAD means nothing, and some servers drop the connection.
fn body_problem(method: ApiMethod, body: &[u8]) -> Option<Problem> {
    if body.is_empty() {
        return None;
    }
    let bodiless = matches!(method, ApiMethod::Get | ApiMethod::Head);
    let (summary, remedy) = if bodiless {
        (
            "A GET or HEAD request takes no body.",
            "Leave the body out, or use POST, PUT or PATCH.",
        )
    } else if body.len() > SENT_LIMIT {
        (
            "The body is larger than 16 MiB.",
            "Send a smaller one; Proofkey tries calls, it does not move archives.",
        )
    } else {
        return None;
    };
    Some(Problem::new(Code::DraftInvalid, summary, remedy).at("body"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::ApiHeader;
    use crate::provider::TokenHeader;
    use crate::secret::Secret;

    fn call(path: &str) -> ApiCall {
        ApiCall {
            method: ApiMethod::Get,
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    fn asked(path: &str) -> Result<String, Problem> {
        let base = Url::parse("https://api.example/v1").unwrap();
        let prepared =
            Prepared::new(&call(path), None, "authorization").unwrap_or_else(|_| panic!());
        prepared.address(&base).map(String::from)
    }

    #[test]
    fn a_path_or_an_address_of_the_api_is_asked() {
        for (path, expected) in [
            ("/account", "https://api.example/v1/account"),
            (
                "/users?q=a%20b&n=1",
                "https://api.example/v1/users?q=a%20b&n=1",
            ),
            (" /a ", "https://api.example/v1/a"),
            (
                "https://api.example/v1/users?n=1",
                "https://api.example/v1/users?n=1",
            ),
            ("https://api.example:443/v1/a", "https://api.example/v1/a"),
            (
                "/search?next=https://evil.example/",
                "https://api.example/v1/search?next=https://evil.example/",
            ),
        ] {
            assert_eq!(asked(path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn nothing_leads_away_from_the_api() {
        for path in [
            "",
            "account",
            "//evil.example/a",
            "///evil.example",
            "/\\evil.example/../../../a",
            "/../v2/a",
            "/..%2f..",
            "/%2e%2e/%2e%2e/a",
            "@evil.example/",
            ".evil.example/",
            ":8443/a",
            "https://evil.example/v1/a",
            "http://api.example/v1/a",
            "https://api.example:8443/v1/a",
            "https://user@api.example/v1/a",
            "https://api.example.evil.example/v1/a",
            "https://api.example/v2/a",
            "https://api.example/v1evil",
            "https://api.example/v1/../v2",
            "/a#b",
            "ftp://api.example/v1/a",
        ] {
            let outcome = asked(path);
            // A coded slash stays one name of a path below the base.
            if path == "/..%2f.." {
                assert_eq!(outcome.unwrap(), "https://api.example/v1/..%2f..");
                continue;
            }
            let problem = outcome.expect_err(path);
            assert_eq!(problem.field.as_deref(), Some("path"), "{path}");
        }
    }

    #[test]
    fn no_header_takes_the_place_of_the_credentials_or_changes_the_framing() {
        let mut bad = call("/a");
        for name in [
            "Authorization",
            "x-shop-token",
            "Host",
            "content-length",
            "Transfer-Encoding",
            "Cookie",
            "Connection",
            "Expect",
            "a b",
            "",
        ] {
            bad.headers.push(ApiHeader {
                name: name.to_owned(),
                value: "x".to_owned(),
            });
        }
        bad.headers.push(ApiHeader {
            name: "x-ok".to_owned(),
            value: "a\r\nx-evil: 1".to_owned(),
        });
        bad.body = Some("{}".to_owned());
        let problems = Prepared::new(&bad, None, "X-Shop-Token").err().unwrap();
        assert_eq!(problems.len(), 12, "all at once");
    }

    #[test]
    fn the_credentials_are_in_the_one_header_of_the_provider() {
        let mut with = call("/a");
        with.method = ApiMethod::Post;
        with.body = Some("{\"a\":1}".to_owned());
        with.headers.push(ApiHeader {
            name: "content-type".to_owned(),
            value: "application/merge-patch+json".to_owned(),
        });
        let token = Secret::new("t-0123456789".to_owned());
        let header = TokenHeader {
            name: "authorization".to_owned(),
            scheme: "Bearer".to_owned(),
        };
        let presented = Presented::Token {
            header: &header,
            token: &token,
        };
        let prepared = Prepared::new(&with, None, "authorization").unwrap_or_else(|_| panic!());
        let url = Url::parse("https://api.example/a").unwrap();
        let request = prepared.request(&url, &presented).unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.headers()["authorization"], "Bearer t-0123456789");
        assert!(request.headers()["authorization"].is_sensitive());
        assert_eq!(
            request.headers()["content-type"],
            "application/merge-patch+json"
        );
        assert_eq!(request.body().as_slice(), b"{\"a\":1}");
    }
}
