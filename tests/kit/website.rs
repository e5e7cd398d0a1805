//! A small web server on loopback: pages by path, to be changed while it runs, and a record of every
//! request.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit that cannot be set up ends the test that asked for it"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::answer;

/// Answers GET requests, 404 for what was not put there. It stops when it is dropped.
pub struct Website {
    origin: String,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// Whole answers by path and query.
    pages: BTreeMap<String, Vec<u8>>,
    requests: Vec<String>,
}

impl Website {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let task = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self {
            origin: format!("http://{address}"),
            shared,
            task,
        }
    }

    /// "<http://127.0.0.1:PORT>".
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn url(&self, path: &str) -> url::Url {
        format!("{}{path}", self.origin)
            .parse()
            .expect("an origin and a path make a URL")
    }

    pub fn put(&self, path: &str, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let page = answer(status, headers, body);
        self.locked(|shared| shared.pages.insert(path.to_owned(), page));
    }

    pub fn put_json(&self, path: &str, body: &Value) {
        let headers = [("Content-Type", "application/json")];
        self.put(path, 200, &headers, body.to_string().as_bytes());
    }

    pub fn remove(&self, path: &str) {
        self.locked(|shared| shared.pages.remove(path));
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        let path = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
        self.locked(|shared| shared.requests.iter().map(path).collect())
    }

    /// Whole requests, headers included.
    pub fn requests(&self) -> Vec<String> {
        self.locked(|shared| shared.requests.clone())
    }

    fn locked<T>(&self, act: impl FnOnce(&mut Shared) -> T) -> T {
        act(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Website {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that hangs up early is the client's business.
            let _ = converse(stream, &shared).await;
        });
    }
}

async fn converse(mut stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    let request = String::from_utf8_lossy(&bytes).into_owned();
    let page = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let path = request.split(' ').nth(1).unwrap_or_default();
        let page = shared.pages.get(path).cloned();
        shared.requests.push(request);
        page
    };
    let page = page.unwrap_or_else(|| answer(404, &[("Content-Type", "text/plain")], b"none"));
    stream.write_all(&page).await?;
    stream.shutdown().await
}
