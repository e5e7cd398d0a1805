//! The listener calls itself before the browser goes out, so that a closed way back is known early.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::RedirectListener;
use crate::connection::LoopbackFamily;
use crate::ports::Entropy;
use crate::provider::RedirectHost;
use crate::system::address::is_loopback;

/// A call to this machine that takes longer is caught by something.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the call found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// Families on which this very listener answered.
    pub answering: Vec<LoopbackFamily>,
    /// Families that are bound but did not let the call through.
    pub silent: Vec<LoopbackFamily>,
    /// For a redirect to localhost: addresses of that name that are not this machine.
    pub astray: Vec<IpAddr>,
}

impl RedirectListener {
    /// Calls every bound address under a path of its own that is used once, and sees whether the call
    /// came in at this listener.
    pub async fn preflight(&self, entropy: &dyn Entropy) -> Preflight {
        let mut found = Preflight {
            answering: Vec::new(),
            silent: Vec::new(),
            astray: self.astray().await,
        };
        for (index, family) in self.families.iter().enumerate() {
            if self.answers(index, *family, entropy).await {
                found.answering.push(*family);
            } else {
                found.silent.push(*family);
            }
        }
        found
    }

    async fn answers(&self, index: usize, family: LoopbackFamily, entropy: &dyn Entropy) -> bool {
        let mut random = [0; 16];
        entropy.fill(&mut random);
        let path = format!("/{}", URL_SAFE_NO_PAD.encode(random));
        let Some(throwaway) = self.door.throwaway(index, path.clone()) else {
            return false;
        };
        let call = async {
            let mut stream = TcpStream::connect(SocketAddr::new(ip(family), self.port)).await?;
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n",
                self.door.authority
            );
            stream.write_all(request.as_bytes()).await?;
            let mut status = [0; 12];
            stream.read_exact(&mut status).await?;
            Ok::<_, std::io::Error>(status == *b"HTTP/1.1 204")
        };
        matches!(timeout(PATIENCE, call).await, Ok(Ok(true))) && throwaway.was_seen()
    }

    async fn astray(&self) -> Vec<IpAddr> {
        if self.host != RedirectHost::Localhost {
            return Vec::new();
        }
        let lookup = tokio::net::lookup_host(("localhost", self.port));
        match timeout(PATIENCE, lookup).await {
            Ok(Ok(addresses)) => addresses
                .map(|address| address.ip())
                .filter(|ip| !is_loopback(*ip))
                .collect(),
            // A name that cannot be looked up here may still be known to the browser.
            _ => Vec::new(),
        }
    }
}

fn ip(family: LoopbackFamily) -> IpAddr {
    match family {
        LoopbackFamily::V4 => Ipv4Addr::LOCALHOST.into(),
        LoopbackFamily::V6 => Ipv6Addr::LOCALHOST.into(),
    }
}
