//! One call of the validator, and what became of it.

use std::time::Duration;

use http::{HeaderValue, Method, Request, header};
use zeroize::Zeroizing;

use super::echo::Needles;
use super::specimen::Body;
use super::target::Target;
use crate::system::http::Reply;
use crate::system::network::Network;
use crate::system::transport_error::{TransportError, TransportErrorKind};

/// A longer answer is not read.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;

/// A validator that limits its callers is asked again this often, and no longer than this is waited for.
const PATIENCE: u32 = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const USUAL_WAIT: Duration = Duration::from_secs(1);

/// How a call differs from the one that Talkdesk makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    AsTalkdesk,
    /// The body says that it is plain text.
    AsText,
    /// GET, which has no body.
    Get,
    /// Without the caller's own credentials.
    Unnamed,
}

/// Sends calls one after another, counts them, and searches every answer for secrets.
pub(super) struct Sender<'a> {
    pub(super) network: &'a Network,
    pub(super) target: &'a Target,
    pub(super) needles: Needles,
    pub(super) calls: u32,
}

/// An answer, and whether it is free of what was sent.
pub(super) struct Answer {
    pub(super) reply: Reply,
    /// Its words may be quoted.
    pub(super) quotable: bool,
    /// Host that a redirect points to.
    pub(super) leads_to: Option<String>,
}

impl Sender<'_> {
    /// Sends `body` once; again only when the validator says that it wants to be asked later. `call` names
    /// the call in the verdict.
    pub(super) async fn send(
        &mut self,
        call: &str,
        manner: Manner,
        body: &Body,
    ) -> Result<Answer, TransportError> {
        let mut tries = 0;
        loop {
            let request = self.request(manner, body)?;
            self.calls += 1;
            let reply = self.network.send(request, BODY_LIMIT).await?;
            let quotable = self.needles.search(call, &reply.headers, &reply.body);
            tries += 1;
            match wait(&reply).filter(|_| tries <= PATIENCE) {
                Some(wait) => self.network.pause(wait).await,
                None => {
                    return Ok(Answer {
                        leads_to: reply.location_host(&self.target.url),
                        reply,
                        quotable,
                    });
                }
            }
        }
    }

    fn request(
        &self,
        manner: Manner,
        body: &Body,
    ) -> Result<Request<Zeroizing<Vec<u8>>>, TransportError> {
        let (method, media_type) = match manner {
            Manner::Get => (Method::GET, None),
            Manner::AsText => (Method::POST, Some("text/plain")),
            Manner::AsTalkdesk | Manner::Unnamed => (Method::POST, Some("application/json")),
        };
        let mut request = Request::new(match manner {
            Manner::Get => Zeroizing::new(Vec::new()),
            _ => body.clone(),
        });
        *request.method_mut() = method;
        *request.uri_mut() = self.target.url.as_str().parse().map_err(|_| {
            let reason = "the address cannot be written into a request".to_owned();
            let host = self.target.url.host_str().unwrap_or_default();
            TransportError::unsent(TransportErrorKind::Malformed { reason }, host)
        })?;
        let headers = request.headers_mut();
        if manner != Manner::Unnamed {
            headers.clone_from(&self.target.headers);
        }
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(media_type) = media_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        Ok(request)
    }
}

/// How long the validator wants to be left alone; `None` when this is its answer.
fn wait(reply: &Reply) -> Option<Duration> {
    let after = reply.retry_after();
    match reply.status {
        429 => Some(after.unwrap_or(USUAL_WAIT)),
        503 => after,
        _ => None,
    }
    .filter(|wait| *wait <= LONGEST_WAIT)
}
