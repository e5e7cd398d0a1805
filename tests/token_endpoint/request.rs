//! What a request says, and what is refused before one is made.

use base64::Engine;
use proofkey_core::Problem;
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_tests::{RawPeer, json_answer};
use url::Url;

use crate::stage::{Asked, GOOD, ID, SECRET, network, transport};

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
