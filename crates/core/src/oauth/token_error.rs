//! Why there is no token, in kinds that can be told apart.

use std::time::Duration;

use crate::error::{Code, Problem, Quoted};
use crate::system::transport_error::TransportError;

/// A token request without a token. It never holds a body, a header or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct TokenError {
    pub kind: TokenErrorKind,
    /// HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// How many seconds the local clock is ahead of the server's, when the server told its time.
    pub clock_skew_seconds: Option<i64>,
    /// What was refused had been signed by the server's clock, because signing by the local one had been
    /// refused before.
    pub clock_corrected: bool,
}

/// Remote text in it is already cleaned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenErrorKind {
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// RFC 6749 §5.2, or another JSON object with a status that means no.
    #[error("the server refused the request")]
    Refused(Box<Quoted>),
    /// A redirect, which is never followed: it would carry the secret along (rule D11).
    #[error("the server redirects instead of answering")]
    Redirected { location_host: Option<String> },
    /// The answer is not declared as JSON.
    #[error("the answer is not JSON")]
    NotJson {
        content_type: Option<String>,
        looks_like_html: bool,
    },
    /// Status 429. `retry_after` is the server's wish.
    #[error("the server asks to wait")]
    TooManyRequests {
        retry_after: Option<Duration>,
        quoted: Option<Box<Quoted>>,
    },
    /// Status 503.
    #[error("the server is not available")]
    Unavailable {
        retry_after: Option<Duration>,
        quoted: Option<Box<Quoted>>,
    },
    /// Declared as JSON, but not a token answer (rule D13).
    #[error("the answer cannot be used: {reason}")]
    Malformed { reason: String },
    /// Status 200 with `error` and no token (rule D15).
    #[error("the server answered 200 with an error in it")]
    OkWithError(Box<Quoted>),
    /// The access token holds characters that must not stand in a header (rule D16).
    #[error("the access token holds characters that a header cannot carry")]
    UnsafeToken,
    #[error("the token is of an unknown type: {token_type}")]
    UnknownTokenType { token_type: String },
    /// The answer leads to an API where the token must not go. `named` is the host that it says; text
    /// without one is not repeated, since it could be the token.
    #[error("its {member} leads to \"{named}\", which {reason}")]
    StrayApiBase {
        member: String,
        named: String,
        reason: String,
    },
    /// Client ID, client secret or scopes hold characters that RFC 6749 Appendix A excludes.
    #[error("{reason}")]
    NotSendable { field: String, reason: String },
}

impl TokenError {
    /// The request was not made, because `field` cannot be sent.
    pub(crate) fn not_sendable(field: &str, reason: &str) -> Self {
        TokenErrorKind::NotSendable {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }
        .into()
    }

    /// The server's own words, when it used any.
    pub fn quoted(&self) -> Option<&Quoted> {
        match &self.kind {
            TokenErrorKind::Refused(quoted) | TokenErrorKind::OkWithError(quoted) => Some(quoted),
            TokenErrorKind::TooManyRequests { quoted, .. }
            | TokenErrorKind::Unavailable { quoted, .. } => quoted.as_deref(),
            _ => None,
        }
    }

    /// The server refused the client itself, and not what it asked for: RFC 6749 §5.2 `invalid_client`, or
    /// 401 for anything that is not about grant or scope.
    pub(crate) fn rejects_client(&self) -> bool {
        let (TokenErrorKind::Refused(quoted) | TokenErrorKind::OkWithError(quoted)) = &self.kind
        else {
            return false;
        };
        match quoted.error.as_deref() {
            Some("invalid_client") => true,
            Some("invalid_grant" | "invalid_scope") => false,
            _ => quoted.status == Some(401),
        }
    }

    pub fn retry_after(&self) -> Option<Duration> {
        match &self.kind {
            TokenErrorKind::TooManyRequests { retry_after, .. }
            | TokenErrorKind::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl From<TransportError> for TokenError {
    fn from(error: TransportError) -> Self {
        TokenErrorKind::Transport(Box::new(error)).into()
    }
}

/// Without an answer.
impl From<TokenErrorKind> for TokenError {
    fn from(kind: TokenErrorKind) -> Self {
        Self {
            kind,
            status: None,
            clock_skew_seconds: None,
            clock_corrected: false,
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let quoted = error.quoted().cloned();
        let wait = error.retry_after();
        let problem = match error.kind {
            TokenErrorKind::Transport(error) => return (*error).into(),
            TokenErrorKind::NotSendable { field, reason } => {
                return Self::new(
                    Code::DraftInvalid,
                    reason,
                    "Enter it again, without that character.",
                )
                .at(field);
            }
            TokenErrorKind::Refused(_) | TokenErrorKind::OkWithError(_) => Self::new(
                Code::TokenRefused,
                "The server refused to give a token.",
                "Check the client ID, its secret and the scopes.",
            ),
            TokenErrorKind::TooManyRequests { .. } | TokenErrorKind::Unavailable { .. } => {
                Self::new(
                    Code::TokenRefused,
                    "The server has no time for a token just now.",
                    waiting(wait),
                )
            }
            TokenErrorKind::StrayApiBase { named, reason, .. } => Self::new(
                Code::ResponseMalformed,
                format!(
                    "The server says that its API is at \"{named}\", which {reason}. The token was not used."
                ),
                "Check the address of the account. If the provider’s documentation names this host, add it to endpoints.api_base_from in the provider file.",
            ),
            kind => Self::new(
                Code::ResponseMalformed,
                format!("The token endpoint gave no token: {kind}."),
                "Check the address. If it is right, tell the operator of the server.",
            ),
        };
        match quoted {
            Some(quoted) => problem.quoting(quoted),
            None => problem,
        }
    }
}

fn waiting(wait: Option<Duration>) -> String {
    match wait {
        Some(wait) => format!("Try again in {} seconds.", wait.as_secs().max(1)),
        None => "Try again in a few minutes.".to_owned(),
    }
}
