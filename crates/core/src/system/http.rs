//! One bounded HTTP request: no redirect, no environment, no decompression, and no kept connection unless
//! a service asks for it.

mod failure;
mod kept;
mod pool;
mod reply;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, header};
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use super::network::{Network, Target, shown_host};
use super::proxy::{Way, bare};
use super::transport_error::{TransportError, TransportErrorKind as Kind};

pub(super) use failure::explained_io;
pub(super) use pool::Pool;
pub use reply::Reply;
use reply::http_date;

impl Network {
    /// Sends `request` once and reads an answer of at most `body_limit` bytes.
    ///
    /// Any status is an answer, redirects included. Fails with the kind of the stage that failed;
    /// `sent` in the error says whether the server may have seen the request.
    pub async fn send(
        &self,
        request: Request<Zeroizing<Vec<u8>>>,
        body_limit: usize,
    ) -> Result<Reply, TransportError> {
        let url = asked_url(&request)?;
        self.send_to(&url, request, body_limit).await
    }

    /// As [`Network::send`], to `url`, which was worked out before; the address in the request is not
    /// looked at.
    pub(crate) async fn send_to(
        &self,
        url: &Url,
        request: Request<Zeroizing<Vec<u8>>>,
        body_limit: usize,
    ) -> Result<Reply, TransportError> {
        if let Some(pool) = &self.pool {
            // Boxed: it is the larger way, and seldom taken.
            return Box::pin(self.send_kept(pool, request, url, body_limit)).await;
        }
        let started = Instant::now();
        let shown = shown_host(url);
        let addresses = self.resolve(url).await?;
        let (client, request) = self.prepared(request, url, &addresses)?;
        let deadlines = self.settings.deadlines;
        let late = |kind| TransportError::sent(kind, shown.clone());
        let first_byte = deadlines.first_byte.min(deadlines.total);
        let response = timeout(left(first_byte, started), client.execute(request))
            .await
            .map_err(|_| late(Kind::FirstByteTimeout))?
            .map_err(|error| failure::explained(&error, &shown))?;
        timeout(
            left(deadlines.total, started),
            read(response, body_limit, &shown, started),
        )
        .await
        .unwrap_or_else(|_| Err(late(Kind::TotalTimeout)))
    }

    /// A client that can reach nothing but `addresses`, and the request in its terms.
    fn prepared(
        &self,
        request: Request<Zeroizing<Vec<u8>>>,
        url: &Url,
        addresses: &[SocketAddr],
    ) -> Result<(reqwest::Client, reqwest::Request), TransportError> {
        let unusable = |reason: &str| {
            let kind = Kind::Malformed {
                reason: reason.to_owned(),
            };
            TransportError::unsent(kind, shown_host(url))
        };
        let target = Target::of(url)?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(self.settings.deadlines.connect);
        let mut asked = url.clone();
        if let Way::Tunnel(tunnel) = self.way(url) {
            let host = bare(tunnel.url.host_str().unwrap_or_default()).to_owned();
            let mut proxy = reqwest::Proxy::https(tunnel.url)
                .map_err(|_| unusable("the proxy address cannot be used"))?;
            if let Some(authorization) = tunnel.authorization {
                proxy = proxy.custom_http_auth(authorization);
            }
            builder = builder.proxy(proxy).resolve_to_addrs(&host, addresses);
        } else {
            builder = builder.resolve_to_addrs(&target.host, addresses);
            asked = directed(url, &target, addresses)
                .ok_or_else(|| unusable("connect-to cannot redirect a numeric address"))?;
        }
        let client = builder
            .build()
            .map_err(|_| unusable("the HTTP client could not be made"))?;
        Ok((client, converted(request, url, asked)))
    }
}

/// `url` with the port that is connected to. `None` when the URL holds an address and a connect-to
/// rule names another one: the certificate could not be checked against the first.
fn directed(url: &Url, target: &Target, addresses: &[SocketAddr]) -> Option<Url> {
    let first = addresses.first()?;
    let literal = target.host.parse::<std::net::IpAddr>();
    if literal.is_ok_and(|own| own != first.ip()) {
        return None;
    }
    let mut directed = url.clone();
    directed.set_port(Some(first.port())).ok()?;
    Some(directed)
}

fn converted(request: Request<Zeroizing<Vec<u8>>>, url: &Url, directed: Url) -> reqwest::Request {
    let (parts, body) = request.into_parts();
    let mut converted = reqwest::Request::new(parts.method, directed);
    *converted.headers_mut() = with_our_own(parts.headers, url);
    if !body.is_empty() {
        // The bytes stay in the wiping vector until the last reader lets go.
        *converted.body_mut() = Some(Bytes::from_owner(body).into());
    }
    converted
}

/// The headers that every request carries.
fn with_our_own(mut headers: HeaderMap, url: &Url) -> HeaderMap {
    // Nothing is decompressed, so nothing can swell (rule D12).
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    );
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_static(concat!("proofkey/", env!("CARGO_PKG_VERSION"))),
    );
    if let Ok(host) = HeaderValue::from_str(&shown_host(url)) {
        headers.insert(header::HOST, host);
    }
    headers
}

async fn read(
    mut response: reqwest::Response,
    limit: usize,
    shown: &str,
    started: Instant,
) -> Result<Reply, TransportError> {
    let status = response.status().as_u16();
    let peer = response.remote_addr();
    let headers = std::mem::take(response.headers_mut());
    let promised = response.content_length();
    let mut answer = Collected::begin(&headers, promised, limit, shown)?;
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failure::explained(&error, shown))?
    {
        answer.add(&chunk)?;
    }
    Ok(answer.ended(status, headers, peer, started))
}

/// A body on its way in, and what it may not become.
struct Collected<'a> {
    body: Zeroizing<Vec<u8>>,
    limit: usize,
    shown: &'a str,
}

impl<'a> Collected<'a> {
    /// Fails with `Encoded` or `BodyTooLarge` when the head alone says so.
    fn begin(
        headers: &HeaderMap,
        promised: Option<u64>,
        limit: usize,
        shown: &'a str,
    ) -> Result<Self, TransportError> {
        if let Some(encoding) = foreign_encoding(headers) {
            return Err(TransportError::sent(Kind::Encoded { encoding }, shown));
        }
        let promised = promised.unwrap_or(0);
        if promised > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(TransportError::sent(Kind::BodyTooLarge { limit }, shown));
        }
        let room = usize::try_from(promised).unwrap_or(0);
        Ok(Self {
            body: Zeroizing::new(Vec::with_capacity(room)),
            limit,
            shown,
        })
    }

    fn add(&mut self, chunk: &[u8]) -> Result<(), TransportError> {
        if self.body.len() + chunk.len() > self.limit {
            let kind = Kind::BodyTooLarge { limit: self.limit };
            return Err(TransportError::sent(kind, self.shown));
        }
        append(&mut self.body, chunk);
        Ok(())
    }

    fn ended(
        self,
        status: u16,
        headers: HeaderMap,
        peer: Option<SocketAddr>,
        started: Instant,
    ) -> Reply {
        Reply {
            status,
            server_date: headers
                .get(header::DATE)
                .and_then(|value| http_date(value.to_str().ok()?)),
            headers,
            body: self.body,
            elapsed: started.elapsed(),
            peer,
        }
    }
}

/// Grows by copying into a new vector, so that the old one is wiped and not just freed.
fn append(body: &mut Zeroizing<Vec<u8>>, chunk: &[u8]) {
    let needed = body.len() + chunk.len();
    if needed > body.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(body.len() * 2).max(4096)));
        larger.extend_from_slice(body);
        *body = larger;
    }
    body.extend_from_slice(chunk);
}

fn foreign_encoding(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .map(|value| {
            String::from_utf8_lossy(value.as_bytes())
                .trim()
                .to_ascii_lowercase()
        })
        .find(|encoding| !encoding.is_empty() && encoding != "identity")
        .map(|encoding| crate::wording::clean(&encoding, 40))
}

fn asked_url(request: &Request<Zeroizing<Vec<u8>>>) -> Result<Url, TransportError> {
    let text = request.uri().to_string();
    Url::parse(&text).map_err(|_| TransportError::unsent(Kind::NotHttps, String::new()))
}

fn left(limit: Duration, started: Instant) -> Duration {
    limit.saturating_sub(started.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_grows_keeps_its_bytes() {
        let mut body = Zeroizing::new(Vec::new());
        for byte in 0..=255_u8 {
            append(&mut body, &[byte; 100]);
        }
        assert_eq!(body.len(), 25_600);
        assert_eq!(body[25_599], 255);
    }
}
