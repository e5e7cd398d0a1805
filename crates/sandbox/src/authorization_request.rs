//! Reading an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3), from a browser or pushed.

use std::collections::HashMap;

use url::{Host, Url};

use crate::account::Account;
use crate::call::Call;
use crate::fault::Fault;
use crate::pkce;

/// The only https address that the practice clients have registered.
pub const REGISTERED_CALLBACK: &str = "https://callback.practice.example/signed-in";

/// A request that can be put before a person.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) account: &'static Account,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) login_hint: Option<String>,
}

/// Why a request is not put before a person.
pub(crate) enum Rejection {
    /// The client or its redirect URI is not known: the browser must not be sent back (RFC 6749
    /// §4.1.2.1).
    Stay(Mistake),
    /// The client is told, through the browser.
    Return {
        redirect_uri: String,
        state: Option<String>,
        mistake: Mistake,
    },
}

#[derive(Clone, Copy)]
pub(crate) struct Mistake {
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

impl Rejection {
    pub(crate) fn mistake(&self) -> Mistake {
        match self {
            Self::Stay(mistake) | Self::Return { mistake, .. } => *mistake,
        }
    }

    pub(crate) fn stay(error: &'static str, description: &'static str) -> Self {
        Self::Stay(Mistake { error, description })
    }
}

/// Parameters of a query or a form; those that came twice are kept apart (RFC 6749 §3.1).
pub(crate) struct Parameters {
    values: HashMap<String, String>,
    repeated: bool,
}

impl Parameters {
    pub(crate) fn read(encoded: &[u8]) -> Self {
        let mut values = HashMap::new();
        let mut repeated = false;
        for (name, value) in url::form_urlencoded::parse(encoded) {
            repeated |= values
                .insert(name.into_owned(), value.into_owned())
                .is_some();
        }
        Self { values, repeated }
    }

    /// The members of a JSON object, all of them text; `None` for anything else.
    pub(crate) fn read_json(text: &[u8]) -> Option<Self> {
        Some(Self {
            values: serde_json::from_slice(text).ok()?,
            repeated: false,
        })
    }

    /// A parameter without a value counts as left out (RFC 6749 §3.1).
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?.as_str();
        (!value.is_empty()).then_some(value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn is_repeated(&self) -> bool {
        self.repeated
    }
}

/// Reads the request that `parameters` make to `account`'s server.
pub(crate) fn read(
    parameters: &Parameters,
    account: &'static Account,
    call: &Call<'_>,
) -> Result<AuthorizationRequest, Rejection> {
    let client_id = parameters
        .value("client_id")
        .filter(|id| call.clients.knows(account, Some(id), call.now))
        .ok_or(Rejection::stay(
            "invalid_client",
            "The client is not registered here",
        ))?
        .to_owned();
    let redirect_uri = parameters
        .value("redirect_uri")
        .filter(|uri| is_registered(uri, call.fault))
        .ok_or(Rejection::stay(
            "invalid_grant",
            "The redirect URI is not one of those that the client has registered",
        ))?
        .to_owned();
    let own = |name| parameters.value(name).map(str::to_owned);
    let state = own("state");
    match checked(parameters, account) {
        Err(mistake) => Err(Rejection::Return {
            redirect_uri,
            state,
            mistake,
        }),
        Ok(scopes) => Ok(AuthorizationRequest {
            account,
            client_id,
            redirect_uri,
            state,
            scopes,
            nonce: own("nonce"),
            challenge: own("code_challenge"),
            login_hint: own("login_hint"),
        }),
    }
}

/// What is left to check once it is known where the answer goes: the scopes, when nothing is wrong.
fn checked(parameters: &Parameters, account: &Account) -> Result<Vec<String>, Mistake> {
    let wrong = |error, description| Err(Mistake { error, description });
    if parameters.is_repeated() {
        return wrong("invalid_request", "A parameter was sent twice");
    }
    match parameters.value("response_type") {
        Some("code") => {}
        None => return wrong("invalid_request", "The response type is missing"),
        Some(_) => return wrong("unsupported_response_type", "Only \"code\" is supported"),
    }
    match parameters.value("code_challenge") {
        None if account.is_complete() => {
            return wrong("invalid_request", "A code challenge is required");
        }
        // Without a method it is `plain` (RFC 7636 §4.3), which is refused.
        Some(challenge)
            if parameters.value("code_challenge_method") != Some("S256")
                || !pkce::is_well_formed(challenge) =>
        {
            return wrong("invalid_request", "The code challenge must use S256");
        }
        _ => {}
    }
    let known = account.approvable_scopes();
    let scopes: Vec<String> = match parameters.value("scope") {
        Some(asked) => asked.split_whitespace().map(str::to_owned).collect(),
        None => known.iter().map(|scope| (*scope).to_owned()).collect(),
    };
    if scopes.iter().any(|scope| !known.contains(&scope.as_str())) {
        return wrong(
            "invalid_scope",
            "The client is not authorized to use the requested scope",
        );
    }
    if parameters.value("prompt") == Some("none") {
        return wrong("login_required", "A person has to sign in");
    }
    Ok(scopes)
}

/// RFC 8252 §7.3: a loopback address with any port and path; and one https address.
fn is_registered(uri: &str, fault: Option<Fault>) -> bool {
    if uri == REGISTERED_CALLBACK {
        return true;
    }
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let port_fits = match fault {
        Some(Fault::RedirectStrict) => false,
        Some(Fault::RedirectPort(port)) => url.port() == Some(port),
        _ => true,
    };
    let plain = url.scheme() == "http" && url.fragment().is_none() && url.username().is_empty();
    loopback && port_fits && plain
}

/// What the client has registered, as the error page lists it.
pub(crate) fn registered(fault: Option<Fault>) -> Vec<String> {
    let loopback = match fault {
        Some(Fault::RedirectStrict) => None,
        Some(Fault::RedirectPort(port)) => Some(format!("http://127.0.0.1:{port}, any path")),
        _ => Some("http://127.0.0.1, http://[::1] and http://localhost, any port and path".into()),
    };
    loopback
        .into_iter()
        .chain([REGISTERED_CALLBACK.to_owned()])
        .collect()
}
