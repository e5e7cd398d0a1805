//! A peer is only a judge if it refuses what its file does not say: each rule broken once, by hand.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::provider::{
    BasicEncoding, BodyFormat, Catalogue, ClientAuthentication, CredentialField, Grant, ProbeRule,
    Provider, Scalar, ScopeUse, StaticCredentials, TokenHeader,
};
use proofkey_sandbox::{Mutation, Peer, PeerPlan};
use wire::{Answer, send_to};

const HOST: &str = "acme.talkdeskid.com";
const API: &str = "api.talkdeskapp.com";
const SECRET: &str = "p+%/=word";

/// Talkdesk's file with other ways: everything that differs is set by the test.
fn provider(change: impl FnOnce(&mut Provider)) -> Provider {
    let mut provider = Catalogue::built_in().provider("talkdesk").unwrap().clone();
    ",".clone_into(&mut provider.scopes.separator);
    change(&mut provider);
    provider
}

async fn peer(provider: Provider, mutation: Option<Mutation>) -> Peer {
    let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let plan = PeerPlan {
        provider,
        variables: [("account", "acme"), ("region", "us")].map(text).into(),
        client_id: "client".to_owned(),
        client_secret: Some(SECRET.to_owned()),
        keys: Vec::new(),
        scopes: ["account:read", "users:read"].map(str::to_owned).into(),
        parameters: BTreeMap::from([text(("audience", "api"))]),
        mutation,
    };
    Peer::start(plan).await.unwrap()
}

async fn sent(peer: &Peer, host: &str, request: String) -> Answer {
    let place = (peer.address(), peer.ca_pem());
    send_to(place, host, &request).await.unwrap()
}

async fn post(peer: &Peer, header: &str, kind: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {kind}\r\n{header}\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    sent(peer, HOST, request).await
}

async fn form(peer: &Peer, header: &str, body: &str) -> Answer {
    post(peer, header, "application/x-www-form-urlencoded", body).await
}

async fn call(peer: &Peer, header: &str) -> Answer {
    let request =
        format!("GET /account HTTP/1.1\r\nHost: {API}\r\n{header}Connection: close\r\n\r\n");
    sent(peer, API, request).await
}

fn basic(id: &str, secret: &str) -> String {
    let pair = STANDARD.encode(format!("{id}:{secret}"));
    format!("Authorization: Basic {pair}\r\n")
}

const GRANT: &str = "grant_type=client_credentials&audience=api";

#[tokio::test]
async fn only_the_listed_client_authentication_and_its_encoding_are_taken() {
    let raw = provider(|it| {
        it.client_authentication = vec![ClientAuthentication::ClientSecretBasic];
        it.basic_encoding = BasicEncoding::Raw;
    });
    let peer = peer(raw, None).await;
    let in_body = format!("{GRANT}&client_id=client&client_secret=p%2B%25%2F%3Dword");
    for (header, body, status) in [
        (basic("client", SECRET), GRANT, 200),
        (basic("client", "p%2B%25%2F%3Dword"), GRANT, 401),
        (basic("client", "another"), GRANT, 401),
        (String::new(), in_body.as_str(), 401),
        (basic("client", SECRET), in_body.as_str(), 400),
        (
            String::new(),
            "grant_type=client_credentials&client_id=client",
            401,
        ),
    ] {
        let answer = form(&peer, &header, body).await;
        assert_eq!(answer.status, status, "{header}{body}: {}", answer.body);
    }
}

#[tokio::test]
async fn format_parameters_and_scopes_are_those_of_the_file() {
    let strict = provider(|it| {
        it.client_authentication = vec![ClientAuthentication::ClientSecretPost];
        it.body_format = BodyFormat::Json;
        it.client_credentials.scope = ScopeUse::Required;
        it.client_credentials.parameters =
            BTreeMap::from([("tenant".to_owned(), "T.{account}".to_owned())]);
        it.token_response.success_status = vec![201];
    });
    let peer = peer(strict, None).await;
    let whole = format!(
        r#"{{"grant_type":"client_credentials","client_id":"client","client_secret":"{SECRET}","audience":"api","tenant":"T.acme","scope":"account:read,users:read"}}"#
    );
    let json = "application/json";
    let answer = post(&peer, "", json, &whole).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.json()["scope"], "account:read,users:read");
    for (from, to) in [
        (r#","audience":"api""#, ""),
        ("T.acme", "T.other"),
        (r#","scope":"account:read,users:read""#, ""),
        ("account:read,users:read", "account:read users:read"),
        ("account:read,", "accounts:write,"),
    ] {
        let broken = whole.replace(from, to);
        assert_ne!(broken, whole);
        let answer = post(&peer, "", json, &broken).await;
        assert_eq!(answer.status, 400, "{broken}: {}", answer.body);
    }
    let answer = form(&peer, &basic("client", SECRET), GRANT).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn a_token_counts_in_its_own_header_only() {
    let own = provider(|it| {
        it.token_header = TokenHeader {
            name: "X-Own-Token".to_owned(),
            scheme: String::new(),
        };
        it.probes[0].requires = vec![ProbeRule {
            pointer: "/items/0/ok".to_owned(),
            equals: Some(Scalar::Boolean(true)),
        }];
    });
    let peer = peer(own, None).await;
    let scoped = format!("{GRANT}&scope=account:read");
    let answer = form(&peer, &basic("client", "p%2B%25%2F%3Dword"), &scoped).await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let good = call(&peer, &format!("X-Own-Token: {token}\r\n")).await;
    assert_eq!(
        (good.status, good.json()["items"][0]["ok"].as_bool()),
        (200, Some(true))
    );
    assert_eq!(good.json()["name"], "acme");
    for header in [
        format!("Authorization: Bearer {token}\r\n"),
        format!("X-Own-Token: Bearer {token}\r\n"),
        "X-Own-Token: another\r\n".to_owned(),
        String::new(),
    ] {
        let answer = call(&peer, &header).await;
        assert_eq!(answer.json()["items"][0]["ok"], false, "{header}");
    }
}

#[tokio::test]
async fn what_a_person_was_given_once_counts_as_the_templates_say() {
    let fixed = provider(|it| {
        it.grants = vec![Grant::HttpBasic];
        it.static_credentials = Some(StaticCredentials {
            identifier: None,
            secret: key_field(),
            username: "{identifier}/token".to_owned(),
            password: "{secret}".to_owned(),
        });
    });
    let peer = peer(fixed, None).await;
    for (header, status) in [
        (basic("client/token", SECRET), 200),
        (basic("client", SECRET), 401),
        (basic("client/token", "another"), 401),
        (format!("Authorization: Bearer {SECRET}\r\n"), 401),
        (String::new(), 401),
    ] {
        assert_eq!(call(&peer, &header).await.status, status, "{header}");
    }
}

#[tokio::test]
async fn a_mutation_changes_one_thing() {
    let another = peer(
        provider(|_| {}),
        Some(Mutation::TokenMember("key".to_owned())),
    )
    .await;
    let answer = form(&another, &basic("client", "p%2B%25%2F%3Dword"), GRANT).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.json()["key"].is_string() && answer.json()["access_token"].is_null());
}

fn key_field() -> CredentialField {
    CredentialField {
        label: "Key".to_owned(),
        help: "The key.".to_owned(),
    }
}
