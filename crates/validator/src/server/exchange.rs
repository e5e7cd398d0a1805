//! One request and its answer.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;

use super::body;
use super::contract;
use super::desk::{Desk, Entry};
use super::head::Unreadable;
use super::live::{Live, Place};
use super::names::{counted, only};
use super::outcome::Outcome;
use super::peer::Peer;
use super::reply::Reply;
use super::unreadable;
use crate::decode::decode;

/// Answers one request. A panic costs this request and nothing else (rule L15).
pub(super) async fn exchange(
    desk: Arc<Desk>,
    peer: &Peer<'_>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let live = desk.live();
    let source = live
        .settings
        .proxies
        .source(peer.address, request.headers());
    let mut entry = desk.entry(&live, source);
    let answering = async {
        if let Some(why) = unreadable::told(request.headers()) {
            return not_read(why);
        }
        if !peer.would_be_let_in(&live.settings, || desk.now()) {
            return outdated();
        }
        answer(&live, peer, source, request, &mut entry).await
    };
    let (outcome, mut reply) = AssertUnwindSafe(answering)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            let text = r#"{"error":"The service made a mistake. It is in its log."}"#;
            let reply = Reply::json(StatusCode::INTERNAL_SERVER_ERROR, text);
            (Outcome::Panicked, reply.closing())
        });
    if peer.is_old(live.settings.patience.life) {
        reply = reply.closing();
    }
    entry.finish(outcome, reply.status);
    Ok(reply.into_response())
}

type Answered = (Outcome, Reply);

async fn answer(
    live: &Live,
    peer: &Peer<'_>,
    source: IpAddr,
    request: Request<Incoming>,
    entry: &mut Entry,
) -> Answered {
    let place = match admitted(live, source, &request, entry) {
        Ok(place) => place,
        Err(refusal) => return refusal,
    };
    peer.may_stay();
    let patience = live.settings.patience.body;
    let auth = match live.rooms.read(request.into_body(), patience).await {
        // The body ends here: what was read out of it is enough for the time that a system takes.
        Ok(body) => decode(&body.bytes),
        Err(unread) => return unreadable(&unread),
    };
    // Not the reason itself: it would tell a stranger how the reader works.
    let Ok(auth) = auth else {
        return (Outcome::Malformed, contract::malformed());
    };
    contract::validate(live, &place, &auth, entry).await
}

/// Everything that can be known from the head: first of all who calls, so that nobody else learns anything
/// or uses up what those have who may.
fn admitted(
    live: &Live,
    source: IpAddr,
    request: &Request<Incoming>,
    entry: &mut Entry,
) -> Result<Arc<Place>, Answered> {
    let headers = request.headers();
    let place = live.place(request.uri().path());
    if let Some(place) = place {
        entry.belongs_to(place);
    }
    known_caller(live, source, headers)?;
    known_name(live, headers)?;
    let place = place.ok_or_else(|| {
        let text = r#"{"error":"There is no integration at this path."}"#;
        (Outcome::NotFound, Reply::json(StatusCode::NOT_FOUND, text))
    })?;
    if request.method() != Method::POST {
        let text = r#"{"error":"The method must be POST."}"#;
        let reply = Reply::json(StatusCode::METHOD_NOT_ALLOWED, text);
        let allow = HeaderValue::from_static("POST");
        return Err((Outcome::WrongMethod, reply.with(header::ALLOW, allow)));
    }
    if !is_json(headers) {
        let text = r#"{"error":"The content type must be application/json, and not encoded."}"#;
        return Err((
            Outcome::NotJson,
            Reply::json(StatusCode::UNSUPPORTED_MEDIA_TYPE, text),
        ));
    }
    match live.per_second.as_ref().map(|rate| rate.admit(())) {
        Some(Err(wait)) => Err(shed(Outcome::Shed, wait.as_secs() + 1)),
        _ => Ok(Arc::clone(place)),
    }
}

/// Strangers have a limit of their own: theirs is not to be the caller's who shares an address with them.
fn known_caller(live: &Live, source: IpAddr, headers: &HeaderMap) -> Result<(), Answered> {
    let callers = &live.settings.callers;
    let is_known = callers.know(headers);
    let rate = if is_known {
        live.per_source.as_ref()
    } else {
        Some(&live.strangers)
    };
    if let Some(Err(wait)) = rate.map(|rate| rate.admit(counted(source))) {
        return Err(too_often(Outcome::SourceLimit, wait));
    }
    if is_known {
        return Ok(());
    }
    let text = r#"{"error":"The caller did not show that it may call."}"#;
    let reply = Reply::json(StatusCode::UNAUTHORIZED, text);
    let challenged = reply.with(header::WWW_AUTHENTICATE, callers.challenge());
    Err((Outcome::Stranger, challenged))
}

/// A web page that was led here has another name in `Host`; every other has its own in `Origin` (rule L9).
fn known_name(live: &Live, headers: &HeaderMap) -> Result<(), Answered> {
    let is_known =
        only(headers, &header::HOST).is_some_and(|it| live.settings.hosts.holds_host(it));
    if !is_known {
        let text = r#"{"error":"The service is not called by this name."}"#;
        return Err((
            Outcome::WrongHost,
            Reply::json(StatusCode::MISDIRECTED_REQUEST, text),
        ));
    }
    if headers.contains_key(header::ORIGIN) {
        let text = r#"{"error":"Web pages may not call this service."}"#;
        return Err((Outcome::WebPage, Reply::json(StatusCode::FORBIDDEN, text)));
    }
    Ok(())
}

/// `application/json`, with or without parameters (RFC 9110 §8.3.1), once, and not compressed.
fn is_json(headers: &HeaderMap) -> bool {
    let is_plain = match headers.get(header::CONTENT_ENCODING) {
        Some(coding) => coding.as_bytes().eq_ignore_ascii_case(b"identity"),
        None => true,
    };
    is_plain
        && only(headers, &header::CONTENT_TYPE).is_some_and(|value| {
            let kind = value.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case("application/json")
        })
}

fn not_read(why: Unreadable) -> Answered {
    let (outcome, reply) = match why {
        Unreadable::Unclear => {
            let text = r#"{"error":"The request cannot be read, or could be read in two ways."}"#;
            (Outcome::Broken, Reply::json(StatusCode::BAD_REQUEST, text))
        }
        Unreadable::TooLarge => {
            let text =
                r#"{"error":"The head of the request is larger than 16 KiB or 64 headers."}"#;
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            (Outcome::HeadTooLarge, Reply::json(status, text))
        }
    };
    (outcome, reply.closing())
}

/// On another connection, the caller can show what is asked for by now (RFC 9110 §15.5.20).
fn outdated() -> Answered {
    let text = r#"{"error":"This connection began before the service changed. Open another one."}"#;
    let reply = Reply::json(StatusCode::MISDIRECTED_REQUEST, text);
    (Outcome::Outdated, reply.closing())
}

fn unreadable(unread: &body::Unread) -> Answered {
    match unread {
        body::Unread::TooLarge => {
            let text = r#"{"error":"The body is larger than 64 KiB."}"#;
            let reply = Reply::json(StatusCode::PAYLOAD_TOO_LARGE, text);
            (Outcome::TooLarge, reply.closing())
        }
        body::Unread::TooSlow => {
            let text = r#"{"error":"The body did not come in time."}"#;
            let reply = Reply::json(StatusCode::REQUEST_TIMEOUT, text);
            (Outcome::TooSlow, reply.closing())
        }
        body::Unread::NoRoom => {
            let (outcome, reply) = shed(Outcome::Shed, 1);
            (outcome, reply.closing())
        }
        body::Unread::Broken => (Outcome::Broken, contract::malformed().closing()),
    }
}

pub(super) fn too_often(outcome: Outcome, wait: std::time::Duration) -> Answered {
    let text = r#"{"error":"Too many requests. Try again later."}"#;
    let reply = Reply::json(StatusCode::TOO_MANY_REQUESTS, text);
    (outcome, reply.retry_after(wait.as_secs() + 1))
}

pub(super) fn shed(outcome: Outcome, seconds: u64) -> Answered {
    let text = r#"{"error":"The service is busy. Try again later."}"#;
    let reply = Reply::json(StatusCode::SERVICE_UNAVAILABLE, text);
    (outcome, reply.retry_after(seconds))
}
