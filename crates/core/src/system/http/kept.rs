//! One request on a connection that is kept for the next. The same bounds hold as for a request with a
//! connection of its own, and the same functions choose the address.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use super::pool::{Key, Line, Pool};
use super::{Collected, Reply, directed, failure, left, with_our_own};
use crate::system::network::{Network, Target, shown_host};
use crate::system::proxy::Way;
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};

/// A request that must not be repeated goes on a connection only so long after its last answer: the
/// longer one waits, the likelier the server is just closing it.
const FRESH: Duration = Duration::from_secs(1);

type Sent = Request<Full<Bytes>>;

/// What became of a request on one connection.
enum Outcome {
    Answered(http::Response<Incoming>),
    /// The connection was gone, and the request surely was not seen.
    Unsent(Sent),
    Failed(TransportError),
}

impl Network {
    pub(super) async fn send_kept(
        &self,
        pool: &Pool,
        request: Request<Zeroizing<Vec<u8>>>,
        url: &Url,
        body_limit: usize,
    ) -> Result<Reply, TransportError> {
        let started = Instant::now();
        let target = Target::of(url)?;
        let key = Key::of(url, &target);
        let request = originated(request, url)?;
        let repeatable = request.method() == Method::GET;
        let patience = (!repeatable).then_some(FRESH);
        let mut line = match pool.take(&key, patience).await {
            Some(line) => line,
            None => self.dialled(url, &target).await?,
        };
        let mut outcome = self
            .asked_once(&mut line, request.clone(), url, started)
            .await;
        if line.used {
            // RFC 9110 §9.2.2: a GET may be sent again when a kept connection broke.
            let again = match outcome {
                Outcome::Unsent(request) => Ok(request),
                Outcome::Failed(error) if repeatable && error.kind == Kind::Closed => Ok(request),
                other => Err(other),
            };
            outcome = match again {
                Ok(request) => {
                    line = self.dialled(url, &target).await?;
                    self.asked_once(&mut line, request, url, started).await
                }
                Err(other) => other,
            };
        }
        let response = match outcome {
            Outcome::Answered(response) => response,
            Outcome::Unsent(_) => {
                return Err(TransportError::unsent(Kind::Closed, shown_host(url)));
            }
            Outcome::Failed(error) => return Err(error),
        };
        let total = left(self.settings.deadlines.total, started);
        let shown = shown_host(url);
        let reply = timeout(total, read(response, body_limit, &shown, &line, started))
            .await
            .unwrap_or_else(|_| Err(TransportError::sent(Kind::TotalTimeout, shown.clone())))?;
        pool.put(key, line);
        Ok(reply)
    }

    async fn asked_once(
        &self,
        line: &mut Line,
        request: Sent,
        url: &Url,
        started: Instant,
    ) -> Outcome {
        let deadlines = self.settings.deadlines;
        let first_byte = left(deadlines.first_byte.min(deadlines.total), started);
        match timeout(first_byte, line.sender.try_send_request(request)).await {
            Ok(Ok(response)) => Outcome::Answered(response),
            Ok(Err(mut failed)) => match failed.take_message() {
                Some(request) => Outcome::Unsent(request),
                None => Outcome::Failed(failure::explained_kept(
                    &failed.into_error(),
                    &shown_host(url),
                )),
            },
            Err(_) => Outcome::Failed(TransportError::sent(
                Kind::FirstByteTimeout,
                shown_host(url),
            )),
        }
    }

    /// A new connection, by the stages that every connection goes through.
    async fn dialled(&self, url: &Url, target: &Target) -> Result<Line, TransportError> {
        let addresses = self.resolve(url).await?;
        if directed(url, target, &addresses).is_none() && matches!(self.way(url), Way::Direct) {
            let kind = Kind::Malformed {
                reason: "connect-to cannot redirect a numeric address".to_owned(),
            };
            return Err(TransportError::unsent(kind, shown_host(url)));
        }
        let (stream, peer) = self
            .connect(&addresses)
            .await
            .map_err(|error| TransportError {
                host: shown_host(url),
                ..error
            })?;
        // Requests are small and wait for nothing; a failure costs time alone.
        let _ = stream.set_nodelay(true);
        let sender = match url.scheme() {
            "https" => opened(self.secured(url, stream).await?, url).await?,
            _ => opened(stream, url).await?,
        };
        Ok(Line {
            sender,
            peer,
            made: tokio::time::Instant::now(),
            used: false,
        })
    }
}

async fn opened(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    url: &Url,
) -> Result<http1::SendRequest<Full<Bytes>>, TransportError> {
    let (sender, connection) = http1::Builder::new()
        .max_headers(100)
        .max_buf_size(128 * 1024)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| TransportError {
            sent: false,
            ..failure::explained_kept(&error, &shown_host(url))
        })?;
    // It ends with its last request, or when nobody holds the other end; each request is told of its own
    // failure.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// `request` as a server reads it: the path alone in its first line (RFC 9112 §3.2.1).
fn originated(request: Request<Zeroizing<Vec<u8>>>, url: &Url) -> Result<Sent, TransportError> {
    let unusable = || {
        let reason = "the address cannot be sent".to_owned();
        TransportError::unsent(Kind::Malformed { reason }, shown_host(url))
    };
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let (parts, body) = request.into_parts();
    // The bytes stay in the wiping vector until the last reader lets go.
    let mut request = Request::new(Full::new(Bytes::from_owner(body)));
    *request.uri_mut() = target.parse::<Uri>().map_err(|_| unusable())?;
    let headers = with_our_own(parts.headers, url);
    *request.headers_mut() = headers;
    *request.method_mut() = parts.method;
    Ok(request)
}

async fn read(
    response: http::Response<Incoming>,
    limit: usize,
    shown: &str,
    line: &Line,
    started: Instant,
) -> Result<Reply, TransportError> {
    let (parts, mut body) = response.into_parts();
    let promised = body.size_hint().exact();
    let mut answer = Collected::begin(&parts.headers, promised, limit, shown)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| failure::explained_kept(&error, shown))?;
        if let Ok(chunk) = frame.into_data() {
            answer.add(&chunk)?;
        }
    }
    Ok(answer.ended(
        parts.status.as_u16(),
        parts.headers,
        Some(line.peer),
        started,
    ))
}
