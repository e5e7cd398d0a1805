//! What watches the service may ask: whether it lives, whether it takes requests, what it counted. Nothing
//! here comes from a request (rule L11).

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;

use super::desk::Desk;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers GET at `/health/live`, `/health/ready` (and `/health`, the same), and `/metrics`.
pub(super) fn answer(desk: &Desk, request: &Request<Incoming>) -> Response<Full<Bytes>> {
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

fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TEXT));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
