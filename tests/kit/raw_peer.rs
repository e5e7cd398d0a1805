//! A server that does exactly what a script says, wrong things included, and remembers every byte it
//! was sent. What the peer saw decides a test, not what we say of ourselves.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit that cannot be set up ends the test that asked for it"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One thing to do on a connection. After the last one the connection is closed in good order.
#[derive(Clone, Debug)]
pub enum Act {
    /// Read one whole request, by its `Content-Length`.
    Read,
    Send(Vec<u8>),
    /// Send this again and again until the other side hangs up.
    Flood(Vec<u8>),
    /// Send byte by byte with this much time between.
    Drip(Vec<u8>, Duration),
    /// Keep the connection open until the other side hangs up.
    Hold,
    /// Carry every byte to and from this address, as a proxy does after `CONNECT`.
    Tunnel(SocketAddr),
    /// Let go without a goodbye; over TLS that is a truncated close.
    Drop,
    /// Reset the connection before anything else; only as the first act.
    Reset,
}

/// What to do on the n-th connection, counted from zero.
type Script = Arc<dyn Fn(usize) -> Vec<Act> + Send + Sync>;

/// A listener on loopback with a script. It stops when it is dropped.
pub struct RawPeer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    /// Every request that came in whole or in part, as bytes; after decryption for a TLS peer.
    requests: Vec<Vec<u8>>,
}

impl RawPeer {
    /// Speaks plain TCP.
    pub async fn plain(script: impl Fn(usize) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(script)).await
    }

    /// Speaks TLS with `config`; the script begins after the handshake.
    pub async fn secure(
        config: ServerConfig,
        script: impl Fn(usize) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), Arc::new(script)).await
    }

    async fn start(tls: Option<TlsAcceptor>, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(serve(listener, tls, script, Arc::clone(&seen)));
        Self {
            address,
            seen,
            task,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// "<http://127.0.0.1:PORT/path>".
    pub fn url(&self, path: &str) -> url::Url {
        format!("http://{}{path}", self.address)
            .parse()
            .expect("an address and a path make a URL")
    }

    pub fn connections(&self) -> usize {
        locked(&self.seen).connections
    }

    /// Requests of which at least one byte arrived.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        locked(&self.seen).requests.clone()
    }

    /// The same as text, for assertions on lines.
    pub fn request_texts(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

impl Drop for RawPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole HTTP/1.1 answer with a right `Content-Length`; it ends the connection.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} Scripted\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    let length = format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    bytes.extend_from_slice(length.as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The acts of a server that reads a request and answers it with JSON.
pub fn json_answer(status: u16, body: &str) -> Vec<Act> {
    let headers = [("Content-Type", "application/json")];
    vec![
        Act::Read,
        Act::Send(answer(status, &headers, body.as_bytes())),
    ]
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    script: Script,
    seen: Arc<Mutex<Seen>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let number = {
            let mut seen = locked(&seen);
            seen.connections += 1;
            seen.connections - 1
        };
        let (acts, tls, seen) = (script(number), tls.clone(), Arc::clone(&seen));
        tokio::spawn(async move {
            // A broken connection is what many scripts are about; the record says what arrived.
            let _ = converse(stream, tls, acts, &seen).await;
        });
    }
}

async fn converse(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    acts: Vec<Act>,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    if matches!(acts.first(), Some(Act::Reset)) {
        return reset(&stream);
    }
    match tls {
        None => perform(stream, acts, seen).await,
        Some(acceptor) => perform(acceptor.accept(stream).await?, acts, seen).await,
    }
}

/// A close with time to live zero is a reset instead of a goodbye.
fn reset(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_zero_linger()
}

async fn perform<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    acts: Vec<Act>,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    for act in acts {
        match act {
            Act::Read => read_request(&mut stream, seen).await?,
            Act::Send(bytes) => stream.write_all(&bytes).await?,
            Act::Flood(bytes) => loop {
                stream.write_all(&bytes).await?;
            },
            Act::Drip(bytes, between) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    stream.flush().await?;
                    tokio::time::sleep(between).await;
                }
            }
            Act::Hold => while stream.read(&mut [0; 1024]).await? > 0 {},
            Act::Tunnel(target) => {
                let mut onward = TcpStream::connect(target).await?;
                tokio::io::copy_bidirectional(&mut stream, &mut onward).await?;
            }
            Act::Drop | Act::Reset => return Ok(()),
        }
    }
    stream.shutdown().await
}

async fn read_request<S: AsyncRead + Unpin>(
    stream: &mut S,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    let mut buffer = [0_u8; 8192];
    let mut slot = None;
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let mut seen = locked(seen);
        let index = *slot.get_or_insert_with(|| {
            seen.requests.push(Vec::new());
            seen.requests.len() - 1
        });
        let request = &mut seen.requests[index];
        request.extend_from_slice(&buffer[..count]);
        if is_whole(request) {
            return Ok(());
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    body_of(request).is_some()
}

/// The body of a request that has come in whole.
pub(crate) fn body_of(request: &[u8]) -> Option<&[u8]> {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|value| value.trim().parse::<usize>().ok())
        .unwrap_or(0);
    request.get(end + 4..end + 4 + length)
}

fn locked(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
