//! A code is sent once, whatever happens to the request (rule D17); the peer counts.

use std::collections::BTreeMap;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::oauth::Dialect;
use proofkey_core::oauth::authorization_code::{
    AuthorizationRequest, IssuerRule, Redeeming, Settled,
};
use proofkey_core::oauth::client::Client;
use proofkey_core::provider::{BasicEncoding, ClientAuthentication, ResponseIssuer};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::entropy::OsEntropy;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_tests::{Act, RawPeer, answer, json_answer};

const REDIRECT: &str = "http://127.0.0.1:61234/authorized/4f0c";

/// Redeems a code at `peer`; the problem's words when there is one.
async fn redeem(peer: &RawPeer) -> Result<(), String> {
    let network = Network::new(NetworkSettings {
        loopback_only: true,
        deadlines: Deadlines {
            first_byte: Duration::from_secs(2),
            total: Duration::from_secs(2),
            ..Deadlines::default()
        },
        ..NetworkSettings::default()
    });
    let (id, secret) = ("client".to_owned(), "canary-secret".to_owned());
    let (id, secret) = (Secret::new(id), Secret::new(secret));
    let settled = Settled {
        authorization_url: &peer.url("/authorize"),
        token_url: &peer.url("/token"),
        client_id: &id,
        redirect_uri: REDIRECT,
        scopes: &[],
        separator: " ",
        parameters: &BTreeMap::new(),
        issuer: IssuerRule {
            expected: None,
            response: ResponseIssuer::Unknown,
        },
        server: None,
    };
    let request = AuthorizationRequest::new(settled, &OsEntropy).expect("written");
    let (url, pending) = request.into_url();
    let state = url.query_pairs().find(|(name, _)| name == "state");
    let (_, state) = state.expect("a state");
    let query = format!("code=canary-code&state={state}");
    let response = pending.recognize(&query).expect("recognized");
    let with = Redeeming {
        network: &network.expect("a network"),
        clock: &SystemClock,
        client: Client {
            id: &id,
            secret: Some(&secret),
            authentication: ClientAuthentication::ClientSecretBasic,
            basic_encoding: BasicEncoding::Form,
            assertions: None,
        },
        parameters: &BTreeMap::new(),
        dialect: Dialect::standard(),
    };
    let redeemed = pending.redeem(response, &with).await;
    redeemed.map(drop).map_err(|problem| {
        let words = format!("{problem:?}");
        assert!(!words.contains("canary"), "{words}");
        words
    })
}

#[tokio::test]
async fn a_code_is_never_sent_again() {
    let json = [("Content-Type", "application/json")];
    let whole = answer(200, &json, br#"{"access_token":"a","token_type":"Bearer"}"#);
    let cut = whole[..whole.len() - 9].to_vec();
    let busy = answer(503, &[("Retry-After", "0"), json[0]], b"{}");
    for acts in [
        vec![Act::Reset],
        vec![Act::Drop],
        vec![Act::Read, Act::Drop],
        vec![Act::Read, Act::Send(whole[..30].to_vec()), Act::Drop],
        vec![Act::Read, Act::Send(cut), Act::Drop],
        vec![Act::Read, Act::Send(busy)],
        vec![Act::Read, Act::Hold],
        json_answer(
            400,
            r#"{"error":"invalid_grant","error_description":"canary-code"}"#,
        ),
        json_answer(200, r#"{"error":"invalid_client"}"#),
        json_answer(200, "<html>"),
    ] {
        let shown = format!("{acts:?}");
        let peer = RawPeer::plain(move |_| acts.clone()).await;
        redeem(&peer).await.expect_err(&shown);
        assert_eq!(peer.connections(), 1, "{shown}");
    }
}

#[tokio::test]
async fn the_request_holds_code_verifier_and_the_same_address_and_one_authentication() {
    let reply = r#"{"access_token":"a","token_type":"bearer"}"#;
    let peer = RawPeer::plain(move |_| json_answer(200, reply)).await;
    redeem(&peer).await.expect("redeemed");
    let requests = peer.request_texts();
    let (head, body) = requests[0].split_once("\r\n\r\n").expect("a body");
    assert!(head.starts_with("POST /token HTTP/1.1\r\n"), "{head}");
    assert_eq!(
        head.to_ascii_lowercase().matches("authorization:").count(),
        1
    );
    let members: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["code", "code_verifier", "grant_type", "redirect_uri"]
    );
    assert_eq!(members["redirect_uri"], REDIRECT);
    assert_eq!(members["code"], "canary-code");
    assert_eq!(members["code_verifier"].len(), 43);
}
