//! The API: answers the calls that the file's probes describe, and refuses others as the provider does.

use hyper::StatusCode;
use hyper::header::{HeaderValue, LOCATION};
use proofkey_core::provider::{
    ErrorSource, Grant, Probe, ProbeRule, Scalar, ScopeUse, StaticCredentials, TokenHeader,
};
use serde_json::{Map, Value, json};

use super::client::basic_pair;
use super::ledger::Granted;
use super::plan::Mutation;
use super::world::{PERSON, PeerWorld};
use crate::record::Record;
use crate::reply::Reply;

const SIGN_IN_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Sign in</title>\
    <h1>Sign in to continue</h1></html>";

/// Who calls.
enum Caller {
    /// With an access token.
    Token(Granted),
    /// With what does not expire, or at a system that asks nobody.
    Known,
    /// With nothing.
    Nobody,
    /// With something that counts for nothing.
    Stranger,
}

impl PeerWorld {
    pub(crate) fn api(&self, request: &Record) -> Reply {
        if let Some(page) = self.page_for_people() {
            return page;
        }
        if request.method != "GET" {
            return Reply::text(StatusCode::METHOD_NOT_ALLOWED, "Use GET\n");
        }
        let probes = &self.plan.provider.probes;
        let here: Vec<&Probe> = self
            .places
            .probes_at(request)
            .map(|index| &probes[index])
            .collect();
        let by_member = |probe: &&&Probe| probe.requires.iter().any(|rule| rule.equals.is_some());
        let refusal = || {
            let probe = here.first().filter(by_member);
            probe.map_or(Value::Null, |probe| refusing(&probe.requires))
        };
        if let Some(known) = self.asked_for(ErrorSource::Api) {
            return self.as_known(known, refusal());
        }
        match self.caller(request) {
            Caller::Stranger => self.credential_refused(refusal()),
            Caller::Nobody => match here.first().filter(|probe| !probe.requires.is_empty()) {
                Some(probe) => content(probe, &refusing(&probe.requires)),
                None => self.credential_refused(Value::Null),
            },
            Caller::Known => self.answered_call(request, &here, None),
            Caller::Token(granted) => self.answered_call(request, &here, Some(&granted)),
        }
    }

    fn page_for_people(&self) -> Option<Reply> {
        match &self.plan.mutation {
            Some(Mutation::LoginPage) => Some(Reply::html(StatusCode::OK, SIGN_IN_PAGE)),
            Some(Mutation::LoginRedirect) => {
                let away = HeaderValue::from_static("https://login.elsewhere.example/");
                Some(Reply::text(StatusCode::FOUND, "").with(LOCATION, away))
            }
            _ => None,
        }
    }

    fn caller(&self, request: &Record) -> Caller {
        match &self.plan.mutation {
            Some(Mutation::Anonymous) => return Caller::Nobody,
            Some(Mutation::CredentialRefused) => return Caller::Stranger,
            _ => {}
        }
        let provider = &self.plan.provider;
        let offers = |grant| provider.grants.contains(&grant);
        let usual = match &self.plan.mutation {
            Some(Mutation::TokenHeader { name, scheme }) => TokenHeader {
                name: name.clone(),
                scheme: scheme.clone(),
            },
            _ => provider.token_header.clone(),
        };
        let basic = request.header("authorization").and_then(basic_pair);
        if let (true, Some(pair)) = (offers(Grant::HttpBasic), basic) {
            if self.own_pair() == Some(pair) {
                return Caller::Known;
            }
            return Caller::Stranger;
        }
        if let Some(token) = presented(request, &usual) {
            if offers(Grant::ApiKey) && self.plan.client_secret.as_deref() == Some(token) {
                return Caller::Known;
            }
            let granted = self.ledger.granted(token, self.now_there());
            return granted.map_or(Caller::Stranger, Caller::Token);
        }
        // Somebody who shows a token in the wrong way is not nobody.
        let showed = request.header("authorization").is_some();
        match (showed, offers(Grant::None)) {
            (true, _) => Caller::Stranger,
            (false, true) => Caller::Known,
            (false, false) => Caller::Nobody,
        }
    }

    /// User name and password, as the file makes them of what the person was given.
    fn own_pair(&self) -> Option<(String, String)> {
        let StaticCredentials {
            username, password, ..
        } = self.plan.provider.static_credentials.as_ref()?;
        let secret = self.plan.client_secret.as_deref()?;
        let filled = |template: &str| {
            template
                .replace("{identifier}", &self.plan.client_id)
                .replace("{secret}", secret)
        };
        Some((filled(username), filled(password)))
    }

    fn answered_call(&self, request: &Record, here: &[&Probe], token: Option<&Granted>) -> Reply {
        let userinfo = self.places.is_userinfo(request);
        let Some(probe) = here.iter().find(|probe| self.allows(probe, token)) else {
            let person = token.is_none_or(|granted| granted.approval.is_some());
            return if userinfo && person {
                Reply::json(StatusCode::OK, &person_members())
            } else {
                let body = json!({ "error": "insufficient_scope" });
                Reply::json(StatusCode::FORBIDDEN, &body)
            };
        };
        let lacks = |(name, value): (&String, &String)| {
            request.header(&name.to_ascii_lowercase()) != self.values.fill(value).as_deref()
        };
        if probe.headers.iter().any(lacks) {
            let body = json!({ "error": "invalid_request", "message": "A header is missing" });
            return Reply::json(StatusCode::BAD_REQUEST, &body);
        }
        let mut body = if userinfo {
            person_members()
        } else {
            json!({})
        };
        for rule in &probe.requires {
            plant(&mut body, &rule.pointer, wanted(rule));
        }
        if let Some(matches) = &probe.matches {
            let own = self.values.value(&matches.variable).unwrap_or_default();
            let name = match self.plan.mutation {
                Some(Mutation::AnotherAccount) => "somebody-else",
                _ => own,
            };
            plant(&mut body, &matches.pointer, name.into());
        }
        content(probe, &body)
    }

    /// RFC 6750 §3.1: the scope of the probe was granted, and the token is of its grant.
    fn allows(&self, probe: &Probe, token: Option<&Granted>) -> bool {
        let Some(granted) = token else {
            return true;
        };
        let set_at_client = granted.approval.is_none()
            && self.plan.provider.client_credentials.scope == ScopeUse::Unsupported;
        let scope = probe.scope.as_deref().filter(|_| !set_at_client);
        let scope = scope.map(|scope| self.values.fill(scope));
        let scoped = scope.is_none_or(|scope| scope.is_some_and(|it| granted.scopes.contains(&it)));
        let own = if granted.approval.is_some() {
            Grant::AuthorizationCode
        } else {
            Grant::ClientCredentials
        };
        scoped && probe.grant.is_none_or(|grant| grant == own)
    }
}

fn content(probe: &Probe, body: &Value) -> Reply {
    let status = probe.success_status.first();
    let status = status.and_then(|it| StatusCode::from_u16(*it).ok());
    Reply::json(status.unwrap_or(StatusCode::OK), body)
}

/// The token, if it stands exactly where the provider looks for it.
fn presented<'a>(request: &'a Record, header: &TokenHeader) -> Option<&'a str> {
    let name = header.name.to_ascii_lowercase();
    let mut values = request.header_values(&name);
    let value = std::str::from_utf8(values.next()?).ok()?;
    if values.next().is_some() {
        return None;
    }
    if header.scheme.is_empty() {
        return Some(value);
    }
    value.strip_prefix(&header.scheme)?.strip_prefix(' ')
}

fn person_members() -> Value {
    json!({ "sub": PERSON.subject, "name": PERSON.name, "email": PERSON.email })
}

fn wanted(rule: &ProbeRule) -> Value {
    match &rule.equals {
        Some(Scalar::Boolean(value)) => (*value).into(),
        Some(Scalar::Integer(value)) => (*value).into(),
        Some(Scalar::Text(value)) => value.as_str().into(),
        None => 4711.into(),
    }
}

/// An answer that keeps none of the rules.
fn refusing(rules: &[ProbeRule]) -> Value {
    let mut body = json!({});
    for rule in rules {
        let value = match &rule.equals {
            Some(Scalar::Boolean(value)) => (!value).into(),
            Some(Scalar::Integer(value)) => value.wrapping_add(1).into(),
            Some(Scalar::Text(value)) => format!("not {value}").into(),
            None => Value::Null,
        };
        plant(&mut body, &rule.pointer, value);
    }
    body
}

/// Puts `value` at a JSON pointer (RFC 6901), making objects and arrays on the way there.
fn plant(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        place = match (name.parse::<usize>(), place) {
            (Ok(index), place) if index < 16 => {
                if !place.is_array() {
                    *place = Value::Array(Vec::new());
                }
                let Value::Array(items) = place else { return };
                while items.len() <= index {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            (_, place) => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                &mut place[name.as_str()]
            }
        };
    }
    *place = value;
}
