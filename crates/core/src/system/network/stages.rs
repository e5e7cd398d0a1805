//! The stages of a connection.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::{Network, Target, shown_host};
use crate::system::address::{is_loopback, is_private};
use crate::system::http::explained_io;
use crate::system::proxy::{Tunnel, Way, bare};
use crate::system::tls::{TlsFacts, facts};
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};

impl Network {
    /// The addresses a request to `url` would connect to: the proxy's, a connect-to rule's, or the
    /// server's own.
    ///
    /// Fails with `UnknownHost` or `ResolverSilent`, with `PrivateAddress` when a public name leads
    /// into a private network (rule H6), and with `NotLoopback` when only this machine is allowed.
    pub async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, TransportError> {
        let target = Target::of(url)?;
        let shown = shown_host(url);
        match self.way(url) {
            Way::Unsupported { .. } => Err(TransportError::unsent(Kind::ProxyUnsupported, shown)),
            Way::Tunnel(tunnel) if !self.settings.loopback_only => {
                let host = bare(tunnel.url.host_str().unwrap_or_default());
                let port = tunnel.url.port_or_known_default().unwrap_or(80);
                self.look_up(host, port).await
            }
            Way::Tunnel(_) | Way::Direct => {
                let mapped = self.mapped(&target);
                let (host, port) = mapped.unwrap_or((&target.host, target.port));
                let addresses = self.look_up(host, port).await?;
                for address in &addresses {
                    self.admit(*address, &target, mapped.is_some(), &shown)?;
                }
                Ok(addresses)
            }
        }
    }

    /// Connects to the first of `addresses` that answers, all within the connect deadline.
    ///
    /// Fails as the last address did: `Refused`, `Unreachable` or `ConnectTimeout`.
    pub async fn connect(
        &self,
        addresses: &[SocketAddr],
    ) -> Result<(TcpStream, SocketAddr), TransportError> {
        let deadline = Instant::now() + self.settings.deadlines.connect;
        let mut failure = TransportError::unsent(Kind::UnknownHost, String::new());
        for (position, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            let remaining = u32::try_from(addresses.len() - position).unwrap_or(u32::MAX);
            let kind = match timeout(left / remaining, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok((stream, *address)),
                Ok(Err(error)) => explained_io(&error).unwrap_or(Kind::Unreachable),
                Err(_) => Kind::ConnectTimeout,
            };
            failure = TransportError::unsent(kind, address.to_string());
        }
        Err(failure)
    }

    /// Opens the proxy's tunnel when there is one, and makes the connection secure.
    ///
    /// Fails with `NotHttps` for a plain address, `ProxyRefused`, one of the `Tls` kinds, or
    /// `Closed` when the peer hangs up.
    pub async fn handshake(
        &self,
        url: &Url,
        stream: TcpStream,
    ) -> Result<TlsFacts, TransportError> {
        let secure = self.secured(url, stream).await?;
        Ok(facts(secure.get_ref().1))
    }

    /// As [`Network::handshake`], for whoever goes on with the connection.
    pub(in crate::system) async fn secured(
        &self,
        url: &Url,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, TransportError> {
        let shown = shown_host(url);
        let failed = |kind| TransportError::unsent(kind, shown.clone());
        if url.scheme() != "https" {
            return Err(failed(Kind::NotHttps));
        }
        let target = Target::of(url)?;
        let deadline = Instant::now() + self.settings.deadlines.connect;
        let stream = match self.way(url) {
            Way::Direct => stream,
            Way::Unsupported { .. } => return Err(failed(Kind::ProxyUnsupported)),
            Way::Tunnel(tunnel) => timeout_at(deadline, open_tunnel(stream, &target, &tunnel))
                .await
                .unwrap_or(Err(Kind::ConnectTimeout))
                .map_err(failed)?,
        };
        let name = ServerName::try_from(target.host.clone()).map_err(|_| {
            failed(Kind::TlsOther {
                reason: "the host is not a valid name".to_owned(),
            })
        })?;
        let connector = TlsConnector::from(Arc::new(self.tls.clone()));
        match timeout_at(deadline, connector.connect(name, stream)).await {
            Ok(Ok(secure)) => Ok(secure),
            Ok(Err(error)) => Err(failed(explained_io(&error).unwrap_or(Kind::TlsOther {
                reason: crate::wording::clean(&error.to_string(), 200),
            }))),
            Err(_) => Err(failed(Kind::ConnectTimeout)),
        }
    }

    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
        let failed = |kind| TransportError::unsent(kind, host.to_owned());
        if let Ok(address) = host.parse() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let looking = self.lookups.look_up(host, port);
        // Boxed: every request that is waited for would be larger by it.
        let looking = Box::pin(timeout(self.settings.deadlines.connect, looking));
        match looking.await {
            Ok(Ok(addresses)) if addresses.is_empty() => Err(failed(Kind::UnknownHost)),
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(failed(Kind::UnknownHost))
            }
            Ok(Err(_)) | Err(_) => Err(failed(Kind::ResolverSilent)),
        }
    }

    fn admit(
        &self,
        address: SocketAddr,
        target: &Target,
        mapped: bool,
        shown: &str,
    ) -> Result<(), TransportError> {
        let ip = address.ip();
        // A name like localhost means this machine unless a connect-to rule leads it elsewhere, and
        // practice allows nothing else at all.
        let here_only = self.settings.loopback_only || (target.loopback && !mapped);
        let refused = match is_loopback(ip) {
            true if here_only || mapped => return Ok(()),
            false if here_only => Kind::NotLoopback { address: ip },
            _ if !mapped && is_private(ip) => Kind::PrivateAddress { address: ip },
            _ => return Ok(()),
        };
        Err(TransportError::unsent(refused, shown))
    }
}

/// RFC 9110 §9.3.6. The answer's head is read byte by byte so that nothing of the tunnel is taken.
async fn open_tunnel(
    mut stream: TcpStream,
    target: &Target,
    tunnel: &Tunnel,
) -> Result<TcpStream, Kind> {
    let host = if target.host.contains(':') {
        format!("[{}]", target.host)
    } else {
        target.host.clone()
    };
    let authority = format!("{host}:{}", target.port);
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(authorization) = &tunnel.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let failed = |error: std::io::Error| explained_io(&error).unwrap_or(Kind::Closed);
    stream.write_all(&request).await.map_err(failed)?;
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= 8192 {
            return Err(Kind::ProxyRefused { status: None });
        }
        head.push(stream.read_u8().await.map_err(failed)?);
    }
    match status(&head) {
        Some(200) => Ok(stream),
        status => Err(Kind::ProxyRefused { status }),
    }
}

fn status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head).ok()?.lines().next()?;
    let mut words = line.split(' ');
    words
        .next()
        .filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}
