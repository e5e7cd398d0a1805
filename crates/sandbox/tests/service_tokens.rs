//! Service tokens: who gets them, how they are shown, and what introspection says of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

use jiff::SignedDuration;
use proofkey_sandbox::{Options, Sandbox};
use wire::{Answer, get, send, token};

const HOST: &str = "acme.talkdeskid.com";
const API: &str = "api.talkdeskapp.com";

async fn service_token(sandbox: &Sandbox, rest: &str) -> Answer {
    let form = format!("grant_type=client_credentials&token_type=opaque{rest}");
    token(sandbox, "acme", &form).await
}

async fn introspected(sandbox: &Sandbox, form: &str) -> Answer {
    let request = format!(
        "POST /oauth/introspect HTTP/1.1\r\nHost: {HOST}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{form}",
        form.len()
    );
    send(sandbox, HOST, &request).await.unwrap()
}

async fn call(sandbox: &Sandbox, path: &str, authorization: &str) -> u16 {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {API}\r\nAuthorization: {authorization}\r\n\
         Connection: close\r\n\r\n"
    );
    send(sandbox, API, &request).await.unwrap().status
}

#[tokio::test]
async fn a_lifetime_from_a_day_to_a_year_is_granted_and_no_other() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for seconds in [86_400, 604_800, 31_556_952] {
        let answer = service_token(&sandbox, &format!("&expires_in={seconds}")).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["expires_in"]), (200, &seconds.into()));
        assert_eq!(body["token_type"], "opaque");
        assert!(body["access_token"].as_str().unwrap().starts_with("tdst_"));
    }
    assert_eq!(
        service_token(&sandbox, "").await.json()["expires_in"],
        86_400
    );
    for rest in [
        "&expires_in=86399",
        "&expires_in=31556953",
        "&expires_in=-1",
        "&expires_in=day",
    ] {
        let answer = service_token(&sandbox, rest).await;
        assert_eq!(answer.status, 400, "{rest}");
        assert_eq!(answer.json()["error"], "invalid_request");
    }
    let usual = token(
        &sandbox,
        "acme",
        "grant_type=client_credentials&expires_in=86400",
    )
    .await;
    assert_eq!(usual.status, 400);
    let odd = token(
        &sandbox,
        "acme",
        "grant_type=client_credentials&token_type=jwt",
    )
    .await;
    assert_eq!(odd.status, 400);
}

#[tokio::test]
async fn a_service_token_stands_alone_in_its_header_and_only_some_apis_take_it() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let body = service_token(&sandbox, "").await.json();
    let own = body["access_token"].as_str().unwrap();
    assert_eq!(call(&sandbox, "/account", own).await, 200);
    assert_eq!(
        call(&sandbox, "/account", &format!("Bearer {own}")).await,
        401
    );
    assert_eq!(call(&sandbox, "/users", own).await, 200);
    assert_eq!(call(&sandbox, "/prompts", own).await, 401);
    let usual = token(&sandbox, "acme", "grant_type=client_credentials")
        .await
        .json();
    let usual = usual["access_token"].as_str().unwrap();
    assert_eq!(call(&sandbox, "/account", usual).await, 401);
    assert_eq!(
        get(&sandbox, API, "/account", Some(usual)).await.status,
        200
    );
}

#[tokio::test]
async fn introspection_knows_service_tokens_until_they_end_and_nothing_else() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let body = service_token(&sandbox, "&scope=account%3Aread")
        .await
        .json();
    let own = body["access_token"].as_str().unwrap();
    let told = introspected(&sandbox, &format!("token={own}")).await.json();
    let state = &told["token_introspection"];
    assert_eq!(state["active"], true);
    assert_eq!(state["scp"], "account:read");
    assert_eq!(state["iss"], "https://acme.talkdeskid.com");
    assert_eq!(state["aud"], "https://api.talkdeskapp.com");
    assert_eq!(state["reg"], "td-us-1");
    assert_eq!(state["cid"], "f026ca5de27f4a86d359c7d624dea14c");
    let life = state["exp"].as_i64().unwrap() - state["iat"].as_i64().unwrap();
    assert_eq!(life, 86_400);
    assert!(told["kid"].is_string() && told["sig"].is_string());
    sandbox.advance(SignedDuration::from_secs(86_400));
    let usual = token(&sandbox, "acme", "grant_type=client_credentials")
        .await
        .json();
    for text in [own, "tdst_unknown", usual["access_token"].as_str().unwrap()] {
        let told = introspected(&sandbox, &format!("token={text}"))
            .await
            .json();
        assert_eq!(
            told["token_introspection"],
            serde_json::json!({ "active": false })
        );
    }
    let missing = introspected(&sandbox, "").await;
    assert_eq!(
        (missing.status, missing.json()["code"].clone()),
        (400, "0070201".into())
    );
}
