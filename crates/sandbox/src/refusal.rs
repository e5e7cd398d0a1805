//! The errors of the endpoints that only clients talk to (RFC 6749 §5.2).

use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};

use crate::keys::IssueError;
use crate::reply::Reply;

#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

impl Refusal {
    pub(crate) const fn bad_request(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description,
        }
    }

    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::bad_request("invalid_request", description)
    }

    pub(crate) const fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    pub(crate) const fn invalid_client(description: &'static str) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description,
        }
    }

    pub(crate) fn into_reply(self) -> Reply {
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

impl From<IssueError> for Refusal {
    fn from(_: IssueError) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            error: "server_error",
            description: "The sandbox could not sign a token",
        }
    }
}
