//! The contract over HTTP.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::LengthLimitError;
use zeroize::Zeroizing;

use crate::decode::{MOST_BYTES, Refusal, decode};
use crate::judge::{Judge, Judgement};

/// Answers POST at `/`: 200 `{}` when `judge` accepts, and otherwise 401 with one constant body,
/// whether the credentials are wrong or nobody could tell. 400 is for a malformed body, 405 for another
/// method, 413 for more than 64 KiB and 415 for anything but JSON.
///
/// JSON as the only content type keeps web pages away: a browser asks before it sends that, and the
/// question (OPTIONS) is answered with 405.
pub fn router<J: Judge>(judge: J) -> Router {
    Router::new()
        .route("/", post(validate::<J>))
        .with_state(Arc::new(judge))
}

async fn validate<J: Judge>(State(judge): State<Arc<J>>, request: Request) -> Response {
    let started = Instant::now();
    let (outcome, response) = answer(&*judge, request).await;
    // No body, no name and no id: the log of a service outlives its secrets.
    tracing::info!(
        outcome,
        status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "validated"
    );
    response
}

async fn answer<J: Judge>(judge: &J, request: Request) -> (&'static str, Response) {
    if !is_json(request.headers()) {
        let text = r#"{"error":"The content type must be application/json."}"#;
        return ("not_json", reply(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let body = match read(request.into_body()).await {
        Ok(body) => body,
        Err(refusal) => return refused(refusal),
    };
    let auth = match decode(&body) {
        Ok(auth) => auth,
        Err(refusal) => return refused(Unreadable::Refused(refusal)),
    };
    match judge.judge(auth).await {
        Judgement::Accepted => ("accepted", reply(StatusCode::OK, "{}")),
        Judgement::Refused => ("refused", unauthorized()),
        Judgement::Unclear => ("unclear", unauthorized()),
    }
}

#[derive(Clone, Copy)]
enum Unreadable {
    /// The caller went away, or its framing is broken.
    Broken,
    Refused(Refusal),
}

async fn read(body: Body) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    match to_bytes(body, MOST_BYTES).await {
        Ok(bytes) => Ok(Zeroizing::new(bytes.into())),
        Err(error)
            if error
                .source()
                .is_some_and(<dyn Error>::is::<LengthLimitError>) =>
        {
            Err(Unreadable::Refused(Refusal::TooLarge))
        }
        Err(_) => Err(Unreadable::Broken),
    }
}

/// `application/json`, with or without parameters (RFC 9110 §8.3.1), once.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    value.to_str().is_ok_and(|value| {
        let kind = value.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("application/json")
    })
}

fn refused(unreadable: Unreadable) -> (&'static str, Response) {
    match unreadable {
        Unreadable::Refused(Refusal::TooLarge) => (
            "too_large",
            reply(
                StatusCode::PAYLOAD_TOO_LARGE,
                r#"{"error":"The body is larger than 64 KiB."}"#,
            ),
        ),
        // Not the reason itself: it would tell a stranger how the reader works, and the log has it.
        Unreadable::Refused(reason) => {
            tracing::debug!(%reason, "malformed request");
            ("malformed", malformed())
        }
        Unreadable::Broken => ("broken", malformed()),
    }
}

fn malformed() -> Response {
    reply(
        StatusCode::BAD_REQUEST,
        r#"{"error":"The body must be JSON like {\"auth\":{\"name\":\"value\"}}."}"#,
    )
}

fn unauthorized() -> Response {
    reply(
        StatusCode::UNAUTHORIZED,
        r#"{"error":"These credentials were not accepted."}"#,
    )
}

fn reply(status: StatusCode, json: &'static str) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, json).into_response()
}
