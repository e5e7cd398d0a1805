//! Answers that a fault puts in the place of the right one, or changes.

use hyper::StatusCode;
use hyper::header::{DATE, HeaderValue, LOCATION, RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};

use crate::fault::Fault;
use crate::reply::Reply;
use crate::world::Endpoint;

const SIGN_IN_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Sign in</title>\
    <h1>Sign in to continue</h1><form><label>Email <input type=\"email\"></label></form></html>";

/// The answer that comes instead of the right one, whatever was asked.
pub(crate) fn disturbance(fault: Option<Fault>, endpoint: Endpoint) -> Option<Reply> {
    match fault? {
        Fault::HtmlPage => Some(Reply::html(StatusCode::OK, SIGN_IN_PAGE)),
        Fault::Redirect => Some(Reply::html(StatusCode::FOUND, SIGN_IN_PAGE).with(
            LOCATION,
            HeaderValue::from_static("https://sign-in.example.net/login"),
        )),
        Fault::TooManyRequests(seconds) => Some(
            Reply::api_error(
                StatusCode::TOO_MANY_REQUESTS,
                "0000429",
                "Too many requests",
            )
            .with(RETRY_AFTER, HeaderValue::from(seconds)),
        ),
        Fault::UnavailableOnce => Some(
            Reply::text(StatusCode::SERVICE_UNAVAILABLE, "Come again\n")
                .with(RETRY_AFTER, HeaderValue::from_static("0")),
        ),
        Fault::Unavailable => Some(Reply::text(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is down for maintenance\n",
        )),
        Fault::OkWithError if endpoint == Endpoint::Token => Some(Reply::oauth_error(
            StatusCode::OK,
            "invalid_request",
            "The client is not active",
        )),
        _ => None,
    }
}

/// RFC 9110 §6.6.1.
pub(crate) fn dated(reply: Reply, now: Timestamp, fault: Option<Fault>) -> Reply {
    let ahead = match fault {
        Some(Fault::ClockOff(seconds)) => SignedDuration::from_secs(seconds.into()),
        _ => SignedDuration::ZERO,
    };
    let date =
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&(now + ahead));
    match date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        Some(date) => reply.with(DATE, date),
        None => reply,
    }
}
