//! Why there is no fresh token.

use crate::connection::Connection;
use crate::error::{Code, Problem, Quoted};
use crate::oauth::TokenError;

/// A renewal without a token. Whatever it is, nothing was deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenewalError {
    #[error("nobody has approved yet")]
    NotApproved,
    #[error("there is no refresh token")]
    NoRefreshToken,
    /// The server does not take the refresh token any more; its words, when it was asked just now.
    #[error("the refresh token is refused")]
    Refused(Option<Box<Quoted>>),
    /// An earlier refresh was interrupted, and the server may have taken the token then.
    #[error("an earlier refresh was interrupted")]
    Interrupted,
    /// The provider file leads to another server than the one that gave the tokens.
    #[error("the provider file leads elsewhere now")]
    Elsewhere,
    /// The answer came, and is not to be believed: another person, or a wrong ID token.
    #[error("the answer is not to be believed: {0}")]
    Unbelieved(Box<Problem>),
    /// The token endpoint gave no token; the approval may be as good as before.
    #[error("{0}")]
    Token(Box<TokenError>),
    /// The new tokens came, and the vault did not take them.
    #[error("the new tokens could not be kept: {0}")]
    NotKept(Box<Problem>),
    /// A file, the vault or the connection.
    #[error("{0}")]
    Here(Box<Problem>),
}

impl RenewalError {
    /// Only a new approval helps.
    pub fn needs_approval(&self) -> bool {
        matches!(
            self,
            Self::NotApproved
                | Self::NoRefreshToken
                | Self::Refused(_)
                | Self::Interrupted
                | Self::Elsewhere
                | Self::Unbelieved(_)
        )
    }

    /// For people, about this connection.
    pub fn problem(self, connection: &Connection) -> Problem {
        let name = &connection.name;
        let required = |summary: String| {
            Problem::new(
                Code::AuthorizationRequired,
                summary,
                format!(
                    "Authorize it in the window, or run \"proofkey authorize {}\".",
                    connection.id
                ),
            )
        };
        match self {
            Self::NotApproved => required(format!("Nobody has approved “{name}” yet.")),
            Self::NoRefreshToken => required(format!(
                "The access token of “{name}” has ended, and the server gave no refresh token to get another with."
            )),
            Self::Refused(quoted) => {
                let problem = required(format!(
                    "The server no longer takes the refresh token of “{name}”, so somebody has to sign in again."
                ));
                match quoted {
                    Some(quoted) => problem.quoting(*quoted),
                    None => problem,
                }
            }
            Self::Interrupted => required(format!(
                "The last refresh of “{name}” was interrupted before its answer could be kept, so somebody has to sign in again. The old refresh token is not sent a second time, because the server would take that for misuse."
            )),
            Self::Elsewhere => required(format!(
                "The provider file of “{name}” leads to another server now than the one where it was approved, so its refresh token was not sent there."
            )),
            Self::Unbelieved(problem) | Self::NotKept(problem) | Self::Here(problem) => *problem,
            Self::Token(error) => (*error).into(),
        }
    }
}

impl From<Problem> for RenewalError {
    fn from(problem: Problem) -> Self {
        Self::Here(Box::new(problem))
    }
}

impl From<TokenError> for RenewalError {
    fn from(error: TokenError) -> Self {
        Self::Token(Box::new(error))
    }
}
