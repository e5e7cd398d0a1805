//! Whoever else knocks at the redirect listener while a person is in the browser.

use std::collections::HashSet;
use std::time::Instant;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};
use url::Url;

use crate::stage::{Attempt, Stage, options};
use crate::visitor::{PATIENCE, authority, get, land, read, send};

/// How long the true callback may take, whoever else is there.
const PROMPTLY: Duration = Duration::from_millis(300);

struct Scene {
    stage: Stage,
    attempt: Attempt,
    callback: Url,
    /// Of the listener.
    authority: String,
    path: String,
}

impl Scene {
    /// The person has approved and is about to come back.
    async fn set() -> Self {
        let stage = Stage::set("oceanic").await;
        let attempt = stage.begin(options()).await;
        let callback = stage.decide(&attempt, "approve").await;
        let uri = attempt.redirect_uri();
        Self {
            stage,
            attempt,
            callback,
            authority: authority(&uri),
            path: uri.path().to_owned(),
        }
    }

    /// The true callback still counts, and promptly: its answer is held until the code is redeemed, so
    /// what is timed is that the redemption has begun.
    async fn still_works(self) {
        let started = Instant::now();
        let stage = &self.stage;
        let landing = tokio::spawn(async move { land(&self.callback).await });
        let redeemed = async {
            while stage.sandbox.tally().codes_redeemed == 0 {
                tokio::task::yield_now().await;
            }
            started.elapsed()
        };
        let waited = timeout(PATIENCE, redeemed).await.expect("in time");
        assert!(waited < PROMPTLY, "{waited:?}");
        let shown = landing.await.expect("no panic");
        assert!(shown.body.contains("Your approval has arrived"));
        self.attempt.ended().await.expect("approved");
        assert_eq!(self.stage.sandbox.tally().codes_redeemed, 1);
    }

    fn host(&self) -> String {
        format!("Host: {}\r\n", self.authority)
    }

    /// The true callback as a browser would ask for it.
    fn target(&self) -> String {
        self.callback[url::Position::BeforePath..].to_owned()
    }
}

fn request(method: &str, target: &str, headers: &str) -> Vec<u8> {
    format!("{method} {target} HTTP/1.1\r\n{headers}\r\n").into_bytes()
}

/// Names that lead here, or nearly, and are not the one in the redirect URI.
fn foreign_hosts(authority: &str) -> Vec<String> {
    let port = authority.rsplit(':').next().expect("a port").to_owned();
    let mut hosts: Vec<String> = Vec::new();
    for name in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.0.0.1.",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "::1",
        "[::ffff:127.0.0.1]",
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "localhost.evil.example",
        "user@127.0.0.1",
        "127.0.0.1@evil.example",
        "http://127.0.0.1",
        "//127.0.0.1",
        "*",
        "",
    ] {
        for tail in ["", ":", ":0", ":80", ":1", ":65536", ":+1", ": "] {
            hosts.push(format!("{name}{tail}"));
        }
    }
    for near in [
        format!("127.0.0.1:{port}."),
        format!("127.0.0.1:0{port}"),
        format!("127.0.0.1.:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.1:{port},evil.example"),
        format!("evil.example:{port}"),
        format!("127.0.0.1:{port}/"),
        format!("0.0.0.0:{port}"),
    ] {
        hosts.push(near);
    }
    hosts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_another_host_is_misdirected_and_changes_nothing() {
    let scene = Scene::set().await;
    let hosts = foreign_hosts(&scene.authority);
    assert!(hosts.len() > 200);
    for host in &hosts {
        let headers = format!("Host: {host}\r\n");
        let sent = request("GET", &scene.target(), &headers);
        let shown = send(&scene.authority, &sent).await;
        assert!(
            matches!(shown.status, 421 | 400),
            "{host:?} {}",
            shown.status
        );
    }
    let twice = format!("{0}{0}", scene.host());
    let absolute = format!("http://evil.example{}", scene.target());
    for (target, headers) in [
        (scene.target(), String::new()),
        (scene.target(), twice),
        (absolute, scene.host()),
    ] {
        let shown = send(&scene.authority, &request("GET", &target, &headers)).await;
        assert_eq!(shown.status, 421, "{target} {headers}");
    }
    assert_eq!(scene.stage.sandbox.tally().codes_redeemed, 0);
    scene.still_works().await;
}

/// Method, target and further headers of what browsers and pages send besides the callback.
fn strays(target: &str) -> [(&'static str, &str, &'static str); 13] {
    [
        ("GET", "/favicon.ico", ""),
        ("GET", "/", ""),
        ("GET", "/authorized/", ""),
        (
            "GET",
            "/.well-known/appspecific/com.chrome.devtools.json",
            "",
        ),
        ("GET", "//evil.example/", ""),
        ("HEAD", target, ""),
        (
            "OPTIONS",
            target,
            "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n",
        ),
        ("POST", target, "Content-Length: 0\r\n"),
        ("GET", target, "Sec-Purpose: prefetch;prerender\r\n"),
        ("GET", target, "Purpose: prefetch\r\n"),
        ("GET", target, "X-Moz: prefetch\r\n"),
        (
            "GET",
            target,
            "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        ),
        ("GET", target, "Sec-Fetch-Mode: cors\r\n"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strays_prefetches_and_idle_connections_are_harmless() {
    let scene = Scene::set().await;
    let mut idle = Vec::new();
    for _ in 0..64 {
        idle.push(
            TcpStream::connect(&scene.authority)
                .await
                .expect("connected"),
        );
    }
    let (host, target) = (scene.host(), scene.target());
    let strays = strays(&target);
    let mut stray_count = 0;
    while stray_count < 1_000 {
        for (method, target, headers) in strays {
            let sent = request(
                method,
                target,
                &format!("{host}{headers}Connection: close\r\n"),
            );
            let mut stream = TcpStream::connect(&scene.authority)
                .await
                .expect("connected");
            stream.write_all(&sent).await.expect("sent");
            if method == "HEAD" {
                // Its length is that of a body that does not come.
                continue;
            }
            let shown = read(&mut stream).await;
            assert_eq!(shown.status, 404, "{method} {target} {headers}");
            assert!(shown.header("access-control-allow-origin").is_none());
            stray_count += 1;
        }
        let cut = TcpStream::connect(&scene.authority)
            .await
            .expect("connected");
        cut.set_zero_linger().expect("a reset");
    }
    assert_eq!(scene.stage.sandbox.tally().codes_redeemed, 0);
    scene.still_works().await;
    drop(idle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_forged_callbacks_are_counted_and_end_nothing() {
    let scene = Scene::set().await;
    let mut pages = HashSet::new();
    let mut forgers = tokio::task::JoinSet::new();
    for forger in 0..10 {
        let (authority, path) = (scene.authority.clone(), scene.path.clone());
        forgers.spawn(async move {
            let mut stream = TcpStream::connect(&authority).await.expect("connected");
            let mut pages = HashSet::new();
            for number in 0..1_000 {
                let query = match number % 5 {
                    0 => format!("code={forger}&state={number}"),
                    1 => "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E"
                        .to_owned(),
                    2 => format!("code=x&state=&canary=K{number}&iss=https://evil.example"),
                    3 => "%00%ff%0d%0aSet-Cookie:x=y".to_owned(),
                    _ => String::new(),
                };
                let request = format!("GET {path}?{query} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
                stream.write_all(request.as_bytes()).await.expect("sent");
                let shown = read(&mut stream).await;
                assert_eq!(shown.status, 400);
                assert!(shown.header("set-cookie").is_none());
                pages.insert(shown.body);
            }
            pages
        });
    }
    while let Some(seen) = forgers.join_next().await {
        pages.extend(seen.expect("no panic"));
    }
    // Nothing of a request stands in any answer: all of them are the same page.
    assert_eq!(pages.len(), 1);
    let notices = scene.attempt.diary.events().into_iter().filter(|event| {
        matches!(
            event,
            proofkey_core::border::AuthorizationEvent::Notice { .. }
        )
    });
    assert_eq!(notices.count(), 1);
    scene.still_works().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_connections_that_never_finish_a_request_hold_nobody_up() {
    let scene = Scene::set().await;
    let mut stuck = Vec::new();
    for _ in 0..64 {
        let mut stream = TcpStream::connect(&scene.authority)
            .await
            .expect("connected");
        stream.write_all(b"GET /").await.expect("sent");
        stuck.push(stream);
    }
    let dripping = tokio::spawn(async move {
        loop {
            for stream in &mut stuck {
                // Those that were pushed out cannot be written to any more.
                let _ = stream.write_all(b"a").await;
            }
            tokio::task::yield_now().await;
        }
    });
    scene.still_works().await;
    dripping.abort();
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_changes_nothing() {
    let scene = Scene::set().await;
    let host = scene.host();
    let long = format!("{}?code={}", scene.path, "a".repeat(9_000));
    let wide = format!("{host}X-Filler: {}\r\n", "a".repeat(40_000));
    let many = "X-Filler: 1\r\n".repeat(100);
    for (target, headers, status) in [
        (long, host.clone(), 414),
        (scene.target(), wide, 431),
        (scene.target(), format!("{host}{many}"), 431),
    ] {
        let shown = send(&scene.authority, &request("GET", &target, &headers)).await;
        assert_eq!(shown.status, status);
    }
    scene.still_works().await;
}

#[tokio::test]
async fn another_program_cannot_have_the_port() {
    let scene = Scene::set().await;
    for _ in 0..100 {
        // The standard library sets SO_REUSEADDR on Unix: not even so.
        let second = std::net::TcpListener::bind(&scene.authority);
        assert_eq!(
            second.err().map(|error| error.kind()),
            Some(std::io::ErrorKind::AddrInUse)
        );
    }
    scene.still_works().await;
}

/// The state of one attempt is nothing to the listener of another (rules A5 and A8).
#[tokio::test]
async fn an_answer_does_not_count_at_another_listener() {
    let (one, other) = (Scene::set().await, Scene::set().await);
    assert_ne!(one.path, other.path);
    let mut astray = one.callback.clone();
    astray.set_port(other.callback.port()).expect("a port");
    assert_eq!(get(&astray).await.status, 404);
    astray.set_path(&other.path);
    assert_eq!(get(&astray).await.status, 400);
    assert_eq!(other.stage.sandbox.tally().codes_redeemed, 0);
    other.still_works().await;
    one.still_works().await;
}

/// A pasted or landed answer is the browser's alone: what is shown has every guard (rule B9).
#[tokio::test]
async fn every_answer_is_guarded() {
    let scene = Scene::set().await;
    let stray = request("GET", "/", &scene.host());
    let stray = send(&scene.authority, &stray).await;
    let onward = get(&scene.callback).await;
    for shown in [&stray, &onward] {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(shown.header(name), Some(value));
        }
        let policy = shown.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!shown.head.to_ascii_lowercase().contains("access-control"));
    }
    assert_eq!(onward.header("location"), Some(scene.path.as_str()));
}
