//! A person with a browser, and everything else that may knock at the redirect listener.

use std::sync::Mutex;
use std::time::Duration;

use proofkey_core::Problem;
use proofkey_core::error::Code;
use proofkey_core::ports::UserAgent;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;
use url::form_urlencoded::Serializer;

/// Longer than anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Shown {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Sends `request` to `authority` on a connection of its own.
pub(crate) async fn send(authority: &str, request: &[u8]) -> Shown {
    let mut stream = TcpStream::connect(authority).await.expect("connected");
    stream.write_all(request).await.expect("sent");
    read(&mut stream).await
}

/// One answer by its `Content-Length`; the connection stays open.
pub(crate) async fn read(stream: &mut TcpStream) -> Shown {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let mut chunk = [0; 4096];
        let length = timeout(PATIENCE, stream.read(&mut chunk))
            .await
            .expect("in time")
            .expect("readable");
        assert!(
            length > 0,
            "closed after {:?}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.extend_from_slice(&chunk[..length]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut shown = Shown {
        status: head[9..12].parse().expect("a status"),
        head,
        body: String::new(),
    };
    let length: usize = shown
        .header("content-length")
        .map_or(0, |value| value.parse().expect("a length"));
    let mut body = bytes.split_off(end);
    let come = body.len();
    body.resize(length, 0);
    if come < length {
        timeout(PATIENCE, stream.read_exact(&mut body[come..]))
            .await
            .expect("in time")
            .expect("the whole body");
    }
    shown.body = String::from_utf8_lossy(&body).into_owned();
    shown
}

/// A GET as a browser sends it.
pub(crate) async fn get(url: &Url) -> Shown {
    let authority = authority(url);
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nSec-Fetch-Mode: navigate\r\n\r\n");
    send(&authority, request.as_bytes()).await
}

pub(crate) fn authority(url: &Url) -> String {
    url[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
}

async fn post(url: &Url, form: &[(&str, &str)]) -> Shown {
    let authority = authority(url);
    let body = Serializer::new(String::new()).extend_pairs(form).finish();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        url.path(),
        body.len()
    );
    send(&authority, request.as_bytes()).await
}

/// Signs in at the practice Talkdesk and decides; where the browser is sent back to.
pub(crate) async fn decide(url: &Url, email: &str, password: &str, decision: &str) -> Url {
    let shown = get(url).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let (_, rest) = shown
        .body
        .split_once("name=\"page\" value=\"")
        .expect("a form");
    let page = rest.split_once('"').expect("its end").0;
    let form = [("page", page), ("email", email), ("password", password)];
    let shown = post(url, &form).await;
    assert!(shown.body.contains("Approve"), "{}", shown.body);
    let shown = post(url, &[("page", page), ("decision", decision)]).await;
    assert_eq!(shown.status, 303, "{}", shown.body);
    let location = shown.header("location").expect("a way back");
    location.parse().expect("an address")
}

/// Goes where the answer leads, as a browser does; the page at the end.
pub(crate) async fn land(callback: &Url) -> Shown {
    let shown = get(callback).await;
    let Some(location) = shown.header("location") else {
        return shown;
    };
    assert_eq!(shown.status, 303);
    assert!(
        !location.contains('?'),
        "the code stays in the address: {location}"
    );
    get(&callback.join(location).expect("an address")).await
}

/// A browser that hands every address to the test.
pub(crate) struct Browser {
    opened: mpsc::UnboundedSender<Url>,
    broken: bool,
}

impl Browser {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Url>) {
        let (opened, addresses) = mpsc::unbounded_channel();
        let broken = false;
        (Self { opened, broken }, addresses)
    }

    /// One that cannot be started.
    pub(crate) fn broken() -> Self {
        let broken = true;
        Self {
            broken,
            ..Self::new().0
        }
    }
}

impl UserAgent for Browser {
    fn open(&self, url: &Url) -> Result<(), Problem> {
        if self.broken {
            return Err(Problem::new(
                Code::UserAgentUnavailable,
                "No browser.",
                "Open it.",
            ));
        }
        self.opened.send(url.clone()).expect("the test listens");
        Ok(())
    }

    fn name(&self) -> Option<String> {
        Some("Stub".to_owned())
    }
}

/// Remembers what it is told.
#[derive(Default)]
pub(crate) struct Diary(Mutex<Vec<proofkey_core::border::AuthorizationEvent>>);

impl Diary {
    pub(crate) fn events(&self) -> Vec<proofkey_core::border::AuthorizationEvent> {
        self.0.lock().expect("whole").clone()
    }
}

impl proofkey_core::ports::AuthorizationWatcher for Diary {
    fn say(&self, event: proofkey_core::border::AuthorizationEvent) {
        self.0.lock().expect("whole").push(event);
    }
}
