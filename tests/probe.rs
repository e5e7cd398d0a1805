//! What a probe takes for success, and that it carries a token nowhere else.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

use std::collections::BTreeMap;

use proofkey_core::Secret;
use proofkey_core::probe::{self, Presented, ProbeError, ProbeErrorKind, ProbeReply};
use proofkey_core::provider::{Catalogue, Certainty, Probe, ProbeMatch};
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::{Act, RawPeer, answer, json_answer};

const TOKEN: &str = "abc.DEF-canary";

async fn ask(peer: &RawPeer, matches: Option<ProbeMatch>) -> Result<ProbeReply, ProbeError> {
    let probe = Probe {
        path: "/account?page=1".to_owned(),
        scope: None,
        grant: None,
        headers: BTreeMap::new(),
        requires: Vec::new(),
        success_status: vec![200],
        matches,
        proves: "the account answers".to_owned(),
        certainty: Certainty::Documented,
    };
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider("talkdesk").unwrap();
    let network = Network::new(NetworkSettings::default()).unwrap();
    let variables = BTreeMap::from([("account".to_owned(), "acme".to_owned())]);
    let token = Secret::new(TOKEN.to_owned());
    probe::run(
        &network,
        provider,
        &peer.url("/v1/"),
        &probe,
        &Presented::token(provider, &token),
        &variables,
    )
    .await
}

fn name_is_account() -> ProbeMatch {
    ProbeMatch {
        pointer: "/name".to_owned(),
        variable: "account".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_account_is_recognised_and_another_one_is_named() {
    for (body, found, same) in [
        (r#"{"name":"acme"}"#, Some("acme"), true),
        (r#"{"name":"ACME"}"#, Some("ACME"), true),
        (r#"{"name":"other"}"#, Some("other"), false),
        ("{\"name\":\"ac\u{202e}me\"}", Some("ac\\u{202e}me"), false),
        (r#"{"name":7}"#, None, false),
        (r#"{"company":"acme"}"#, None, false),
    ] {
        let peer = RawPeer::plain(move |_| json_answer(200, body)).await;
        let comparison = ask(&peer, Some(name_is_account()))
            .await
            .unwrap()
            .comparison
            .unwrap();
        assert_eq!(comparison.found.as_deref(), found, "{body}");
        assert_eq!(comparison.same, same, "{body}");
        let request = peer.request_texts().remove(0);
        assert!(
            request.starts_with("GET /v1/account?page=1 HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains(&format!("authorization: Bearer {TOKEN}\r\n")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apis_own_words_are_quoted_without_the_token() {
    let body = format!(r#"{{"code":"0060001","message":"Bad token {TOKEN}\u0007"}}"#);
    for status in [401, 403, 404, 500] {
        let body = body.clone();
        let peer = RawPeer::plain(move |_| json_answer(status, &body)).await;
        let error = ask(&peer, None).await.unwrap_err();
        assert!(!format!("{error:?}").contains(TOKEN));
        let ProbeErrorKind::Refused(quoted) = error.kind else {
            panic!("{status}: {:?}", error.kind)
        };
        assert_eq!(quoted.status, Some(status));
        assert_eq!(quoted.error.as_deref(), Some("0060001"));
        assert_eq!(
            quoted.description.as_deref(),
            Some("Bad token [withheld]\\u{7}")
        );
    }
}

/// Status, headers and body of an answer, and what must become of it.
type Case = (
    u16,
    &'static [(&'static str, &'static str)],
    &'static [u8],
    fn(&ProbeErrorKind) -> bool,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_page_a_redirect_and_a_busy_api_are_no_success() {
    let cases: [Case; 5] = [
        (
            200,
            &[("Content-Type", "text/html")],
            b"<html>Sign in",
            |kind| {
                matches!(
                    kind,
                    ProbeErrorKind::NotJson {
                        looks_like_html: true,
                        ..
                    }
                )
            },
        ),
        (200, &[("Content-Type", "application/json")], b"{", |kind| {
            matches!(kind, ProbeErrorKind::Malformed { .. })
        }),
        (302, &[("Location", "https://evil.example/")], b"", |kind| {
            matches!(kind, ProbeErrorKind::Redirected { location_host: Some(host) }
                if host == "evil.example")
        }),
        (
            429,
            &[("Retry-After", "7")],
            b"",
            |kind| matches!(kind, ProbeErrorKind::Busy { retry_after: Some(wait) } if wait.as_secs() == 7),
        ),
        (401, &[], b"", |kind| {
            matches!(kind, ProbeErrorKind::Refused(_))
        }),
    ];
    for (status, headers, body, expected) in cases {
        let bytes = answer(status, headers, body);
        let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(bytes.clone())]).await;
        let error = ask(&peer, None).await.unwrap_err();
        assert!(expected(&error.kind), "{status}: {:?}", error.kind);
        assert_eq!(error.status, Some(status));
        assert_eq!(peer.connections(), 1);
    }
}
