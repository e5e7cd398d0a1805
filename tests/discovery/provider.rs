//! A provider of the user's own, made of what a server publishes.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::Code;
use proofkey_core::proofkey::{Host, Proofkey};
use proofkey_core::provider::{self, Grant, PushedRequests, ResponseIssuer};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_tests::{MemoryVault, Website};
use serde_json::{Value, json};

use crate::{OAUTH, OPENID, metadata, with};

fn opened(home: &std::path::Path) -> Proofkey {
    Proofkey::open(Host {
        config_dir: home.to_owned(),
        vault: Arc::new(MemoryVault::new()),
        clock: Arc::new(SystemClock),
        connect_to: Vec::new(),
        extra_roots: Vec::new(),
        deadlines: Deadlines::default(),
    })
    .unwrap()
}

#[tokio::test]
async fn an_issuer_alone_makes_a_provider_that_can_be_used_at_once() {
    let site = Website::start().await;
    site.put_json(
        &format!("/realms/acme{OPENID}"),
        &metadata(&site, "/realms/acme"),
    );
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    let issuer = format!("{}/realms/acme", site.origin());
    let made = proofkey
        .provider_from_issuer(&issuer, None, false, false)
        .await
        .unwrap();
    let port = site.url("/").port().unwrap();
    assert_eq!(made.id, format!("localhost-{port}-realms-acme"));

    for proofkey in [&proofkey, &opened(home.path())] {
        assert_eq!(proofkey.catalogue_problems(), []);
        let provider = proofkey.provider(&made.id).unwrap();
        let endpoints = provider::endpoints(&provider, &BTreeMap::new()).unwrap();
        assert_eq!(endpoints.issuer.as_deref(), Some(issuer.as_str()));
        assert_eq!(endpoints.token, Some(site.url("/token")));
        assert_eq!(endpoints.authorization, Some(site.url("/authorize")));
        assert_eq!(endpoints.jwks, Some(site.url("/keys")));
        assert_eq!(endpoints.userinfo, Some(site.url("/me")));
        assert_eq!(endpoints.revocation, Some(site.url("/revoke")));
        assert_eq!(endpoints.pushed_authorization, Some(site.url("/par")));
        assert_eq!(
            provider.grants,
            [Grant::AuthorizationCode, Grant::ClientCredentials]
        );
        let rules = provider.authorization_code.as_ref().unwrap();
        assert_eq!(rules.pushed_requests, PushedRequests::Supported);
        assert_eq!(rules.response_issuer, ResponseIssuer::Sent);
        assert_eq!(rules.id_token_algorithms, ["RS256", "ES256"]);
        assert_eq!(rules.refresh_scope.as_deref(), Some("offline_access"));
        assert_eq!(
            rules.suggested_scopes,
            ["openid", "email", "offline_access"]
        );
        assert_eq!(rules.parameters["prompt"], "consent");
        assert_eq!(provider.probes[0].path, "/me");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = home.path().join(format!("providers/{}.toml", made.id));
        assert_eq!(
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[tokio::test]
async fn a_provider_is_replaced_only_when_that_was_asked_for() {
    let site = Website::start().await;
    site.put_json(OPENID, &metadata(&site, ""));
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    let make = async |id: &str, replace: bool| {
        let made = proofkey
            .provider_from_issuer(site.origin(), Some(id), replace, false)
            .await;
        made.map_err(|problem| (problem.code, problem.field.unwrap_or_default()))
    };
    assert!(make("ours", false).await.is_ok());
    let before = std::fs::read(home.path().join("providers/ours.toml")).unwrap();
    assert_eq!(
        make("ours", false).await.unwrap_err(),
        (Code::AlreadyExists, "id".to_owned())
    );
    assert_eq!(
        make("talkdesk", false).await.unwrap_err().0,
        Code::AlreadyExists
    );
    site.put_json(
        OPENID,
        &with(
            metadata(&site, ""),
            "token_endpoint",
            site.url("/new").as_str().into(),
        ),
    );
    assert_eq!(
        make("ours", false).await.unwrap_err().0,
        Code::AlreadyExists
    );
    assert_eq!(
        std::fs::read(home.path().join("providers/ours.toml")).unwrap(),
        before
    );
    let replaced = make("ours", true).await.unwrap();
    assert_eq!(
        replaced.endpoints.token.as_deref(),
        Some(site.url("/new").as_str())
    );
    assert_eq!(
        proofkey.provider("ours").unwrap().endpoints.token,
        replaced.endpoints.token
    );
}

#[tokio::test]
async fn only_a_file_about_the_same_issuer_is_replaced() {
    let (site, other) = (Website::start().await, Website::start().await);
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    for site in [&site, &other] {
        site.put_json(OPENID, &metadata(site, ""));
    }
    let make = async |site: &Website, id: &str| {
        proofkey
            .provider_from_issuer(site.origin(), Some(id), true, false)
            .await
    };
    make(&site, "ours").await.unwrap();
    let path = home.path().join("providers/ours.toml");
    let before = std::fs::read(&path).unwrap();
    let refused = make(&other, "ours").await.unwrap_err();
    assert_eq!(refused.code, Code::AlreadyExists);
    assert!(refused.summary.contains(site.origin()), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    make(&site, "ours").await.unwrap();

    // What is no provider yet is about no issuer that could be compared.
    let broken = home.path().join("providers/broken.toml");
    std::fs::write(&broken, "schema = 1").unwrap();
    let refused = make(&site, "broken").await.unwrap_err();
    assert_eq!(refused.code, Code::AlreadyExists);
    assert_eq!(std::fs::read(&broken).unwrap(), b"schema = 1");
}

#[tokio::test]
async fn a_file_with_a_mistake_and_a_name_that_is_none_are_left_alone() {
    let site = Website::start().await;
    site.put_json(OPENID, &metadata(&site, ""));
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    let make = async |id: &str, replace: bool| {
        let made = proofkey
            .provider_from_issuer(site.origin(), Some(id), replace, false)
            .await;
        made.map_err(|problem| problem.code)
    };
    // A file that is not in the catalogue is still nobody's to overwrite.
    std::fs::create_dir(home.path().join("providers")).unwrap();
    std::fs::write(home.path().join("providers/mine.toml"), "schema = 1").unwrap();
    assert_eq!(make("mine", false).await.unwrap_err(), Code::AlreadyExists);
    for id in ["../evil", "", "Ours", "a/b", "a.toml"] {
        assert_eq!(
            make(id, true).await.unwrap_err(),
            Code::DraftInvalid,
            "{id}"
        );
    }
    assert_eq!(
        std::fs::read_dir(home.path().join("providers"))
            .unwrap()
            .count(),
        1
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_connected_to_makes_no_file() {
    let site = Website::start().await;
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    for (member, value, code) in [
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            Code::AuthorizationInvalid,
        ),
        (
            "issuer",
            json!("https://evil.example"),
            Code::AuthorizationInvalid,
        ),
        ("token_endpoint", Value::Null, Code::DraftInvalid),
        (
            "grant_types_supported",
            json!(["implicit", "password"]),
            Code::DraftInvalid,
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["none"]),
            Code::DraftInvalid,
        ),
        (
            "token_endpoint",
            json!("http://127.0.0.1:1/a%20b"),
            Code::DraftInvalid,
        ),
        (
            "token_endpoint",
            json!("javascript:alert(1)"),
            Code::AuthorizationInvalid,
        ),
    ] {
        site.put_json(OPENID, &with(metadata(&site, ""), member, value.clone()));
        let made = proofkey
            .provider_from_issuer(site.origin(), Some("local"), false, false)
            .await;
        let problem = made.unwrap_err();
        assert_eq!(problem.code, code, "{member}: {value}: {problem:?}");
        assert!(proofkey.provider("local").is_err());
    }
    assert!(!home.path().join("providers/local.toml").exists());
}

#[tokio::test]
async fn a_plain_oauth_server_without_sign_in_is_enough() {
    let site = Website::start().await;
    site.put_json(
        OAUTH,
        &json!({
            "issuer": site.origin(),
            "token_endpoint": site.url("/token"),
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": []
        }),
    );
    let home = tempfile::tempdir().unwrap();
    let proofkey = opened(home.path());
    let made = proofkey
        .provider_from_issuer(site.origin(), Some("local"), false, false)
        .await
        .unwrap();
    assert_eq!(made.grants, [Grant::ClientCredentials]);
    assert!(made.authorization_code.is_none() && made.probes.is_empty());
    assert!(proofkey.provider("local").is_ok());
}
