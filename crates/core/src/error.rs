//! What went wrong, sorted by whose turn it is to act.

use serde::{Deserialize, Serialize};

/// A stable name for a kind of problem. A code exists only if a door acts on it: the command line
/// turns it into an exit status, the window into a way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Yours: a value is malformed; `field` says which.
    DraftInvalid,
    /// Yours: there is no connection, provider or file of that name.
    NotFound,
    /// Yours: the name is taken.
    AlreadyExists,
    /// Yours: the vault has no secret for this connection.
    SecretMissing,
    /// Yours: the connection was never proven, or was changed since.
    ExportNotValidated,
    /// Yours: a value cannot be carried exactly by the chosen format.
    ExportNotRepresentable,
    /// Yours: a typed confirmation is missing or differs.
    ConfirmationMissing,
    /// Yours: a person has to approve first, or again.
    AuthorizationRequired,
    /// Yours: nobody came back from the browser in time.
    AuthorizationTimedOut,
    /// Theirs: the person or the authorization server said no; it is quoted.
    AuthorizationDenied,
    /// Theirs: an authorization response, ID token or metadata that must not be believed.
    AuthorizationInvalid,
    /// Theirs: another account or person than the connection is for.
    WrongAccount,
    /// World: no port could be opened for the way back.
    ListenerFailed,
    /// Theirs: the token endpoint answered with an OAuth error; it is quoted.
    TokenRefused,
    /// Theirs: the API refused the token.
    ApiRefused,
    /// Theirs: neither a token nor an OAuth error.
    ResponseMalformed,
    /// World: DNS, TCP, TLS or a deadline.
    ServerUnreachable,
    /// World: no browser could be started.
    UserAgentUnavailable,
    /// World: this session has no clipboard, or it does not answer.
    ClipboardUnavailable,
    /// World: there is no keychain, or it does not answer.
    VaultUnavailable,
    /// World: the keychain is locked, or the request was dismissed.
    VaultDenied,
    /// World: a file could not be read or written.
    FileFailed,
    /// The person stopped.
    Cancelled,
    /// Ours: this must not happen.
    Internal,
}

/// The server's own words, cleaned of control characters and cut to a readable length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Quoted {
    /// HTTP status.
    pub status: Option<u16>,
    /// RFC 6749 §5.2 `error`.
    pub error: Option<String>,
    /// RFC 6749 §5.2 `error_description`, or the API's `message`.
    pub description: Option<String>,
}

/// A problem as it crosses a border: to the window, or to standard error. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[error("{summary}")]
pub struct Problem {
    pub code: Code,
    /// What happened, in one sentence.
    pub summary: String,
    /// What to do about it.
    pub remedy: String,
    /// The field of the draft or file that it is about, as a dotted path.
    pub field: Option<String>,
    pub quoted: Option<Box<Quoted>>,
}

/// For calls that tell all that is wrong at once.
impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

impl Problem {
    pub fn new(code: Code, summary: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            summary: summary.into(),
            remedy: remedy.into(),
            field: None,
            quoted: None,
        }
    }

    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    #[must_use]
    pub fn quoting(mut self, quoted: Quoted) -> Self {
        self.quoted = Some(Box::new(quoted));
        self
    }
}
