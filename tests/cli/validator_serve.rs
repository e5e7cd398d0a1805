//! `proofkey validator serve` as a process: what it answers, what it writes down, and how it is told things.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const SECRET: &str = "canary-0f3a-right";

/// A system that knows one user.
pub(crate) fn upstream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || attended(&stream));
        }
    });
    address
}

fn attended(mut stream: &TcpStream) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    loop {
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        if head.is_empty() {
            return;
        }
        // ada:canary-0f3a-right
        let knows = head
            .iter()
            .any(|it| it.ends_with("Basic YWRhOmNhbmFyeS0wZjNhLXJpZ2h0"));
        let (status, body) = if knows {
            ("200 OK", r#"{"user":{"id":7,"name":"Ada"}}"#)
        } else {
            ("401 Unauthorized", r#"{"error":"no"}"#)
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

pub(crate) fn configuration(folder: &Path, path: &str, more: &str) -> PathBuf {
    let file = folder.join("validator.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\n{more}\n[health]\nlisten = \"127.0.0.1:0\"\n\n[[integration]]\n\
         path = \"{path}\"\nfields = {{ user = \"string\", password = \"secret\" }}\n\
         returns = {{ id = \"$.user.id\", name = \"$.user.name\" }}\n\n[integration.upstream]\n\
         api_base = \"http://{}\"\npath = \"/me\"\n\
         basic = {{ username = \"{{user}}\", password = \"{{password}}\" }}\n",
        upstream()
    );
    std::fs::write(&file, text).expect("the configuration");
    file
}

pub(crate) struct Service {
    child: Child,
    lines: Receiver<String>,
    address: SocketAddr,
    health: SocketAddr,
}

impl Service {
    /// `before` are words of a shell before the program: limits, sockets.
    pub(crate) fn start(config: &Path, before: &str, stdin: Stdio, notify: Option<&Path>) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args([
                "-c",
                &format!("{before} exec \"$0\" \"$@\" 3<&0 </dev/null"),
            ])
            .arg(env!("CARGO_BIN_EXE_proofkey"))
            .args(["validator", "serve", "--config"])
            .arg(config)
            .env_clear()
            .envs(notify.map(|path| ("NOTIFY_SOCKET", path)))
            .stdin(stdin)
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("proofkey starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (line, lines) = channel();
        std::thread::spawn(move || {
            for text in stderr.lines().map_while(Result::ok) {
                // The test has ended, when nobody listens.
                let _ = line.send(text);
            }
        });
        let mut service = Self {
            child,
            lines,
            address: SocketAddr::from(([0; 4], 0)),
            health: SocketAddr::from(([0; 4], 0)),
        };
        service.health = service.until("health")["detail"]
            .as_str()
            .expect("text")
            .parse()
            .expect("an address");
        service.address = service.until("started")["detail"]
            .as_str()
            .expect("text")
            .parse()
            .expect("an address");
        service
    }

    /// The next line about `event`; lines about others are passed over.
    pub(crate) fn until(&self, event: &str) -> Value {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no line about {event}"));
            assert!(!line.contains("canary"), "{line}");
            let value: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            if value["event"] == event {
                return value;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("an id");
        kill_process(Pid::from_raw(id).expect("an id"), signal).expect("sent");
    }

    pub(crate) fn ended(mut self) {
        self.signal(Signal::TERM);
        self.until("stopped");
        assert!(self.child.wait().expect("an end").success());
    }

    pub(crate) fn post(&self, path: &str, password: &str) -> (u16, String) {
        posted(self.address, path, password).expect("an answer")
    }

    fn metric(&self, name: &str) -> f64 {
        let head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let (_, text) = exchanged(self.health, head).expect("metrics");
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.rsplit(' ').next())
            .map_or(0.0, |it| it.parse().expect("a number"))
    }
}

/// A test that fails leaves nothing behind.
impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn posted(address: SocketAddr, path: &str, password: &str) -> std::io::Result<(u16, String)> {
    let body = format!(r#"{{"auth":{{"user":"ada","password":"{password}"}}}}"#);
    let mut request = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    let _infallible = write!(
        request,
        "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchanged(address, &request)
}

fn exchanged(address: SocketAddr, request: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.get(9..12).and_then(|it| it.parse().ok());
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned());
    status
        .zip(body)
        .ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
}

#[test]
fn it_answers_is_told_anew_and_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let service = Service::start(&config, "", Stdio::null(), None);
    let yes = (200, r#"{"id":7,"name":"Ada"}"#.to_owned());
    assert_eq!(service.post("/desk", SECRET), yes);
    assert_eq!(service.post("/desk", "canary-wrong").0, 401);
    assert_eq!(service.until("request")["outcome"], "accepted");
    assert_eq!(service.until("request")["reason"], "credentials");

    std::fs::write(&config, "listn = 1").expect("mistakes");
    service.signal(Signal::HUP);
    let why = service.until("not_reloaded")["detail"].to_string();
    assert!(why.contains("line 1") && why.contains("listn"), "{why}");
    assert_eq!(service.post("/desk", SECRET), yes);

    configuration(folder.path(), "/other", "");
    service.signal(Signal::HUP);
    service.until("reloaded");
    assert_eq!(service.post("/other", SECRET), yes);
    assert_eq!(service.post("/desk", SECRET).0, 404);
    service.ended();
}

#[test]
fn it_takes_the_socket_that_the_system_opened_and_says_when_it_is_ready() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let path = folder.path().join("notify");
    let notify = std::os::unix::net::UnixDatagram::bind(&path).expect("a socket");
    notify.set_read_timeout(Some(PATIENCE)).expect("set");
    let handed = Stdio::from(std::os::fd::OwnedFd::from(listener));
    let before = "LISTEN_FDS=1 LISTEN_PID=$$";
    let service = Service::start(&config, before, handed, Some(&path));
    assert_eq!(service.address, address);
    let mut told = [0; 64];
    let length = notify.recv(&mut told).expect("word");
    assert_eq!(&told[..length], b"READY=1");
    assert_eq!(service.post("/desk", SECRET).0, 200);
    service.ended();
    let length = notify.recv(&mut told).expect("word");
    assert_eq!(&told[..length], b"STOPPING=1");
}

/// Rule L14: 64 files at most, and more callers than that.
#[test]
fn without_files_left_it_waits_calmly_and_goes_on_when_there_are_some() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let service = Service::start(&config, "ulimit -n 64;", Stdio::null(), None);
    let held: Vec<TcpStream> = (0..120)
        .map_while(|_| TcpStream::connect(service.address).ok())
        .collect();
    assert!(held.len() > 64, "{}", held.len());
    drop(held);
    let began = std::time::Instant::now();
    while posted(service.address, "/desk", SECRET)
        .ok()
        .is_none_or(|(status, _)| status != 200)
    {
        assert!(began.elapsed() < PATIENCE, "it never came back");
    }
    let errors = service.metric("proofkey_validator_accept_errors_total ");
    assert!((1.0..1_000.0).contains(&errors), "{errors}");
    service.ended();
}

/// Rules J10 and L12.
#[cfg(target_os = "linux")]
#[test]
fn a_service_leaves_no_core_file_and_gains_no_privilege() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let service = Service::start(&config, "", Stdio::null(), None);
    let said = |file: &str| {
        let path = format!("/proc/{}/{file}", service.child.id());
        std::fs::read_to_string(path).expect("read")
    };
    let limits = said("limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let values: Vec<&str> = core.expect("a limit").split_whitespace().skip(4).collect();
    assert_eq!(values, ["0", "0", "bytes"]);
    // Landlock asks for it; where the system has none, nothing is asked.
    let symbols = std::fs::read_to_string("/proc/kallsyms").unwrap_or_default();
    if symbols.contains("landlock_restrict_self") {
        assert!(said("status").contains("NoNewPrivs:\t1"));
    }
    assert_eq!(service.post("/desk", SECRET).0, 200);
    service.ended();
}
