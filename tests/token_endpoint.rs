//! What the token endpoint module does with every kind of answer, and what never happens. A scripted
//! peer on loopback counts connections and keeps the bytes.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

use std::time::{Duration, Instant};

use base64::Engine;
use proofkey_core::oauth::client_credentials;
use proofkey_core::oauth::{ClientCredentials, TokenError, TokenErrorKind, TokenReply};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_core::{Problem, Secret};
use proofkey_tests::{Act, RawPeer, answer, json_answer};
use url::Url;

const GOOD: &str =
    r#"{"access_token":"abc.def","token_type":"Bearer","expires_in":599,"scope":"account:read"}"#;

/// RFC 6749 §2.3.1 with characters that need encoding; the values of rule D1.
const ID: &str = "1PpG/Q 1";
const SECRET: &str = "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=";

struct Asked {
    authentication: ClientAuthentication,
    encoding: BasicEncoding,
    scopes: Vec<String>,
    separator: &'static str,
    id: &'static str,
    secret: &'static str,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            authentication: ClientAuthentication::ClientSecretBasic,
            encoding: BasicEncoding::Form,
            scopes: vec!["account:read".to_owned(), "users:read".to_owned()],
            separator: " ",
            id: ID,
            secret: SECRET,
        }
    }
}

impl Asked {
    async fn of(&self, network: &Network, url: &Url) -> Result<TokenReply, TokenError> {
        let (id, secret) = (
            Secret::new(self.id.to_owned()),
            Secret::new(self.secret.to_owned()),
        );
        let credentials = ClientCredentials {
            token_url: url,
            client_id: &id,
            client_secret: &secret,
            authentication: self.authentication,
            basic_encoding: self.encoding,
            scopes: &self.scopes,
            separator: self.separator,
        };
        // The window runs this on a thread pool, so the future must be able to move.
        let asking: std::pin::Pin<Box<dyn Future<Output = _> + Send + '_>> = Box::pin(
            client_credentials::request(network, &SystemClock, &credentials),
        );
        asking.await
    }
}

fn network() -> Network {
    Network::new(NetworkSettings {
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..NetworkSettings::default()
    })
    .unwrap()
}

fn hasty() -> (Network, Deadlines) {
    let deadlines = Deadlines {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(300),
        total: Duration::from_millis(700),
        ..Deadlines::default()
    };
    let network = Network::new(NetworkSettings {
        deadlines,
        ..NetworkSettings::default()
    });
    (network.unwrap(), deadlines)
}

async fn kind_of(peer: &RawPeer) -> TokenErrorKind {
    let asked = Asked::default();
    asked
        .of(&network(), &peer.url("/oauth/token"))
        .await
        .unwrap_err()
        .kind
}

fn transport(kind: TokenErrorKind) -> TransportErrorKind {
    match kind {
        TokenErrorKind::Transport(error) => error.kind,
        other => panic!("expected a failed transport, not {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn basic_sends_the_bytes_of_the_standard() {
    let peer = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let reply = Asked::default()
        .of(&network(), &peer.url("/oauth/token?tenant=a"))
        .await
        .unwrap();
    assert_eq!(reply.access_token.expose(), "abc.def");
    assert_eq!(reply.expires_in, Some(599));
    assert!(!format!("{reply:?}").contains("abc.def"));

    let request = peer.request_texts().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let lines: Vec<String> = head.lines().map(str::to_ascii_lowercase).collect();
    assert_eq!(
        head.lines().next(),
        Some("POST /oauth/token?tenant=a HTTP/1.1")
    );
    assert!(head.contains(
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA=="
    ));
    for line in [
        "accept: application/json",
        "accept-encoding: identity",
        "content-type: application/x-www-form-urlencoded",
    ] {
        assert_eq!(lines.iter().filter(|own| *own == line).count(), 1, "{line}");
    }
    assert_eq!(
        lines
            .iter()
            .filter(|own| own.starts_with("authorization:"))
            .count(),
        1
    );
    assert_eq!(
        lines.iter().filter(|own| own.starts_with("host:")).count(),
        1
    );
    assert_eq!(
        body,
        "grant_type=client_credentials&scope=account%3Aread+users%3Aread"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_in_the_body_stands_nowhere_else() {
    let peer = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let asked = Asked {
        authentication: ClientAuthentication::ClientSecretPost,
        scopes: Vec::new(),
        ..Asked::default()
    };
    asked
        .of(&network(), &peer.url("/oauth/token"))
        .await
        .unwrap();
    let request = peer.request_texts().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_ascii_lowercase().contains("authorization"));
    assert!(!head.contains("z/tZ") && !head.contains("z%2FtZ"));
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(
        pairs,
        [
            ("grant_type", "client_credentials"),
            ("client_id", ID),
            ("client_secret", SECRET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_basic_is_explicit_and_a_refusal_is_not_answered_by_trying_the_other_way() {
    let refused = r#"{"error":"invalid_client","error_description":"not properly encoded"}"#;
    let peer = RawPeer::plain(move |_| json_answer(401, refused)).await;
    for encoding in [BasicEncoding::Form, BasicEncoding::Raw] {
        let asked = Asked {
            encoding,
            ..Asked::default()
        };
        let error = asked.of(&network(), &peer.url("/")).await.unwrap_err();
        assert_eq!(
            error.quoted().unwrap().error.as_deref(),
            Some("invalid_client")
        );
    }
    let requests = peer.request_texts();
    assert_eq!(requests.len(), 2, "one request for each call");
    let raw = base64::engine::general_purpose::STANDARD.encode(format!("{ID}:{SECRET}"));
    assert!(!requests[0].contains(&raw));
    assert!(requests[1].contains(&format!("Basic {raw}\r\n")));
    assert_eq!(
        requests[1]
            .to_ascii_lowercase()
            .matches("authorization:")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_join_scopes_in_its_own_way() {
    let body = r#"{"access_token":"x","token_type":"Bearer","scope":"a,b"}"#;
    let peer = RawPeer::plain(move |_| json_answer(200, body)).await;
    let asked = Asked {
        scopes: vec!["a".to_owned(), "b".to_owned()],
        separator: ",",
        ..Asked::default()
    };
    let reply = asked.of(&network(), &peer.url("/")).await.unwrap();
    assert!(peer.request_texts()[0].ends_with("scope=a%2Cb"));
    assert_eq!(reply.scopes, Some(vec!["a".to_owned(), "b".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_standard_excludes_is_refused_before_anything_is_sent() {
    let peer = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let of = |id, secret, scope: &str| Asked {
        id,
        secret,
        scopes: vec![scope.to_owned()],
        ..Asked::default()
    };
    for (asked, field) in [
        (of("", "s", "a"), "client_id"),
        (of("id", "", "a"), "client_secret"),
        (of("id\n", "s", "a"), "client_id"),
        (of("id", "s\u{200b}", "a"), "client_secret"),
        (of("id", "s\0", "a"), "client_secret"),
        (of("id", "s", "a b"), "scopes"),
        (of("id", "s", ""), "scopes"),
        (of("id", "s", "a\""), "scopes"),
        (
            Asked {
                encoding: BasicEncoding::Raw,
                ..of("i:d", "s", "a")
            },
            "client_id",
        ),
    ] {
        let error = asked.of(&network(), &peer.url("/")).await.unwrap_err();
        let problem = Problem::from(error);
        assert_eq!(problem.field.as_deref(), Some(field), "{problem:?}");
    }
    assert_eq!(peer.connections(), 0);
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    status: u16,
    content_type: String,
    body: String,
    expect: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_body_of_the_table_has_the_outcome_it_should() {
    let text = include_str!("data/token-bodies.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert!(cases.len() >= 120);
    let answers: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| {
            let typed = [("Content-Type", case.content_type.as_str())];
            let headers = if case.content_type.is_empty() {
                &[][..]
            } else {
                &typed[..]
            };
            answer(case.status, headers, case.body.as_bytes())
        })
        .collect();
    let count = cases.len();
    let peer =
        RawPeer::plain(move |number| vec![Act::Read, Act::Send(answers[number % count].clone())])
            .await;
    let (network, url, asked) = (network(), peer.url("/oauth/token"), Asked::default());
    let mut wrong = Vec::new();
    for case in &cases {
        let told = told(asked.of(&network, &url).await);
        if !is_expected(&told, &case.expect) {
            wrong.push(format!(
                "{}: expected {:?}, got {told:?}",
                case.name, case.expect
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(peer.connections(), count, "one request for each case");
}

/// An outcome in the words of the table.
fn told(outcome: Result<TokenReply, TokenError>) -> String {
    use TokenErrorKind as Kind;
    let reply = match outcome {
        Ok(reply) => reply,
        Err(error) => {
            let quoted = error.quoted().and_then(|quoted| quoted.error.clone());
            let quoted = quoted.unwrap_or_default();
            return match error.kind {
                Kind::Refused(_) => format!("refused {quoted}"),
                Kind::OkWithError(_) => format!("ok_with_error {quoted}"),
                Kind::Malformed { reason } => format!("malformed {reason}"),
                Kind::NotJson {
                    looks_like_html, ..
                } => {
                    format!(
                        "not_json html={}",
                        if looks_like_html { "yes" } else { "no" }
                    )
                }
                Kind::UnsafeToken => "unsafe_token".to_owned(),
                Kind::UnknownTokenType { token_type } => format!("unknown_type {token_type}"),
                Kind::TooManyRequests { .. } => "too_many".to_owned(),
                Kind::Unavailable { .. } => "unavailable".to_owned(),
                other => format!("{other:?}"),
            };
        }
    };
    let expires = reply
        .expires_in
        .map_or("-".to_owned(), |seconds| seconds.to_string());
    let scopes = reply
        .scopes
        .map_or("-".to_owned(), |scopes| scopes.join(","));
    let refresh = if reply.refresh_token.is_some() {
        "yes"
    } else {
        "no"
    };
    format!(
        "token expires={expires} scopes={scopes} refresh={refresh} {}",
        reply.notes.join(" ")
    )
}

/// The kind must be the same; of a token every named fact, of an error every named word.
fn is_expected(told: &str, expected: &str) -> bool {
    let (kind, rest) = expected.split_once(' ').unwrap_or((expected, ""));
    let (facts, note) = rest.split_once("note=").unwrap_or((rest, ""));
    let told_kind = told.split(' ').next();
    let facts_hold = match kind {
        "token" => facts
            .split_whitespace()
            .all(|fact| told.contains(&format!(" {fact} "))),
        _ => told.contains(facts),
    };
    told_kind == Some(kind) && facts_hold && told.contains(note)
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_cause_no_second_request() {
    let elsewhere = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let other = elsewhere.url("/oauth/token").to_string();
    for status in [301, 302, 303, 307, 308] {
        for target in [
            other.clone(),
            "/oauth/token2".to_owned(),
            "https://evil.example/x".to_owned(),
        ] {
            let location = target.clone();
            let peer = RawPeer::plain(move |_| {
                vec![
                    Act::Read,
                    Act::Send(answer(status, &[("Location", &location)], b"")),
                ]
            })
            .await;
            let error = Asked::default()
                .of(&network(), &peer.url("/oauth/token"))
                .await
                .unwrap_err();
            assert_eq!(error.status, Some(status));
            let TokenErrorKind::Redirected { location_host } = error.kind else {
                panic!("{status} to {target}: {:?}", error.kind)
            };
            let host = if target.contains("evil") {
                "evil.example"
            } else {
                "127.0.0.1"
            };
            assert_eq!(location_host.as_deref(), Some(host));
            assert_eq!(peer.connections(), 1);
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_at_its_limit() {
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 65_536], b"\r\n".to_vec()].concat();
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
    ] {
        let chunk = chunk.clone();
        let peer = RawPeer::plain(move |_| {
            let head = head.as_bytes().to_vec();
            vec![Act::Read, Act::Send(head), Act::Flood(chunk.clone())]
        })
        .await;
        assert_eq!(
            transport(kind_of(&peer).await),
            TransportErrorKind::BodyTooLarge { limit: 262_144 }
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_given_up() {
    let peer = RawPeer::plain(|_| {
        let head = b"HTTP/1.1 200 OK\r\n".to_vec();
        vec![
            Act::Read,
            Act::Send(head),
            Act::Flood(b"X-Filler: aaaaaaaaaaaaaaaaaaaa\r\n".to_vec()),
        ]
    })
    .await;
    let kind = transport(kind_of(&peer).await);
    assert!(
        matches!(kind, TransportErrorKind::Malformed { .. }),
        "{kind:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_dripping_end_at_their_deadlines() {
    let (network, deadlines) = hasty();
    let silent = RawPeer::plain(|_| vec![Act::Read, Act::Hold]).await;
    let dripping = RawPeer::plain(|_| {
        let mut whole = answer(200, &[("Content-Type", "application/json")], &[b' '; 4000]);
        let body = whole.split_off(whole.len() - 4000);
        vec![
            Act::Read,
            Act::Send(whole),
            Act::Drip(body, Duration::from_millis(50)),
        ]
    })
    .await;
    for (peer, expected, limit) in [
        (
            &silent,
            TransportErrorKind::FirstByteTimeout,
            deadlines.first_byte,
        ),
        (&dripping, TransportErrorKind::TotalTimeout, deadlines.total),
    ] {
        let started = Instant::now();
        let error = Asked::default()
            .of(&network, &peer.url("/"))
            .await
            .unwrap_err();
        let took = started.elapsed();
        assert_eq!(transport(error.kind), expected);
        assert!(
            took >= limit && took < limit + Duration::from_secs(3),
            "{took:?}"
        );
        assert_eq!(
            peer.connections(),
            1,
            "a request that may have been seen is not repeated"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_length_and_form_are_refused() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    for (rest, closed) in [
        (format!("Content-Length: 500\r\n\r\n{GOOD}"), true),
        (
            format!("Content-Length: 5\r\nContent-Length: 86\r\n\r\n{GOOD}"),
            false,
        ),
        (format!("Content-Length: -1\r\n\r\n{GOOD}"), false),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{GOOD}"),
            false,
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\nfff\r\n{GOOD}"),
            true,
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n{GOOD}"),
            false,
        ),
        (format!("Bad Header: x\r\n\r\n{GOOD}"), false),
        (format!("X: a\0b\r\n\r\n{GOOD}"), false),
    ] {
        let bytes = format!("{head}{rest}").into_bytes();
        let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(bytes.clone())]).await;
        let kind = transport(kind_of(&peer).await);
        let right = match &kind {
            TransportErrorKind::Closed => closed,
            TransportErrorKind::Malformed { .. } => !closed,
            _ => false,
        };
        assert!(right, "{rest:?}: {kind:?}");
        assert_eq!(peer.connections(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_answer_is_refused_unread() {
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        let peer = RawPeer::plain(move |_| {
            let headers = [
                ("Content-Type", "application/json"),
                ("Content-Encoding", encoding),
            ];
            vec![
                Act::Read,
                Act::Send(answer(200, &headers, b"\x1f\x8b\x08\x00bomb")),
            ]
        })
        .await;
        let kind = transport(kind_of(&peer).await);
        assert!(
            matches!(kind, TransportErrorKind::Encoded { .. }),
            "{encoding}: {kind:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_success_is_no_token() {
    let peer = RawPeer::plain(|_| {
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        ]
    })
    .await;
    let TokenErrorKind::Malformed { reason } = kind_of(&peer).await else {
        panic!("204 is no token")
    };
    assert_eq!(reason, "its status is 204 instead of 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_wait_is_kept_once_and_a_long_one_is_reported() {
    let busy = |status: u16, wait: &'static str| {
        move |number: usize| {
            if number == 1 {
                return json_answer(200, GOOD);
            }
            vec![
                Act::Read,
                Act::Send(answer(status, &[("Retry-After", wait)], b"")),
            ]
        }
    };
    for status in [429, 503] {
        let short = RawPeer::plain(busy(status, "0")).await;
        let asked = Asked::default();
        assert!(asked.of(&network(), &short.url("/")).await.is_ok());
        assert_eq!(short.connections(), 2);

        for (wait, expected) in [
            ("30", Some(Duration::from_secs(30))),
            ("4294967295", Some(Duration::from_secs(4_294_967_295))),
            ("soon", None),
            ("-1", None),
        ] {
            let long = RawPeer::plain(busy(status, wait)).await;
            let error = asked.of(&network(), &long.url("/")).await.unwrap_err();
            assert_eq!(error.retry_after(), expected, "{wait}");
            assert_eq!(error.status, Some(status));
            assert_eq!(long.connections(), 1);
        }
    }
    let never = RawPeer::plain(|_| {
        vec![
            Act::Read,
            Act::Send(answer(429, &[("Retry-After", "0")], b"")),
        ]
    })
    .await;
    assert!(
        Asked::default()
            .of(&network(), &never.url("/"))
            .await
            .is_err()
    );
    assert_eq!(never.connections(), 2, "never more than two tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_may_be_a_date_of_the_servers_own_clock() {
    let peer = RawPeer::plain(|_| {
        let headers = [
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"),
        ];
        vec![Act::Read, Act::Send(answer(503, &headers, b""))]
    })
    .await;
    let error = Asked::default()
        .of(&network(), &peer.url("/"))
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(2)));
    assert!(error.clock_skew_seconds.unwrap() > 900_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_repeated_only_when_nothing_was_sent() {
    type Script = fn(usize) -> Vec<Act>;
    let cases: [(&str, Script, usize); 5] = [
        ("after the request", |_| vec![Act::Read], 1),
        (
            "after the request, by force",
            |_| vec![Act::Read, Act::Drop],
            1,
        ),
        (
            "inside the headers",
            |_| {
                vec![
                    Act::Read,
                    Act::Send(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
                ]
            },
            1,
        ),
        (
            "inside the body",
            |_| {
                let mut bytes = answer(
                    200,
                    &[("Content-Type", "application/json")],
                    GOOD.as_bytes(),
                );
                bytes.truncate(bytes.len() - 10);
                vec![Act::Read, Act::Send(bytes)]
            },
            1,
        ),
        (
            "not HTTP",
            |_| vec![Act::Read, Act::Send(b"SSH-2.0-OpenSSH\r\n".to_vec())],
            1,
        ),
    ];
    for (name, script, tries) in cases {
        let peer = RawPeer::plain(script).await;
        let kind = transport(kind_of(&peer).await);
        assert!(
            matches!(
                kind,
                TransportErrorKind::Closed | TransportErrorKind::Malformed { .. }
            ),
            "{name}: {kind:?}"
        );
        assert_eq!(peer.connections(), tries, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_told_as_such() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let url: Url = format!("http://{closed}/oauth/token").parse().unwrap();
    let error = Asked::default().of(&network(), &url).await.unwrap_err();
    assert_eq!(transport(error.kind), TransportErrorKind::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_repeats_the_secret_is_not_quoted_with_it() {
    let body = serde_json::json!({
        "error": "invalid_client",
        "error_description": format!("{} no match for {SECRET} of {ID}", "x".repeat(220)),
    });
    let body = body.to_string();
    let peer = RawPeer::plain(move |_| json_answer(401, &body)).await;
    let error = Asked::default()
        .of(&network(), &peer.url("/"))
        .await
        .unwrap_err();
    let description = error.quoted().unwrap().description.clone().unwrap();
    assert!(description.contains("[withheld]"));
    let shown = format!("{error:?} {error} {:?}", Problem::from(error.clone()));
    for piece in [SECRET, ID, &SECRET[..6]] {
        assert!(!shown.contains(piece), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_goes_to_this_machine_only() {
    for url in [
        "http://acme.talkdeskid.com/oauth/token",
        "http://10.0.0.1/oauth/token",
        "ftp://127.0.0.1/oauth/token",
        "http://user:pass@127.0.0.1/oauth/token",
    ] {
        let url: Url = url.parse().unwrap();
        let error = Asked::default().of(&network(), &url).await.unwrap_err();
        assert_eq!(transport(error.kind), TransportErrorKind::NotHttps, "{url}");
    }
}
