//! A public JSON document of an authorization server: its metadata, its keys.

use http::{Request, header};
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use super::json;
use crate::error::{Code, Problem};
use crate::system::http::Reply;
use crate::system::network::Network;
use crate::system::transport_error::TransportError;
use crate::wording::clean;

/// A longer answer than this is none (rule D12).
pub const BODY_LIMIT: usize = 512 * 1024;

/// Why there is no document. Remote text in it is already cleaned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {kind}")]
pub struct DocumentError {
    /// What was asked.
    pub url: String,
    pub kind: DocumentErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentErrorKind {
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// Redirects are not followed (rule D11): whoever can send us elsewhere could name the keys.
    #[error("the server redirects instead of answering")]
    Redirected { location_host: Option<String> },
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the answer is not declared as JSON")]
    NotJson { content_type: Option<String> },
    #[error("the answer cannot be used: {reason}")]
    Malformed { reason: String },
}

impl DocumentError {
    /// Whether the server says that there is nothing at this address.
    pub fn is_absent(&self) -> bool {
        self.kind == DocumentErrorKind::Status(404)
    }
}

/// Asks `url` once, without any credential, and reads one JSON object.
pub async fn read(network: &Network, url: &Url) -> Result<Map<String, Value>, DocumentError> {
    let failed = |kind| DocumentError {
        url: clean(url.as_str(), 300),
        kind,
    };
    let request = Request::get(url.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Zeroizing::new(Vec::new()))
        .map_err(|_| failed(malformed("the address is not one")))?;
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(|error| failed(DocumentErrorKind::Transport(Box::new(error))))?;
    members(&reply, url).map_err(failed)
}

/// The JSON object of an answer with status 200.
pub(super) fn members(reply: &Reply, asked: &Url) -> Result<Map<String, Value>, DocumentErrorKind> {
    match reply.status {
        200 => {}
        300..=399 => {
            return Err(DocumentErrorKind::Redirected {
                location_host: reply.location_host(asked),
            });
        }
        status => return Err(DocumentErrorKind::Status(status)),
    }
    // RFC 7517 §8.5.2 gives key sets a type of their own that ends in +json.
    if !reply.is_json() {
        return Err(DocumentErrorKind::NotJson {
            content_type: reply.media_type().map(|text| clean(&text, 100)),
        });
    }
    json::parse_object(&reply.body).map_err(|problem| malformed(&problem.to_string()))
}

fn malformed(reason: &str) -> DocumentErrorKind {
    DocumentErrorKind::Malformed {
        reason: reason.to_owned(),
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error.kind {
            DocumentErrorKind::Transport(error) => (*error).into(),
            kind => Self::new(
                Code::ResponseMalformed,
                format!("{} gave nothing usable: {kind}.", error.url),
                "Check the address. If it is right, tell the operator of the server.",
            ),
        }
    }
}
