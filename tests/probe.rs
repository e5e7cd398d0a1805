//! What a probe takes for success, and that it carries a token nowhere else.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

use std::collections::BTreeMap;

use proofkey_core::Secret;
use proofkey_core::probe::{self, Presented, ProbeError, ProbeErrorKind, ProbeReply};
use proofkey_core::provider::{Catalogue, Certainty, Probe, ProbeMatch, ProbeRule, Scalar};
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
        &Presented::Token {
            header: &provider.token_header,
            token: &token,
        },
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

/// Asks a provider whose probe was changed by `change`, with the account "acme" and no path of its own.
async fn ask_changed(
    peer: &RawPeer,
    change: impl FnOnce(&mut Probe),
) -> Result<ProbeReply, ProbeError> {
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider("talkdesk").unwrap();
    let mut probe = provider.probes[0].clone();
    probe.matches = None;
    change(&mut probe);
    let network = Network::new(NetworkSettings::default()).unwrap();
    let variables = BTreeMap::from([
        ("account".to_owned(), "acme".to_owned()),
        ("region".to_owned(), "us".to_owned()),
    ]);
    let token = Secret::new(TOKEN.to_owned());
    let presented = Presented::Token {
        header: &provider.token_header,
        token: &token,
    };
    let base = peer.url("/v1/");
    probe::run(&network, provider, &base, &probe, &presented, &variables).await
}

fn rule(pointer: &str, equals: Option<Scalar>) -> ProbeRule {
    ProbeRule {
        pointer: pointer.to_owned(),
        equals,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_success_that_breaks_a_rule_is_none_and_says_why() {
    let is_true = || rule("/ok", Some(Scalar::Boolean(true)));
    let cases = [
        (r#"{"ok":true}"#, is_true(), None),
        (
            r#"{"ok":false,"error":"invalid_auth"}"#,
            is_true(),
            Some("ok is false"),
        ),
        (r#"{"ok":"true"}"#, is_true(), Some("ok is “true”")),
        (r#"{"user":{"id":7}}"#, rule("/user/id", None), None),
        (
            r#"{"user":{"id":null}}"#,
            rule("/user/id", None),
            Some("user.id is null"),
        ),
        (
            r#"{"user":{}}"#,
            rule("/user/id", None),
            Some("user.id is missing"),
        ),
        (
            r#"[{"id":"a"}]"#,
            rule("/0/id", Some(Scalar::Text("a".to_owned()))),
            None,
        ),
        ("[]", rule("/0/id", None), Some("0.id is missing")),
        (r#"{"n":3}"#, rule("/n", Some(Scalar::Integer(3))), None),
        (
            r#"{"n":4}"#,
            rule("/n", Some(Scalar::Integer(3))),
            Some("n is 4"),
        ),
    ];
    for (body, rule, wrong) in cases {
        let peer = RawPeer::plain(move |_| json_answer(200, body)).await;
        let asked = ask_changed(&peer, |probe| probe.requires = vec![rule]).await;
        match (asked, wrong) {
            (Ok(_), None) => {}
            (Err(error), Some(wrong)) => {
                let ProbeErrorKind::Unmet { said, words } = error.kind else {
                    panic!("{body}: {:?}", error.kind)
                };
                assert_eq!(said, wrong);
                assert_eq!(words.status, Some(200));
            }
            (asked, _) => panic!("{body}: {asked:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer_and_a_page_keep_no_rule() {
    for bytes in [
        answer(204, &[], b""),
        answer(200, &[("Content-Type", "text/html")], b"<html>Sign in"),
    ] {
        let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(bytes.clone())]).await;
        let asked = ask_changed(&peer, |probe| {
            probe.success_status = vec![200, 204];
            probe.requires = vec![rule("/ok", None)];
        });
        let error = asked.await.unwrap_err();
        assert!(
            matches!(error.kind, ProbeErrorKind::NotJson { .. }),
            "{:?}",
            error.kind
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_values_of_the_path_go_out_as_they_are_meant() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let asked = ask_changed(&peer, |probe| {
        probe.path = "/accounts/{account}?q={region}".to_owned();
        probe.headers = BTreeMap::from([
            ("Accept".to_owned(), "application/odata+json".to_owned()),
            ("OData-Version".to_owned(), "4.0".to_owned()),
        ]);
    });
    // The query holds what the path names, and the region is no value of a path.
    assert!(asked.await.is_err());
    assert_eq!(peer.connections(), 0);
    let asked = ask_changed(&peer, |probe| {
        probe.path = "/accounts/{account}?q={account}".to_owned();
        probe.headers = BTreeMap::from([
            ("Accept".to_owned(), "application/odata+json".to_owned()),
            ("OData-Version".to_owned(), "4.0".to_owned()),
        ]);
    });
    asked.await.unwrap();
    let request = peer.request_texts().remove(0);
    assert!(
        request.starts_with("GET /v1/accounts/acme?q=acme HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("accept: application/odata+json\r\n"),
        "{request}"
    );
    assert!(
        !request.contains("accept: application/json\r\n"),
        "{request}"
    );
    assert!(request.contains("odata-version: 4.0\r\n"), "{request}");
    assert!(
        request.contains(&format!("authorization: Bearer {TOKEN}\r\n")),
        "{request}"
    );
}
