//! Everything the connections of one sandbox share, and the way from a request to its answer.

use hyper::StatusCode;
use hyper::header::{DATE, HeaderValue, LOCATION, RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};
use proofkey_core::ports::Clock as _;
use proofkey_core::system::clock::SystemClock;

use crate::access_token::{Granted, TokenIssuer};
use crate::authority::Authority;
use crate::fault::{Fault, Faults};
use crate::host::Place;
use crate::record::{Record, Records};
use crate::reply::Reply;
use crate::{account, api, token_endpoint};

const SIGN_IN_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Sign in</title>\
    <h1>Sign in to continue</h1><form><label>Email <input type=\"email\"></label></form></html>";

const WELCOME: &str = "This is Proofkey's practice Talkdesk. It answers to the names of the real one, \
    for instance https://acme.talkdeskid.com/oauth/token, when a client is told to connect here.\n";

/// One practice Talkdesk.
pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) faults: Faults,
    pub(crate) records: Records,
    pub(crate) issuer: TokenIssuer,
    pub(crate) clock_offset: SignedDuration,
}

/// What a path on a host leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Token,
    Jwks,
    Api,
    Welcome,
    Nothing,
}

impl World {
    /// The practice Talkdesk's time, which may differ from this machine's on purpose.
    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now() + self.clock_offset
    }

    /// Records `request` and answers it, late or wrongly if a fault says so.
    pub(crate) async fn answer(&self, request: Record) -> Reply {
        self.records.push(request.clone());
        let now = self.now();
        let place = Place::of(&request.host);
        let endpoint = Endpoint::of(place.as_ref(), &request.path);
        let granted = api::bearer_token(&request).and_then(|token| self.issuer.granted(token, now));
        let account = match &place {
            Some(Place::SignIn { account, .. }) => Some(account.as_str()),
            Some(Place::Api { .. }) => granted.as_ref().map(|granted| granted.account.name),
            _ => None,
        };
        let fault = self
            .faults
            .at(&request.host, account)
            .filter(|found| found.wide || matches!(endpoint, Endpoint::Token | Endpoint::Api))
            .map(|found| found.fault);
        let reply = match (disturbance(fault, endpoint), fault) {
            (Some(disturbed), _) => disturbed,
            (None, Some(Fault::Slow(delay))) => {
                tokio::time::sleep(delay).await;
                self.reply(&request, place.as_ref(), endpoint, granted.as_ref(), fault)
            }
            _ => self.reply(&request, place.as_ref(), endpoint, granted.as_ref(), fault),
        };
        tracing::debug!(
            host = %request.host,
            path = %request.path,
            status = reply.status().as_u16(),
            "practice request answered"
        );
        dated(reply, now, fault)
    }

    fn reply(
        &self,
        request: &Record,
        place: Option<&Place>,
        endpoint: Endpoint,
        granted: Option<&Granted>,
        fault: Option<Fault>,
    ) -> Reply {
        let known = match place {
            Some(Place::SignIn { account, region }) => account::find(account, region),
            _ => None,
        };
        match (endpoint, place) {
            (Endpoint::Token, _) => {
                token_endpoint::answer(request, known, fault, &self.issuer, self.now())
            }
            (Endpoint::Jwks, _) if known.is_some() => {
                Reply::json(StatusCode::OK, &self.issuer.jwks())
            }
            (Endpoint::Api, Some(Place::Api { region })) => {
                api::answer(request, region, granted, fault)
            }
            (Endpoint::Welcome, _) => Reply::text(StatusCode::OK, WELCOME),
            _ => Reply::text(StatusCode::NOT_FOUND, "Not found\n"),
        }
    }
}

impl Endpoint {
    fn of(place: Option<&Place>, path: &str) -> Self {
        match (place, path) {
            (Some(Place::SignIn { .. }), "/oauth/token") => Self::Token,
            (Some(Place::SignIn { .. }), "/oauth/2023-10/certs" | "/oauth/certs") => Self::Jwks,
            (Some(Place::Api { .. }), _) => Self::Api,
            (Some(Place::Local), "/") => Self::Welcome,
            _ => Self::Nothing,
        }
    }
}

/// The answer that comes instead of the right one, whatever was asked.
fn disturbance(fault: Option<Fault>, endpoint: Endpoint) -> Option<Reply> {
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
fn dated(reply: Reply, now: Timestamp, fault: Option<Fault>) -> Reply {
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
