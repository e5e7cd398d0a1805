//! The way to a server, stage by stage: name, connection, handshake, request.
//!
//! The proof walks the stages one at a time to say where it stops; `send` walks them all. Both ask
//! the same functions for the address, so what was checked is what is connected to.

mod lookups;
mod stages;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType};
use rustls::ClientConfig;
use rustls_pki_types::CertificateDer;
use url::Url;

use self::lookups::Lookups;
use super::http::Pool;
use super::proxy::{Proxies, Route, Way, bare};
use super::tls::{self, ClientIdentity};
use super::transport_error::{TransportError, TransportErrorKind};
use crate::border::ProxyChoice;
use crate::error::Problem;
use crate::ports::Entropy;
use crate::system::address::names_loopback;
use crate::system::connect_to::ConnectTo;
use crate::system::entropy::OsEntropy;

/// How this program reaches servers.
#[derive(Clone, Default)]
pub struct NetworkSettings {
    /// The first rule that fits is used.
    pub connect_to: Vec<ConnectTo>,
    /// Authorities that are believed in addition to the system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    pub proxy: ProxyChoice,
    /// For practice connections: refuse every address that is not this machine.
    pub loopback_only: bool,
    pub deadlines: Deadlines,
    /// For services: connections are kept for the next request. `None` makes one for each request.
    pub kept: Option<Kept>,
}

/// Which connections are kept after an answer. Each was admitted when it was made (rule H6), and serves
/// only requests to the same scheme, host and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The most that wait for a server.
    pub per_host: usize,
    /// How long one waits at most. Many servers close after five seconds; a shorter wait meets fewer
    /// connections that are just being closed.
    pub idle: Duration,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            per_host: 1024,
            idle: Duration::from_secs(4),
        }
    }
}

/// How long each part of a request may take. Tests shorten them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For the name, and again for connection and handshake.
    pub connect: Duration,
    /// From the start of the request to the first byte of its answer.
    pub first_byte: Duration,
    /// From the start of the request to the end of its answer.
    pub total: Duration,
    /// Before a second try; up to half of it is added at random.
    pub pause: Duration,
    /// The longest `Retry-After` that is waited for; a longer one is reported instead.
    pub longest_retry_after: Duration,
}

impl Deadlines {
    /// For services: whoever asks to be asked later is not, since a request that sleeps keeps its place.
    pub fn of_service() -> Self {
        Self {
            longest_retry_after: Duration::ZERO,
            ..Self::default()
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(20),
            pause: Duration::from_millis(300),
            longest_retry_after: Duration::from_secs(3),
        }
    }
}

/// Addresses of a name, as the resolver gives them.
pub type Resolution<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Who turns a name into addresses. Fails with `io::ErrorKind::NotFound` when it is known that there is no such
/// name, and otherwise when nobody could tell.
pub trait Resolver: Send + Sync {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolution<'a>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolution<'a> {
        let host = host.to_owned();
        Box::pin(async move {
            let looking = tokio::task::spawn_blocking(move || looked_up(&host));
            let found = looking.await.map_err(io::Error::other)??;
            let with_port = |mut address: SocketAddr| {
                address.set_port(port);
                address
            };
            Ok(found.into_iter().map(with_port).collect())
        })
    }
}

/// The standard library asks the same, but tells why it failed by a text alone, which depends on the
/// language of the system.
fn looked_up(host: &str) -> io::Result<Vec<SocketAddr>> {
    let hints = AddrInfoHints {
        socktype: SockType::Stream.into(),
        ..AddrInfoHints::default()
    };
    match dns_lookup::getaddrinfo(Some(host), None, Some(hints)) {
        Ok(found) => Ok(found.flatten().map(|it| it.sockaddr).collect()),
        Err(error) => Err(match error.kind() {
            LookupErrorKind::NoName | LookupErrorKind::NoData => {
                io::Error::new(io::ErrorKind::NotFound, error)
            }
            _ => io::Error::other(error),
        }),
    }
}

/// Everything needed to reach a server. Unless it is told to keep connections, each request makes its own.
pub struct Network {
    pub(super) settings: NetworkSettings,
    pub(super) tls: ClientConfig,
    pub(super) pool: Option<Pool>,
    lookups: Lookups,
    proxies: Proxies,
}

impl Network {
    /// Reads the system's authorities and proxies. Fails when the proxy or an extra authority
    /// cannot be used.
    pub fn new(settings: NetworkSettings) -> Result<Self, Problem> {
        Self::with_resolver(settings, Arc::new(SystemResolver))
    }

    /// The same with another resolver; tests give names to loopback addresses with it.
    pub fn with_resolver(
        settings: NetworkSettings,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Self, Problem> {
        Ok(Self {
            tls: tls::client_config(&settings.extra_roots)?,
            proxies: Proxies::new(&settings.proxy)?,
            pool: settings.kept.map(Pool::new),
            lookups: Lookups::new(resolver),
            settings,
        })
    }

    /// Shows `identity` to every server that asks for a certificate.
    #[must_use]
    pub fn presenting(mut self, identity: &ClientIdentity) -> Self {
        self.tls.client_auth_cert_resolver = identity.resolver();
        self
    }

    /// Which way requests to `url` go. Loopback and connect-to targets are never proxied.
    pub fn route(&self, url: &Url) -> Route {
        Route::from(&self.way(url))
    }

    pub fn deadlines(&self) -> Deadlines {
        self.settings.deadlines
    }

    /// Waits before a second try: `base`, and up to half of it more so that many clients that failed
    /// together do not return together.
    pub(crate) async fn pause(&self, base: Duration) {
        let mut byte = [0_u8; 1];
        OsEntropy.fill(&mut byte);
        tokio::time::sleep(base + base.mul_f64(f64::from(byte[0]) / 510.0)).await;
    }

    pub(super) fn way(&self, url: &Url) -> Way {
        match Target::of(url) {
            Ok(target) if self.mapped(&target).is_some() => Way::Direct,
            _ => self.proxies.way(url),
        }
    }

    /// The connect-to rule for a target: host and port to use instead.
    fn mapped<'a>(&'a self, target: &'a Target) -> Option<(&'a str, u16)> {
        self.settings
            .connect_to
            .iter()
            .find_map(|rule| rule.target(&target.host, target.port))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Network")
            .field("connect_to", &self.settings.connect_to)
            .field("extra_roots", &self.settings.extra_roots.len())
            .field("loopback_only", &self.settings.loopback_only)
            .finish_non_exhaustive()
    }
}

/// Host and port of a URL that may be asked.
pub(super) struct Target {
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// It can only mean this machine.
    pub(super) loopback: bool,
}

impl Target {
    /// Fails with `NotHttps` unless `url` is https, or http to this machine, without credentials.
    pub(super) fn of(url: &Url) -> Result<Self, TransportError> {
        let shown = shown_host(url);
        let refused = || TransportError::unsent(TransportErrorKind::NotHttps, shown.clone());
        let host = bare(url.host_str().ok_or_else(refused)?).to_owned();
        let loopback = names_loopback(&host);
        let allowed = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        let credentials = !url.username().is_empty() || url.password().is_some();
        if !allowed || credentials {
            return Err(refused());
        }
        let port = url.port_or_known_default().ok_or_else(refused)?;
        Ok(Self {
            host,
            port,
            loopback,
        })
    }
}

/// Host and port for people and errors: "acme.talkdeskid.com", "127.0.0.1:8080".
pub(super) fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
