//! What the door needs of whoever stands behind it: the practice Talkdesk, or a peer of any provider.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::sign::CertifiedKey;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::authority::CertificatesByName;
use crate::door;
use crate::record::{Record, Records};
use crate::reply::Reply;

/// Somebody who answers requests.
pub(crate) trait Scene: Send + Sync + 'static {
    /// Its own time.
    fn now(&self) -> Timestamp;

    /// Everything that came in.
    fn records(&self) -> &Records;

    /// The request that is meant by one without TLS; `None` for what may not come that way.
    fn entered(&self, request: &Record) -> Option<Record>;

    /// The certificate for a server name (RFC 6066 §3); `None` ends the handshake.
    fn certificate(&self, host: &str) -> Option<Arc<CertifiedKey>>;

    /// Notes `request` and answers it.
    fn answer(&self, request: Record) -> impl Future<Output = Reply> + Send;
}

/// An open door. Dropping it closes it; [`Door::close`] also waits for the end.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Door {
    /// Opens it on 127.0.0.1, on the runtime of the caller; 0 takes any free port.
    pub(crate) async fn open(port: u16, scene: Arc<impl Scene>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let acceptor = acceptor(scene.clone())?;
        let serving = tokio::spawn(door::serve(listener, acceptor, scene, stopped));
        Ok(Self {
            address,
            stop,
            serving,
        })
    }

    /// Lets answers in progress finish (for a second at most) and frees the port.
    pub(crate) async fn close(self) -> io::Result<()> {
        self.stop.send_replace(true);
        self.serving.await.map_err(io::Error::other)
    }
}

fn acceptor(scene: Arc<impl Scene>) -> io::Result<TlsAcceptor> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(CertificatesByName(scene)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
