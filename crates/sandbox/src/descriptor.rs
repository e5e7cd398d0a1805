//! How another process finds a running sandbox.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HOST};
use hyper_util::rt::TokioIo;
use proofkey_core::Problem;
use proofkey_core::border::{PracticeCustomer, PracticeView};
use proofkey_core::proofkey::PracticeNetwork;
use proofkey_core::system::connect_to::ConnectTo;
use proofkey_core::system::files::read_own;
use proofkey_core::system::tls::roots_from_pem;
use rustls::RootCertStore;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::control::{self, Order, Outcome};
use crate::sandbox;

/// The provider that a sandbox plays without a file of another.
const TALKDESK: &str = "talkdesk";
const FILE_NAME: &str = "sandbox.json";
/// A descriptor is about 2 KiB; anything much larger was not written by us.
const MAX_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(2);
/// Some orders have a key made, which takes a while.
const ORDER_PATIENCE: Duration = Duration::from_secs(30);
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Why nothing came of an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderFailed {
    #[error("The practice server cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
    #[error("The practice server does not know such orders.")]
    NotUnderstood,
}

/// Where a sandbox listens and which authority signs its certificates. Nothing in it opens anything but
/// this sandbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    pub port: u16,
    pub ca_pem: String,
    pub pid: u32,
    /// What a process has to say before it may give orders, so that no page of a browser can.
    #[serde(default)]
    pub word: String,
    /// The customer of the provider file that it plays; none for the practice Talkdesk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<PracticeCustomer>,
}

/// Without the word: whoever reads a log must not be able to give orders.
impl fmt::Debug for Descriptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Descriptor")
            .field("port", &self.port)
            .field("pid", &self.pid)
            .field("customer", &self.customer)
            .finish_non_exhaustive()
    }
}

impl Descriptor {
    /// Writes `sandbox.json` into `directory`, which must exist, in one step.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.persist(directory.join(FILE_NAME))?;
        Ok(())
    }

    /// What `directory` says; `None` when no sandbox was announced there. A file that is too long, that others
    /// may read, or that is no descriptor fails. The sandbox may have died since: ask [`Descriptor::answers`].
    pub fn read(directory: &Path) -> io::Result<Option<Self>> {
        let text = match read_own(&directory.join(FILE_NAME), MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.not_found() => return Ok(None),
            Err(error) => return Err(io::Error::other(error)),
        };
        Ok(Some(serde_json::from_slice(&text)?))
    }

    /// The sandbox that is announced in `directory` and still listens. What cannot be read, or is
    /// gone, is as good as none.
    pub async fn announced(directory: &Path) -> Option<Self> {
        let found = Self::read(directory).ok().flatten()?;
        found.answers().await.then_some(found)
    }

    /// The way there for practice connections, which have no other.
    ///
    /// Fails when the authority's certificate cannot be read.
    pub fn network(&self) -> Result<PracticeNetwork, Problem> {
        Ok(PracticeNetwork {
            connect_to: vec![self.connect_to().parse::<ConnectTo>()?],
            roots: roots_from_pem(self.ca_pem.as_bytes())?,
        })
    }

    /// Everything that there is to practise with; `elsewhere` when another process runs it.
    pub fn view(&self, elsewhere: bool) -> PracticeView {
        let nothing = Self::nothing();
        let view = PracticeView {
            running: true,
            elsewhere,
            address: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)).to_string()),
            ..nothing
        };
        match &self.customer {
            Some(customer) => PracticeView {
                provider: customer.provider.clone(),
                customer: Some(customer.clone()),
                ..view
            },
            None => PracticeView {
                accounts: sandbox::accounts(),
                issuer: Some(sandbox::issuer()),
                ..view
            },
        }
    }

    /// What there is to practise with while nothing runs.
    pub fn nothing() -> PracticeView {
        PracticeView {
            running: false,
            elsewhere: false,
            provider: TALKDESK.to_owned(),
            address: None,
            accounts: Vec::new(),
            issuer: None,
            customer: None,
        }
    }

    /// Removes the announcement if it is still this one.
    pub fn remove(&self, directory: &Path) -> io::Result<()> {
        if Self::read(directory)?.as_ref() == Some(self) {
            fs::remove_file(directory.join(FILE_NAME))?;
        }
        Ok(())
    }

    /// Whether this very sandbox still listens: its authority must vouch for whoever answers, so a
    /// stranger on the same port does not count.
    pub async fn answers(&self) -> bool {
        let attempt = tokio::time::timeout(PATIENCE, self.greet());
        matches!(attempt.await, Ok(Ok(_)))
    }

    /// For `--connect-to`: every host and port leads to the sandbox.
    pub fn connect_to(&self) -> String {
        format!("::127.0.0.1:{}", self.port)
    }

    /// Has the sandbox do something, and tells what came of it.
    pub async fn order(&self, order: &Order) -> Result<Outcome, OrderFailed> {
        let exchange = tokio::time::timeout(ORDER_PATIENCE, self.exchange(order));
        let reply = exchange.await.map_err(io::Error::from)??;
        serde_json::from_slice(&reply).map_err(|_| OrderFailed::NotUnderstood)
    }

    async fn exchange(&self, order: &Order) -> io::Result<Bytes> {
        let stream = TokioIo::new(self.greet().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream)
            .await
            .map_err(io::Error::other)?;
        let request = Request::post(control::PATH)
            .header(HOST, "localhost")
            .header(AUTHORIZATION, format!("Bearer {}", self.word))
            .body(Full::new(Bytes::from(serde_json::to_vec(order)?)))
            .map_err(io::Error::other)?;
        // It ends by itself when the sender is gone.
        let driven = tokio::spawn(connection);
        let response = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES);
        let body = body.collect().await.map_err(io::Error::other)?;
        driven.abort();
        Ok(body.to_bytes())
    }

    async fn greet(&self) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        let root =
            CertificateDer::from_pem_slice(self.ca_pem.as_bytes()).map_err(io::Error::other)?;
        roots.add(root).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).await?;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }
}
