//! The practice token endpoint: client credentials (RFC 6749 §4.4) as Talkdesk answers them.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use jiff::Timestamp;
use serde_json::json;

use crate::access_token::{LIFETIME_SECONDS, TokenIssuer};
use crate::account::{Account, GRANTED_SCOPES};
use crate::fault::Fault;
use crate::record::Record;
use crate::reply::Reply;

/// Answers one token request. `account` is `None` when no account of that name lives in the region.
pub(crate) fn answer(
    request: &Record,
    account: Option<&'static Account>,
    fault: Option<Fault>,
    issuer: &TokenIssuer,
    now: Timestamp,
) -> Reply {
    grant(request, account, fault, issuer, now).unwrap_or_else(Refusal::into_reply)
}

fn grant(
    request: &Record,
    account: Option<&'static Account>,
    fault: Option<Fault>,
    issuer: &TokenIssuer,
    now: Timestamp,
) -> Result<Reply, Refusal> {
    let form = read_form(request)?;
    match form.get("grant_type").map(String::as_str) {
        None | Some("") => return Err(invalid_request("Missing grant type")),
        Some("client_credentials") => {}
        Some(_) => {
            return Err(Refusal {
                status: StatusCode::BAD_REQUEST,
                error: "unsupported_grant_type",
                description: "The grant type is not supported for this client",
            });
        }
    }
    let attempt = Attempt::read(request, &form)?;
    let account = account
        .filter(|account| fault != Some(Fault::SecretRefused) && attempt.is(account))
        .ok_or_else(|| invalid_client("Client authentication failed"))?;
    let scopes = grant_scopes(form.get("scope").map(String::as_str), fault)?;
    let scope = scopes.join(" ");
    let token = issuer.issue(account, scopes, now).map_err(|_| Refusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        error: "server_error",
        description: "The sandbox could not sign a token",
    })?;
    let body = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "scope": scope,
    });
    Ok(Reply::json(StatusCode::OK, &body).unstored())
}

/// RFC 6749 §3.2: POST, form-encoded, no parameter twice.
fn read_form(request: &Record) -> Result<HashMap<String, String>, Refusal> {
    if request.method != "POST" {
        return Err(Refusal {
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..invalid_request("Use POST for token requests")
        });
    }
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(invalid_request(
            "The content type must be application/x-www-form-urlencoded",
        ));
    }
    let mut form = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(&request.body) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(invalid_request("A parameter was sent twice"));
        }
    }
    Ok(form)
}

/// The credentials of one request, by whichever method it used.
enum Attempt {
    /// Before and after form-decoding: RFC 6749 §2.3.1 demands the encoding, Talkdesk's own examples
    /// leave it out.
    Basic {
        raw: (String, String),
        decoded: (String, String),
    },
    Body(String, String),
}

impl Attempt {
    /// RFC 6749 §2.3: exactly one method a request.
    fn read(request: &Record, form: &HashMap<String, String>) -> Result<Self, Refusal> {
        let in_header = request.header_values("authorization").next().is_some();
        let in_body = form.contains_key("client_secret");
        if in_header && in_body || form.contains_key("client_assertion") && (in_header || in_body) {
            return Err(invalid_request(
                "More than one way of client authentication was used",
            ));
        }
        if in_header {
            return Self::from_basic(request.header("authorization").unwrap_or_default())
                .ok_or_else(|| invalid_client("The authorization header could not be read"));
        }
        match (form.get("client_id"), form.get("client_secret")) {
            (Some(id), Some(secret)) => Ok(Self::Body(id.clone(), secret.clone())),
            _ => Err(invalid_client("No client authentication included")),
        }
    }

    fn from_basic(header: &str) -> Option<Self> {
        let (scheme, credentials) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some(Self::Basic {
            raw: (id.to_owned(), secret.to_owned()),
            decoded: (form_decoded(id), form_decoded(secret)),
        })
    }

    fn is(&self, account: &Account) -> bool {
        let matches =
            |(id, secret): (&str, &str)| id == account.client_id && secret == account.client_secret;
        match self {
            Self::Basic { raw, decoded } => {
                matches((&raw.0, &raw.1)) || matches((&decoded.0, &decoded.1))
            }
            Self::Body(id, secret) => account.secret_in_body && matches((id, secret)),
        }
    }
}

/// All granted scopes when none are named. One that the client does not have gives 401 for the whole
/// request, which is what Talkdesk's documentation on scopes describes.
fn grant_scopes(asked: Option<&str>, fault: Option<Fault>) -> Result<Vec<String>, Refusal> {
    let asked: Vec<&str> = asked.unwrap_or_default().split_whitespace().collect();
    let unknown = asked.iter().any(|scope| !GRANTED_SCOPES.contains(scope));
    if unknown || (!asked.is_empty() && fault == Some(Fault::ScopeInactive)) {
        return Err(invalid_client(
            "The client is not authorized to use the requested scope",
        ));
    }
    let granted: &[&str] = if asked.is_empty() {
        &GRANTED_SCOPES
    } else {
        &asked
    };
    let granted = match fault {
        // The first scope goes. When it was the only one, the client has another instead: an answer
        // without `scope` would mean that everything was granted (RFC 6749 §5.1).
        Some(Fault::ScopeWithheld) if granted.len() == 1 => &["users:read"],
        Some(Fault::ScopeWithheld) => &granted[1..],
        _ => granted,
    };
    Ok(granted.iter().map(|scope| (*scope).to_owned()).collect())
}

/// RFC 6749 §5.2.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    fn into_reply(self) -> Reply {
        let reply = Reply::oauth_error(self.status, self.error, self.description);
        match self.status {
            StatusCode::UNAUTHORIZED => reply.with(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"Practice Talkdesk\""),
            ),
            StatusCode::METHOD_NOT_ALLOWED => reply.with(ALLOW, HeaderValue::from_static("POST")),
            _ => reply,
        }
    }
}

fn invalid_request(description: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        error: "invalid_request",
        description,
    }
}

fn invalid_client(description: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::UNAUTHORIZED,
        error: "invalid_client",
        description,
    }
}

/// RFC 6749 Appendix B.
fn form_decoded(text: &str) -> String {
    let pair = format!("value={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}
