//! Each fault and module of the approval departs from the standard in exactly its own way.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

mod visit;

use proofkey_sandbox::{Fault, Module, Options, Sandbox};
use serde_json::{Value, json};
use visit::{Client, REDIRECT, VERIFIER, claims, parameter, part};
use wire::get;

const FAPI: &str = "fapi2-security-profile-final-client-test-";
const OIDCC: &str = "oidcc-client-test-";

/// The server beside Talkdesk with one module in force.
async fn with(prefix: &str, name: &str) -> Sandbox {
    let module = Module::named(&format!("{prefix}{name}")).unwrap();
    let faults = vec![("id.practice.example".to_owned(), Fault::Module(module))];
    let options = Options {
        faults,
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

async fn id_token(prefix: &str, name: &str) -> (Value, Value) {
    let sandbox = with(prefix, name).await;
    let reply = Client::of_issuer(&sandbox).approved().await;
    (part(&reply["id_token"], 0), claims(&reply["id_token"]))
}

#[tokio::test]
async fn one_claim_of_the_id_token_is_wrong_or_gone() {
    for (prefix, name, claim, wrong) in [
        (
            OIDCC,
            "invalid-iss",
            "iss",
            Some(json!("https://id.practice.example1")),
        ),
        (FAPI, "invalid-missing-iss", "iss", None),
        (OIDCC, "missing-sub", "sub", None),
        (OIDCC, "missing-aud", "aud", None),
        (OIDCC, "missing-iat", "iat", None),
        (FAPI, "invalid-missing-exp", "exp", None),
        (
            OIDCC,
            "nonce-invalid",
            "nonce",
            Some(json!("n-0S6_WzA2Mj1")),
        ),
        (FAPI, "invalid-missing-nonce", "nonce", None),
    ] {
        let (_, claims) = id_token(prefix, name).await;
        assert_eq!(claims.get(claim), wrong.as_ref(), "{name}");
        assert!(
            claims.as_object().unwrap().len() >= 7,
            "{name}: nothing else is gone"
        );
    }
}

#[tokio::test]
async fn the_audience_and_the_expiry_are_wrong_as_the_suite_has_them() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let client = sandbox.issuer().client_id;
    for (name, wanted) in [
        ("invalid-aud", json!(format!("{client}1"))),
        ("invalid-secondary-aud", json!([client, "unknown-client"])),
        ("valid-aud-as-array", json!([client])),
    ] {
        assert_eq!(id_token(FAPI, name).await.1["aud"], wanted, "{name}");
    }
    let (_, claims) = id_token(FAPI, "invalid-expired-exp").await;
    let ago = claims["iat"].as_i64().unwrap() - claims["exp"].as_i64().unwrap();
    assert_eq!(ago, 360);
}

#[tokio::test]
async fn the_signature_is_of_another_kind_or_names_no_key() {
    for (name, algorithm, named) in [
        ("idtoken-sig-rs256", "RS256", true),
        ("invalid-sig-rs256", "RS256", true),
        ("invalid-sig-hs256", "HS256", false),
        ("idtoken-sig-none", "none", false),
        ("kid-absent-single-jwks", "ES256", false),
        ("kid-absent-multiple-jwks", "ES256", false),
    ] {
        let (header, _) = id_token(OIDCC, name).await;
        assert_eq!(header["alg"], algorithm, "{name}");
        assert_eq!(header.get("kid").is_some(), named, "{name}");
    }
    for (name, fitting) in [
        ("kid-absent-single-jwks", 1),
        ("kid-absent-multiple-jwks", 2),
    ] {
        let sandbox = with(OIDCC, name).await;
        let jwks = get(&sandbox, "id.practice.example", "/jwks", None)
            .await
            .json();
        let keys = jwks["keys"].as_array().unwrap();
        let count = keys.iter().filter(|key| key["alg"] == "ES256").count();
        assert_eq!(count, fitting, "{name}");
    }
}

#[tokio::test]
async fn keys_change_once_when_the_module_says_so() {
    for (name, changes_with_the_code) in [
        ("signing-key-rotation", false),
        ("signing-key-rotation-just-before-signing", true),
    ] {
        let sandbox = with(OIDCC, name).await;
        let client = Client::of_issuer(&sandbox);
        let published = async || {
            let jwks = get(&sandbox, "id.practice.example", "/jwks", None).await;
            jwks.json()["keys"][0]["kid"].clone()
        };
        let first = published().await;
        let reply = client.approved().await;
        let second = published().await;
        assert_eq!(part(&reply["id_token"], 0)["kid"], second, "{name}");
        assert_eq!(first != second, changes_with_the_code, "{name}");
        let reply = client
            .refresh(reply["refresh_token"].as_str().unwrap())
            .await
            .json();
        let third = published().await;
        assert_eq!(part(&reply["id_token"], 0)["kid"], third, "{name}");
        assert_ne!(first, third, "{name}");
        client
            .refresh(reply["refresh_token"].as_str().unwrap())
            .await;
        assert_eq!(published().await, third, "{name}");
    }
}

#[tokio::test]
async fn the_metadata_is_wrong_or_elsewhere() {
    let path = "/.well-known/openid-configuration";
    let host = "id.practice.example";
    let sandbox = with(OIDCC, "discovery-issuer-mismatch").await;
    let metadata = get(&sandbox, host, path, None).await.json();
    assert_eq!(metadata["issuer"], "https://id.practice.example1");
    let sandbox = with(OIDCC, "discovery-jwks-uri-keys").await;
    let metadata = get(&sandbox, host, path, None).await.json();
    let uri = metadata["jwks_uri"].as_str().unwrap();
    let elsewhere = uri.strip_prefix("https://id.practice.example").unwrap();
    assert!(elsewhere.len() > 30);
    assert_eq!(get(&sandbox, host, elsewhere, None).await.status, 200);
    assert_eq!(get(&sandbox, host, "/jwks", None).await.status, 404);
    for (fault, member, wanted) in [
        (
            Fault::PkcePlainOnly,
            "code_challenge_methods_supported",
            json!(["plain"]),
        ),
        (
            Fault::PkceUnlisted,
            "code_challenge_methods_supported",
            Value::Null,
        ),
        (
            Fault::TokenEndpointMoved,
            "token_endpoint",
            json!("https://api.practice.example/token"),
        ),
        (
            Fault::ResponseIssuerUnannounced,
            "authorization_response_iss_parameter_supported",
            json!(false),
        ),
    ] {
        sandbox.set_fault(host, fault).unwrap();
        let metadata = get(&sandbox, host, path, None).await.json();
        assert_eq!(metadata[member], wanted, "{fault}");
    }
}

#[tokio::test]
async fn the_authorization_response_is_wrong_in_one_member() {
    let issuer = "https://id.practice.example";
    for (name, member, wanted) in [
        (
            "invalid-authorization-response-iss",
            "iss",
            Some(format!("{issuer}1")),
        ),
        ("remove-authorization-response-iss", "iss", None),
        (
            "ensure-authorization-response-with-invalid-state-fails",
            "state",
            Some("af0ifjsldkj1".to_owned()),
        ),
        (
            "ensure-authorization-response-with-invalid-missing-state-fails",
            "state",
            None,
        ),
    ] {
        let sandbox = with(FAPI, name).await;
        let client = Client::of_issuer(&sandbox);
        let location = client.visit(&client.request(&[]), "approve").await;
        assert_eq!(parameter(&location, member), wanted, "{name}");
        assert!(parameter(&location, "code").is_some(), "{name}");
    }
}

#[tokio::test]
async fn token_responses_userinfo_and_refreshes_are_wrong_in_one_member() {
    let sandbox = with(FAPI, "token-endpoint-response-without-expires_in").await;
    let reply = Client::of_issuer(&sandbox).approved().await;
    assert_eq!(reply.get("expires_in"), None);
    let sandbox = with(FAPI, "token-type-case-insensitivity").await;
    let reply = Client::of_issuer(&sandbox).approved().await;
    assert_eq!(reply["token_type"], "bEARER");
    let sandbox = with(OIDCC, "userinfo-invalid-sub").await;
    let reply = Client::of_issuer(&sandbox).approved().await;
    let subject = claims(&reply["id_token"])["sub"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = reply["access_token"].as_str();
    let userinfo = get(&sandbox, "id.practice.example", "/userinfo", token).await;
    assert_eq!(userinfo.json()["sub"], format!("{subject}1"));
    for (name, claim) in [
        ("refresh-token-invalid-issuer", "iss"),
        ("refresh-token-invalid-sub", "sub"),
    ] {
        let sandbox = with(OIDCC, name).await;
        let client = Client::of_issuer(&sandbox);
        let reply = client.approved().await;
        let refreshed = client
            .refresh(reply["refresh_token"].as_str().unwrap())
            .await
            .json();
        let before = claims(&reply["id_token"])[claim]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            claims(&refreshed["id_token"])[claim],
            format!("{before}1"),
            "{name}"
        );
        assert_eq!(claims(&refreshed["id_token"]).get("nonce"), None);
    }
}

#[tokio::test]
async fn only_basic_is_taken_and_the_api_takes_nothing() {
    for (name, status) in [
        ("oidcc-client-test", 200),
        ("oidcc-client-test-client-secret-basic", 401),
    ] {
        let sandbox = with("", name).await;
        let client = Client::of_issuer(&sandbox);
        let code = client.code().await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        assert_eq!(
            client.post("/token", false, &form).await.status,
            status,
            "{name}"
        );
    }
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let module = Module::named("fapi2-security-profile-final-client-refresh-token-test").unwrap();
    sandbox.set_fault("oceanic", Fault::Module(module)).unwrap();
    let client = Client::of_account(&sandbox, "oceanic");
    let reply = client.approved().await;
    let token = reply["access_token"].as_str();
    let answer = get(&sandbox, "api.talkdeskapp.com", "/account", token).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn every_lesson_of_an_approval_goes_its_own_way() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (account, error) in [("rekall", Some("access_denied")), ("gringotts", None)] {
        let client = Client::of_account(&sandbox, account);
        let location = client.visit(&client.request(&[]), "approve").await;
        assert_eq!(parameter(&location, "error").as_deref(), error);
        let mixed_up = parameter(&location, "iss").is_some_and(|issuer| issuer.ends_with('1'));
        assert_eq!(mixed_up, error.is_none());
    }
    let approved = async |account: &str| Client::of_account(&sandbox, account).approved().await;
    let reply = approved("massive").await;
    let token = reply["access_token"].as_str();
    let answer = get(&sandbox, "api.talkdeskapp.com", "/account", token).await;
    assert_eq!(answer.json()["name"], "contoso");
    assert_eq!(approved("virtucon").await.get("refresh_token"), None);
    assert_eq!(approved("sirius").await["expires_in"], 60);
    assert_eq!(
        approved("octan").await["scope"],
        "openid refresh_token users:read"
    );
    let reply = approved("prestige").await;
    let client = Client::of_account(&sandbox, "prestige");
    let refreshed = client
        .refresh(reply["refresh_token"].as_str().unwrap())
        .await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    let client = Client::of_account(&sandbox, "macguffin");
    let answer = client
        .redeem(&client.code().await, VERIFIER, REDIRECT)
        .await;
    assert_eq!(answer.json()["error"], "invalid_grant");
    let client = Client::of_account(&sandbox, "monsters");
    let broken = client.open(&client.request(&[])).await;
    assert_eq!((broken.status, broken.header("location")), (500, None));
}

#[tokio::test]
async fn the_other_faults_of_an_approval_show_where_they_say() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let client = Client::of_issuer(&sandbox);
    let set = |fault| sandbox.set_fault(&client.host, fault).unwrap();
    set(Fault::AuthorizationServerError);
    let answer = client.open(&client.request(&[])).await;
    let location = answer.header("location").unwrap();
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("server_error")
    );
    set(Fault::ResponseWithoutCode);
    let location = client.visit(&client.request(&[]), "approve").await;
    assert_eq!(
        (parameter(&location, "code"), parameter(&location, "error")),
        (None, None)
    );
    set(Fault::ScopeAdded);
    let reply = client.approved().await;
    assert!(
        reply["scope"]
            .as_str()
            .unwrap()
            .ends_with(" recordings:read")
    );
    set(Fault::RefreshTokenKept);
    let token = reply["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let refreshed = client.refresh(token).await;
        assert_eq!(
            (refreshed.status, refreshed.json().get("refresh_token")),
            (200, None)
        );
    }
    set(Fault::RefreshUnavailable);
    assert_eq!(client.refresh(token).await.status, 503);
    set(Fault::TokenLifetime(5));
    assert_eq!(client.refresh(token).await.json()["expires_in"], 5);
    set(Fault::RevocationUnavailable);
    assert_eq!(
        client
            .post("/revoke", true, &[("token", token)])
            .await
            .status,
        503
    );
}
