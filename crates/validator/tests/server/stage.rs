//! A service with judges that do as the credentials say, and raw sockets to it.

use std::hash::{Hash, Hasher};
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use proofkey_core::integration::{
    Answer, Auth, Gate, Health, Judgement, LeftOut, RefusedWhy, Scalar, UnclearWhy,
};
use proofkey_core::system::clock::SystemClock;
use proofkey_validator::server::{
    Breaker, Callers, Judge, Judging, Limits, Log, Mounted, Names, Patience, Proxies, Server,
    Settings, Sockets,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;

/// Everything waited for in a test comes long before this.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Does what the field `do` says; the system is the one that the field `host` names.
#[derive(Default)]
pub(crate) struct Obedient {
    pub(crate) asked: AtomicUsize,
    pub(crate) waiting: AtomicUsize,
    /// Those who wait go on by it.
    pub(crate) gate: Option<Semaphore>,
}

impl Obedient {
    pub(crate) fn gated() -> Arc<Self> {
        Arc::new(Self {
            gate: Some(Semaphore::new(0)),
            ..Self::default()
        })
    }

    pub(crate) fn open(&self, places: usize) {
        self.gate.as_ref().expect("a gate").add_permits(places);
    }

    async fn wait(&self) -> (Judgement, Health) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        match &self.gate {
            Some(gate) => gate.acquire().await.expect("a permit").forget(),
            None => std::future::pending().await,
        }
        (Judgement::Accepted(Answer::default()), Health::Well)
    }

    async fn obey(&self, auth: &Auth) -> (Judgement, Health) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let unclear = Judgement::Unclear;
        match text(auth, "do").as_deref() {
            Some("accept") => {
                let mut answer = Answer::default();
                answer.returned.insert("id".to_owned(), Scalar::Integer(7));
                if let Some(name) = text(auth, "without") {
                    answer.left_out.insert(name, LeftOut::Missing);
                }
                (Judgement::Accepted(answer), Health::Well)
            }
            Some("wait") => self.wait().await,
            Some("panic") => panic!("as it was told"),
            Some("outage") => (unclear(UnclearWhy::Unreachable), Health::Failing),
            Some("fail") => (unclear(UnclearWhy::ServerError), Health::Doubtful),
            Some("busy") => (unclear(UnclearWhy::Busy), Health::Busy),
            _ => (Judgement::Refused(RefusedWhy::Credentials), Health::Well),
        }
    }
}

impl Judge for Obedient {
    fn judge<'a>(&'a self, auth: &'a Auth, gate: &'a dyn Gate, longest: Duration) -> Judging<'a> {
        Box::pin(async move {
            let mut visit = match gate.enter(&text(auth, "host").unwrap_or_default()) {
                Ok(visit) => visit,
                Err(shut) => return Judgement::NotAsked(shut),
            };
            let late = (Judgement::Unclear(UnclearWhy::TimedOut), Health::Doubtful);
            let obeyed = tokio::time::timeout(longest, self.obey(auth)).await;
            let (judgement, health) = obeyed.unwrap_or(late);
            visit.learned(health);
            judgement
        })
    }

    fn client(&self, auth: &Auth, mut hasher: &mut dyn Hasher) -> bool {
        let client = text(auth, "client");
        client.hash(&mut hasher);
        client.is_some()
    }
}

fn text(auth: &Auth, name: &str) -> Option<String> {
    match auth.get(name) {
        Some(Scalar::Text(text)) => Some(text.expose().to_owned()),
        _ => None,
    }
}

/// No limits that a test did not ask for.
pub(crate) fn settings(judge: &Arc<Obedient>) -> Settings {
    Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        health: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        tls: None,
        callers: Callers::default(),
        hosts: Names::loopback(),
        proxies: Proxies::default(),
        limits: Limits {
            per_second: None,
            per_source: None,
            per_client: None,
            connections: 8_192,
            connections_per_peer: 8_192,
            ..Limits::default()
        },
        breaker: Breaker {
            failures: 5,
            rest: Duration::from_mins(1),
        },
        patience: Patience::default(),
        upstream_failure: StatusCode::UNAUTHORIZED,
        integrations: vec![mounted("/desk", judge)],
    }
}

pub(crate) fn mounted(path: &str, judge: &Arc<Obedient>) -> Mounted {
    Mounted {
        path: path.to_owned(),
        judge: Arc::clone(judge) as Arc<dyn Judge>,
        in_flight: None,
        timeout: Duration::from_secs(20),
    }
}

/// What the service wrote down.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("the log").clone()).expect("text")
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) written: Written,
    pub(crate) log: Log,
}

impl Stage {
    pub(crate) async fn start(settings: Settings) -> Self {
        let written = Written::default();
        let log = Log::new(written.clone());
        let server = Server::start(
            settings,
            Sockets::default(),
            log.clone(),
            Arc::new(SystemClock),
        );
        Self {
            server: server.await.expect("a server"),
            written,
            log,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Sends one request on a connection of its own.
    pub(crate) async fn post(&self, auth: &str) -> Seen {
        post(self.address(), auth).await
    }

    pub(crate) async fn raw(&self, bytes: &[u8]) -> Vec<Seen> {
        raw(self.address(), bytes).await
    }

    /// One metric, by the beginning of its line.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let address = self.server.health_address().expect("a health address");
        let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let body = raw(address, request).await.remove(0).body;
        let line = body.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.rsplit(' ').next())
            .map_or(0.0, |value| value.parse().expect("a number"))
    }

    /// Until the metric has the value, as the service itself counts it.
    pub(crate) async fn until_metric(&self, name: &str, is: impl Fn(f64) -> bool) {
        let reached = async {
            while !is(self.metric(name).await) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, reached)
            .await
            .unwrap_or_else(|_| panic!("{name} in time"));
    }
}

pub(crate) async fn post(address: SocketAddr, auth: &str) -> Seen {
    let mut seen = raw(address, &request("/desk", auth)).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen.remove(0)
}

/// A whole request that asks for the connection to be closed.
pub(crate) fn request(path: &str, auth: &str) -> Vec<u8> {
    with_headers(path, auth, "Connection: close\r\n")
}

pub(crate) fn with_headers(path: &str, auth: &str, headers: &str) -> Vec<u8> {
    let body = format!("{{\"auth\":{auth}}}");
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Everything that the peer says after `bytes`, until it closes.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<Seen> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("sent");
    answers(&to_the_end(&mut stream).await)
}

pub(crate) async fn to_the_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let read = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut all)).await;
    // A reset after the answer is a close as well.
    let _closed_or_reset = read.expect("closed in time");
    all
}

/// A connection from an address of this machine's choice.
pub(crate) async fn from(source: IpAddr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(source, 0))?;
    socket.connect(to).await
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// The answers in `bytes`, each with its length in its head.
pub(crate) fn answers(mut bytes: &[u8]) -> Vec<Seen> {
    let mut seen = Vec::new();
    while let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let status = head.split(' ').nth(1).expect("a status");
        let status = status.parse().expect("a number");
        let mut one = Seen {
            status,
            head,
            body: String::new(),
        };
        let length: usize = one
            .header("content-length")
            .map_or(0, |it| it.parse().expect("a length"));
        let rest = &bytes[end + 4..];
        one.body = String::from_utf8(rest[..length].to_vec()).expect("text");
        seen.push(one);
        bytes = &rest[length..];
    }
    assert!(bytes.is_empty(), "half an answer");
    seen
}
