//! The request of a call: below the API base, and with no header that could lead the credentials astray.

mod headers;

use http::{HeaderName, HeaderValue, Method, Request, header};
use url::Url;
use zeroize::Zeroizing;

use super::SENT_LIMIT;
use crate::border::{ApiCall, ApiMethod};
use crate::error::{Code, Problem};
use crate::probe::{Presented, below};
use crate::wording::clean;
use headers::header_of;

/// A call whose parts can be sent.
pub struct Prepared {
    pub method: ApiMethod,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Zeroizing<Vec<u8>>,
}

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
mod tests;
