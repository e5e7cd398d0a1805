//! Everything the connections of one sandbox share, and the way from a request to its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use proofkey_core::ports::Clock as _;
use proofkey_core::system::clock::SystemClock;
use rustls::sign::CertifiedKey;

use crate::access_token::{Granted, TokenIssuer};
use crate::account::Account;
use crate::appconnect::apps::{Apps, Desk};
use crate::appconnect::signature_key::{self, SignatureKeys};
use crate::approval::Approvals;
use crate::authority::{Authority, Form};
use crate::call::Call;
use crate::clients::Clients;
use crate::disturbance::{dated, disturbance};
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
    account, api, approval_lessons, authorization_endpoint, back_channel, control, front_door,
    metadata, service_token, token_endpoint,
};

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
    pub(crate) signature_keys: SignatureKeys,
    pub(crate) apps: Apps,
    /// What orders have to know.
    pub(crate) word: String,
    pub(crate) clock_offset: SignedDuration,
    /// Seconds by which time was moved on.
    pub(crate) ahead: AtomicI64,
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
    Introspection,
    Api,
    SignatureKey,
    Orders,
    Welcome,
    Nothing,
}

impl Scene for World {
    /// It may differ from this machine's on purpose.
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        SystemClock.now() + self.clock_offset + ahead
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
        let granted = api::presented(&request)
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
        if disturbed.is_some() {
            self.faults.spend(&request.host, account);
        }
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
            (Endpoint::Introspection, ..) => service_token::introspect(&call),
            (Endpoint::SignatureKey, ..) => self
                .signature_keys
                .answer(&request.path, self.now())
                .unwrap_or_else(nothing),
            (Endpoint::Api, Some(Place::Api { region }), _) => {
                let here = granted.filter(|granted| granted.account.region == *region);
                let reply = self.desk().answer(request, here);
                reply.unwrap_or_else(|| api::answer(request, region, granted, fault))
            }
            (Endpoint::Orders, ..) => {
                control::answer(request, &self.word, |order| self.carry_out(order))
            }
            (Endpoint::Welcome, ..) => Reply::text(StatusCode::OK, WELCOME),
            _ => nothing(),
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            apps: &self.apps,
            clients: &self.clients,
            keys: &self.issuer.keys,
            signature_keys: &self.signature_keys,
            now: self.now(),
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
            (Some(Place::SignIn { .. }), "/oauth/introspect") => Self::Introspection,
            (Some(Place::Api { .. }), path) if path.starts_with(signature_key::PATH) => {
                Self::SignatureKey
            }
            (Some(Place::Api { .. }), _) => Self::Api,
            (Some(Place::Local), "/") => Self::Welcome,
            (Some(Place::Local), control::PATH) => Self::Orders,
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

fn nothing() -> Reply {
    Reply::text(StatusCode::NOT_FOUND, "Not found\n")
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
