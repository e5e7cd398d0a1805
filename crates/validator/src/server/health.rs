//! What watches the service may ask: whether it lives, whether it takes requests, what it counted. Nothing
//! here comes from a request (rule L11).

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;

use super::desk::Desk;
use super::names::{Names, address, only};
use super::unreadable::told;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers GET at `/health/live`, `/health/ready` (and `/health`, the same), and `/metrics`.
pub(super) fn answer(desk: &Desk, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if told(request.headers()).is_some() {
        return text(StatusCode::BAD_REQUEST, "The request cannot be read.\n");
    }
    if !is_ours(desk, request.headers()) {
        let say = "Ask by address, or list the name under hosts.\n";
        return text(StatusCode::MISDIRECTED_REQUEST, say);
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "The method must be GET.\n");
    }
    match request.uri().path() {
        "/health/live" => text(StatusCode::OK, "live\n"),
        "/health" | "/health/ready" if desk.draining.load(Ordering::Relaxed) => {
            text(StatusCode::SERVICE_UNAVAILABLE, "draining\n")
        }
        "/health" | "/health/ready" => text(StatusCode::OK, "ready\n"),
        "/metrics" => text(StatusCode::OK, desk.exposition()),
        _ => text(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    }
}

/// A web page that was led here by a name of its own has that name in `Host` (rule L9). Probes have an
/// address there, or write none.
fn is_ours(desk: &Desk, headers: &HeaderMap) -> bool {
    if !headers.contains_key(header::HOST) {
        return true;
    }
    only(headers, &header::HOST).is_some_and(|host| {
        address(host).is_some()
            || Names::loopback().holds_host(host)
            || desk.live().settings.hosts.holds_host(host)
    })
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TEXT));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
