//! Name, connection and certificate of the token endpoint, before any secret is sent to it.

use std::net::SocketAddr;

use tokio::net::TcpStream;
use url::Url;

use super::prove::Run;
use super::report::{Check, CheckId};
use super::transport;
use super::wording::quoted;
use crate::system::proxy::Route;
use crate::system::tls::TlsFacts;
use crate::system::transport_error::{TransportError, TransportErrorKind};

impl Run<'_> {
    /// The checks `dns`, `tcp` and `tls`; `None` when one failed.
    ///
    /// Where a proxy is in the way, the first two are about the proxy, and the third is about its
    /// tunnel and the server at the end of it.
    pub(super) async fn reach(&mut self, token_url: &Url) -> Option<()> {
        let route = self.network.route(token_url);
        let begun = self.journal.begin(CheckId::Dns);
        let addresses = match self.network.resolve(token_url).await {
            Ok(addresses) => addresses,
            Err(error) => {
                let check = self
                    .unreached(CheckId::Dns, token_url, &route, &error)
                    .await;
                return self.journal.end(begun, check);
            }
        };
        self.journal
            .end(begun, named(token_url, &route, &addresses))?;

        let begun = self.journal.begin(CheckId::Tcp);
        let (stream, address) = match self.network.connect(&addresses).await {
            Ok(connected) => connected,
            Err(error) => {
                let check = self
                    .unreached(CheckId::Tcp, token_url, &route, &error)
                    .await;
                return self.journal.end(begun, check);
            }
        };
        self.journal
            .end(begun, connected(token_url, &route, address))?;

        let begun = self.journal.begin(CheckId::Tls);
        let check = self.secured(token_url, &route, stream).await;
        self.journal.end(begun, check)
    }

    async fn secured(&self, url: &Url, route: &Route, stream: TcpStream) -> Check {
        if url.scheme() == "http" {
            // The review lets plain http through for loopback alone.
            return Check::skipped(
                CheckId::Tls,
                "The server is on this computer and is reached without encryption.",
            );
        }
        match self.network.handshake(url, stream).await {
            Ok(facts) => trusted(url, route, &facts),
            Err(error) => self.unreached(CheckId::Tls, url, route, &error).await,
        }
    }

    /// The verdict on `error`. Where the account may live elsewhere, the other regions are asked.
    async fn unreached(
        &self,
        id: CheckId,
        url: &Url,
        route: &Route,
        error: &TransportError,
    ) -> Check {
        let proxy = proxy_of(route).filter(|_| id != CheckId::Tls);
        let sightings = match error.kind {
            TransportErrorKind::UnknownHost | TransportErrorKind::TlsWrongName { .. }
                if proxy.is_none() =>
            {
                self.sightings().await
            }
            _ => Vec::new(),
        };
        let subject = proxy.unwrap_or_else(|| host(url));
        let check = transport::failed(id, &self.around(subject, &sightings), error);
        check.with_some("proxy", proxy_of(route))
    }
}

pub(super) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn proxy_of(route: &Route) -> Option<&str> {
    match route {
        Route::Proxy { proxy } => Some(proxy),
        Route::Direct | Route::Unsupported { .. } => None,
    }
}

fn named(url: &Url, route: &Route, addresses: &[SocketAddr]) -> Check {
    let summary = match proxy_of(route) {
        Some(proxy) => format!(
            "The proxy {} exists; it looks up {} itself.",
            quoted(proxy, 120),
            host(url)
        ),
        None => format!("The name {} exists.", host(url)),
    };
    let mut shown: Vec<String> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    shown.dedup();
    Check::passed(CheckId::Dns, summary)
        .with("host", host(url))
        .with("addresses", shown.join(" "))
        .with_some("proxy", proxy_of(route))
}

fn connected(url: &Url, route: &Route, address: SocketAddr) -> Check {
    let summary = match proxy_of(route) {
        Some(_) => "The proxy takes connections.".to_owned(),
        None => format!("{} takes connections.", host(url)),
    };
    Check::passed(CheckId::Tcp, summary)
        .with("address", address)
        .with_some("proxy", proxy_of(route))
}

fn trusted(url: &Url, route: &Route, facts: &TlsFacts) -> Check {
    let way = if proxy_of(route).is_some() {
        "The proxy leads on, the"
    } else {
        "The"
    };
    Check::passed(
        CheckId::Tls,
        format!(
            "{way} connection is encrypted, and the certificate of {} is trusted.",
            host(url)
        ),
    )
    .with("version", &facts.version)
    .with("certificate_issuer", &facts.issuer)
    .with("certificate_subject", &facts.subject)
    .with_some("not_after", facts.not_after)
    .with_some("proxy", proxy_of(route))
}
