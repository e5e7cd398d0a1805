//! Everything the connections of one sandbox share, and the way from a request to its answer.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{DATE, HeaderValue, LOCATION, RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};
use proofkey_core::ports::Clock as _;
use proofkey_core::system::clock::SystemClock;
use rustls::sign::CertifiedKey;

use crate::access_token::{Granted, TokenIssuer};
use crate::account::Account;
use crate::approval::Approvals;
use crate::authority::{Authority, Form};
use crate::call::Call;
use crate::clients::Clients;
use crate::fault::Fault;
use crate::host::{self, Place};
use crate::in_force::Faults;
use crate::module::Defect;
use crate::record::{Record, Records};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::scene::Scene;
use crate::signed::seen::Seen;
use crate::{
    account, api, approval_lessons, authorization_endpoint, back_channel, front_door, metadata,
    token_endpoint,
};

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
    pub(crate) approvals: Approvals,
    pub(crate) clients: Clients,
    pub(crate) seen: Seen,
    pub(crate) clock_offset: SignedDuration,
}

/// What a path on a host leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Authorization,
    Token,
    Jwks,
    Metadata,
    PushedRequests,
    Revocation,
    Userinfo,
    Api,
    Welcome,
    Nothing,
}

impl Scene for World {
    /// It may differ from this machine's on purpose.
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.clock_offset
    }

    fn records(&self) -> &Records {
        &self.records
    }

    fn entered(&self, request: &Record) -> Option<Record> {
        front_door::entered(request, self)
    }

    fn certificate(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let account = match Place::of(host)? {
            Place::SignIn { account, .. } => Some(account),
            Place::Api { .. } | Place::Local => None,
        };
        let in_force = self.faults.at(host, account.as_deref());
        let form = match in_force.map(|found| found.fault) {
            Some(Fault::CertificateExpired) => Form::Expired,
            Some(Fault::CertificateWrongName) => Form::WrongName,
            Some(Fault::CertificateUnknownAuthority) => Form::UnknownAuthority,
            _ => Form::Sound,
        };
        self.authority.certificate(host, form)
    }

    /// Late or wrongly, if a fault says so.
    async fn answer(&self, request: Record) -> Reply {
        self.records.push(request.clone());
        let now = self.now();
        let place = Place::of(&request.host);
        let endpoint = Endpoint::of(place.as_ref(), &request.path, self.issuer.keys.elsewhere());
        let granted = api::bearer_token(&request)
            .and_then(|token| self.issuer.granted(token, now))
            .filter(|granted| {
                let approval = granted.approval.as_ref();
                !approval.is_some_and(|approval| self.approvals.is_revoked(approval))
            });
        let account = match &place {
            Some(Place::SignIn { account, .. }) => Some(account.as_str()),
            Some(Place::Api { .. }) => granted.as_ref().map(|granted| granted.account.name),
            _ => None,
        };
        let found = self.faults.at(&request.host, account);
        let fault = found.map(|found| found.fault);
        // An account's own fault leaves alone what has no secret in it, its pages among them; what is
        // wrong with an approval is looked for where it shows.
        let disturbing = found
            .filter(|found| found.wide || endpoint.takes_credentials())
            .map(|found| found.fault);
        let disturbed = disturbance(disturbing, endpoint);
        if let (None, Some(Fault::Slow(delay))) = (&disturbed, disturbing) {
            tokio::time::sleep(delay).await;
        }
        let reply = disturbed.unwrap_or_else(|| {
            self.reply(&request, place.as_ref(), endpoint, granted.as_ref(), fault)
        });
        tracing::debug!(
            host = %request.host,
            path = %request.path,
            status = reply.status().as_u16(),
            "practice request answered"
        );
        dated(reply, now, fault)
    }
}

impl World {
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
        let call = Call {
            request,
            account: known,
            fault,
            issuer: &self.issuer,
            approvals: &self.approvals,
            clients: &self.clients,
            seen: &self.seen,
            now: self.now(),
        };
        match (endpoint, place, known) {
            (Endpoint::Authorization, ..) => authorization_endpoint::answer(&call),
            (Endpoint::Token, ..) => token_endpoint::answer(&call),
            (Endpoint::PushedRequests, ..) => {
                back_channel::push(&call).unwrap_or_else(Refusal::into_reply)
            }
            (Endpoint::Revocation, ..) => {
                back_channel::revoke(&call).unwrap_or_else(Refusal::into_reply)
            }
            (Endpoint::Jwks, _, Some(account)) => jwks(&call, account),
            (Endpoint::Metadata, _, Some(account)) => metadata::answer(&call, account),
            (Endpoint::Userinfo, ..) => api::userinfo(granted, call.defect()),
            (Endpoint::Api, Some(Place::Api { region }), _) => {
                api::answer(request, region, granted, fault)
            }
            (Endpoint::Welcome, ..) => Reply::text(StatusCode::OK, WELCOME),
            _ => Reply::text(StatusCode::NOT_FOUND, "Not found\n"),
        }
    }
}

impl Endpoint {
    /// `elsewhere` is the path of the keys that differs in each run.
    pub(crate) fn of(place: Option<&Place>, path: &str, elsewhere: &str) -> Self {
        match (place, path) {
            (Some(Place::SignIn { account, region }), _) if *region == host::COMPLETE => {
                if account == approval_lessons::ISSUER.name {
                    Self::of_complete(path, elsewhere)
                } else {
                    Self::Nothing
                }
            }
            (Some(Place::SignIn { .. }), "/oauth/authorize") => Self::Authorization,
            (Some(Place::SignIn { .. }), "/oauth/token") => Self::Token,
            (Some(Place::SignIn { .. }), "/oauth/2023-10/certs" | "/oauth/certs") => Self::Jwks,
            (Some(Place::Api { .. }), _) => Self::Api,
            (Some(Place::Local), "/") => Self::Welcome,
            _ => Self::Nothing,
        }
    }

    /// The paths of the server beside Talkdesk.
    fn of_complete(path: &str, elsewhere: &str) -> Self {
        match path {
            "/authorize" => Self::Authorization,
            "/token" => Self::Token,
            "/par" => Self::PushedRequests,
            "/revoke" => Self::Revocation,
            "/userinfo" => Self::Userinfo,
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" => {
                Self::Metadata
            }
            "/jwks" => Self::Jwks,
            _ if path == elsewhere => Self::Jwks,
            _ => Self::Nothing,
        }
    }

    fn takes_credentials(self) -> bool {
        matches!(
            self,
            Self::Token | Self::PushedRequests | Self::Revocation | Self::Userinfo | Self::Api
        )
    }
}

fn jwks(call: &Call<'_>, account: &Account) -> Reply {
    let moved = call.defect() == Defect::KeysElsewhere;
    if moved && account.is_complete() && call.request.path != call.keys().elsewhere() {
        return Reply::text(StatusCode::NOT_FOUND, "Not found\n");
    }
    match call.keys().jwks(call.defect(), account.is_complete()) {
        Ok(keys) => Reply::json(StatusCode::OK, &keys),
        Err(_) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "No key could be made\n"),
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
