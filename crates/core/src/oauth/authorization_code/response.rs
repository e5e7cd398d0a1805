//! The authorization response (RFC 6749 §4.1.2).

use std::collections::BTreeMap;
use std::fmt;

use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::error::{Code, Problem, Quoted};
use crate::oauth::withhold;
use crate::secret::Secret;
use crate::wording::clean;

/// An answer that belongs to the approval it was recognized by.
pub struct AuthorizationResponse(Result<Granted, Denial>);

/// A code, and what the answer says of its origin.
pub(super) struct Granted {
    pub(super) code: Secret,
    /// Compared with nothing so far.
    pub(super) unproven_issuer: Option<String>,
}

/// The person, or the server for them, said no (RFC 6749 §4.1.2.1). Its words are as they came, and may
/// repeat what the server was sent; only [`Denial::quoted`] brings them out.
pub struct Denial {
    error: Option<Zeroizing<String>>,
    description: Option<Zeroizing<String>>,
    uri: Option<Zeroizing<String>>,
}

impl AuthorizationResponse {
    pub(super) fn code(mut code: Zeroizing<String>, unproven_issuer: Option<String>) -> Self {
        Self(Ok(Granted {
            code: Secret::new(std::mem::take(&mut *code)),
            unproven_issuer,
        }))
    }

    pub(super) fn denied(denial: Denial) -> Self {
        Self(Err(denial))
    }

    /// `Some` when the answer is no.
    pub fn denial(&self) -> Option<&Denial> {
        self.0.as_ref().err()
    }

    pub(super) fn granted(self) -> Result<Granted, Denial> {
        self.0
    }
}

impl Denial {
    pub(super) fn read(parameters: &Parameters) -> Self {
        Self {
            error: parameters.only("error"),
            description: parameters.only("error_description"),
            uri: parameters.only("error_uri"),
        }
    }

    /// Its words, cleaned, and without any of `withheld`.
    pub(super) fn quoted(&self, withheld: &[&Secret]) -> Quoted {
        let told = |text: &Zeroizing<String>| withhold(text, withheld);
        let mut description = (self.description.as_ref()).map(|text| clean(&told(text), 256));
        if let Some(uri) = &self.uri {
            // Shown as text, and never opened.
            let uri = clean(&told(uri), 200);
            description = Some(match description {
                Some(description) => format!("{description} ({uri})"),
                None => uri,
            });
        }
        Quoted {
            status: None,
            error: (self.error.as_ref()).map(|error| in_error_charset(&told(error))),
            description: description.filter(|text| !text.is_empty()),
        }
    }

    /// The person themselves said no, as far as the server tells.
    pub fn is_refusal(&self) -> bool {
        let error = self.error.as_ref().map(|error| in_error_charset(error));
        error.as_deref() == Some("access_denied")
    }
}

/// Without the words, which may hold anything.
impl fmt::Debug for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Denial")
    }
}

/// RFC 6749 §4.1.2.1: `error` holds visible ASCII without quotation mark and backslash. Anything else
/// in it is left out.
fn in_error_charset(error: &str) -> String {
    let allowed = |c: &char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    let kept: String = error.chars().filter(allowed).collect();
    clean(&kept, 100)
}

impl Denial {
    /// For people; none of `withheld` is quoted.
    pub(super) fn problem(&self, withheld: &[&Secret]) -> Problem {
        let quoted = self.quoted(withheld);
        let (summary, remedy) = match quoted.error.as_deref() {
            Some("access_denied") => (
                "The approval was refused.",
                "If that was a mistake, authorize again and approve. Otherwise ask whoever runs the account whether you may.",
            ),
            Some("unauthorized_client") => (
                "The server does not let this client ask people for approval.",
                "Allow the authorization code grant for this client at the provider, then authorize again.",
            ),
            Some("invalid_scope") => (
                "The server does not know a scope that was asked for, or does not give it.",
                "Open the settings of the connection, correct its scopes, and authorize again.",
            ),
            Some("invalid_request" | "unsupported_response_type") => (
                "The server does not accept the sign-in request as it was written.",
                "Compare the redirect address with the one that is registered at the provider, and the provider file with its documentation.",
            ),
            Some("server_error" | "temporarily_unavailable") => (
                "The server could not handle the sign-in at the moment.",
                "Wait a minute and authorize again.",
            ),
            Some(
                "login_required"
                | "consent_required"
                | "interaction_required"
                | "account_selection_required",
            ) => (
                "The server needs you to sign in or choose first, and was not allowed to ask.",
                "Sign in to the provider in the browser, then authorize again.",
            ),
            _ => (
                "The server ended the sign-in without an approval.",
                "Read its words, and authorize again when what they name is settled.",
            ),
        };
        Problem::new(Code::AuthorizationDenied, summary, remedy).quoting(quoted)
    }
}

/// The parameters of a query, each with every value that stands there.
pub(super) struct Parameters(BTreeMap<String, Vec<Zeroizing<String>>>);

impl Parameters {
    pub(super) fn of(query: &str) -> Self {
        let mut all: BTreeMap<String, Vec<Zeroizing<String>>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let values = all.entry(name.into_owned()).or_default();
            values.push(Zeroizing::new(value.into_owned()));
        }
        Self(all)
    }

    /// The value of a parameter that stands there exactly once.
    pub(super) fn only(&self, name: &str) -> Option<Zeroizing<String>> {
        match self.0.get(name)?.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        }
    }

    /// The same, unless it is empty: RFC 6749 §3.1 has a parameter without a value count as left out. Some
    /// servers write both `code` and `error` and leave one of them empty.
    pub(super) fn given(&self, name: &str) -> Option<Zeroizing<String>> {
        self.only(name).filter(|value| !value.is_empty())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A parameter that stands there more than once (RFC 6749 §3.1 forbids it).
    pub(super) fn repeated(&self) -> Option<String> {
        let twice = |(_, values): &(&String, &Vec<_>)| values.len() > 1;
        self.0.iter().find(twice).map(|(name, _)| name.clone())
    }
}
