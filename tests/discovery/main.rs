//! From an issuer to a provider: what is asked, what is believed, and what becomes of it. A small web
//! server on loopback plays the authorization server and keeps every request.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::connection::ResolvedEndpoints;
use proofkey_core::oauth::discovery::{
    self, DiscoveryErrorKind, Issuer, metadata_unchanged, preset,
};
use proofkey_core::proofkey::{Host, Proofkey};
use proofkey_core::provider::{self, Grant, Provider, PushedRequests, ResponseIssuer};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::{Code, Problem};
use proofkey_tests::{MemoryVault, Website};
use serde_json::{Value, json};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn network() -> Network {
    Network::new(NetworkSettings::default()).unwrap()
}

/// What a full server says of itself.
fn metadata(site: &Website, path: &str) -> Value {
    let at = |end: &str| format!("{}{end}", site.origin());
    json!({
        "issuer": at(path),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/me"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "pushed_authorization_request_endpoint": at("/par"),
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code", "code id_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        "scopes_supported": ["crm:read", "openid", "offline_access", "email"],
        "a_member_of_tomorrow": { "is": "left aside" }
    })
}

fn with(mut document: Value, name: &str, value: Value) -> Value {
    document[name] = value;
    document
}

async fn discover(site: &Website, path: &str) -> Result<discovery::Discovered, DiscoveryErrorKind> {
    let issuer = Issuer::parse(&format!("{}{path}", site.origin())).unwrap();
    let found = discovery::discover(&network(), &issuer).await;
    found.map_err(|error| error.kind)
}

#[tokio::test]
async fn the_second_well_known_address_is_asked_only_when_the_first_does_not_exist() {
    let site = Website::start().await;
    site.put_json(&format!("{OAUTH}/acme"), &metadata(&site, "/acme"));
    let found = discover(&site, "/acme").await.unwrap();
    assert_eq!(found.url, site.url(&format!("{OAUTH}/acme")));
    assert_eq!(
        site.asked(),
        [format!("/acme{OPENID}"), format!("{OAUTH}/acme")]
    );

    site.put_json(&format!("/acme{OPENID}"), &metadata(&site, "/acme"));
    let found = discover(&site, "/acme").await.unwrap();
    assert_eq!(found.url, site.url(&format!("/acme{OPENID}")));
    assert_eq!(site.asked().len(), 3);

    for status in [301, 302, 303, 307, 308, 401, 403, 410, 500, 503] {
        let other = site.url(&format!("{OAUTH}/acme"));
        let headers = [
            ("Location", other.as_str()),
            ("Content-Type", "application/json"),
        ];
        site.put(&format!("/acme{OPENID}"), status, &headers, b"{}");
        let before = site.asked().len();
        let error = discover(&site, "/acme").await.unwrap_err();
        assert!(
            matches!(error, DiscoveryErrorKind::Document(_)),
            "{status}: {error:?}"
        );
        assert_eq!(site.asked().len(), before + 1, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_publishes_nothing_is_said_so() {
    let site = Website::start().await;
    let issuer = Issuer::parse(site.origin()).unwrap();
    let error = discovery::discover(&network(), &issuer).await.unwrap_err();
    assert_eq!(error.kind, DiscoveryErrorKind::Absent);
    assert_eq!(site.asked(), [OPENID, OAUTH]);
    assert_eq!(Problem::from(error).code, Code::ResponseMalformed);
}

#[tokio::test]
async fn metadata_of_another_issuer_ends_everything() {
    let site = Website::start().await;
    let own = site.origin().to_owned();
    for found in [
        format!("{own}1"),
        format!("{own}/"),
        own.to_uppercase(),
        own.replace("127.0.0.1", "localhost"),
        String::new(),
    ] {
        site.put_json(
            OPENID,
            &with(metadata(&site, ""), "issuer", found.clone().into()),
        );
        let before = site.asked().len();
        let error = discover(&site, "").await.unwrap_err();
        assert_eq!(error, DiscoveryErrorKind::IssuerDiffers { found });
        assert_eq!(site.asked().len(), before + 1, "nothing else may be asked");
    }
}

#[tokio::test]
async fn what_is_no_metadata_is_refused() {
    let site = Website::start().await;
    let whole = metadata(&site, "").to_string();
    let json = [("Content-Type", "application/json")];
    let doubled = whole.replacen(
        '{',
        "{\"token_endpoint\":\"https://evil.example/token\",",
        1,
    );
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let swollen = format!("{{\"a\":\"{}\"}}", "x".repeat(600 * 1024));
    for body in ["", "[]", "null", "{", &doubled, &nested, &swollen] {
        site.put(OPENID, 200, &json, body.as_bytes());
        let error = discover(&site, "").await.unwrap_err();
        assert!(
            matches!(error, DiscoveryErrorKind::Document(_)),
            "{body:.60}: {error:?}"
        );
    }
    site.put(
        OPENID,
        200,
        &[("Content-Type", "text/html")],
        whole.as_bytes(),
    );
    assert!(discover(&site, "").await.is_err());
    site.put_json(
        OPENID,
        &with(
            metadata(&site, ""),
            "jwks_uri",
            "http://evil.example/k".into(),
        ),
    );
    let error = discover(&site, "").await.unwrap_err();
    assert!(matches!(
        error,
        DiscoveryErrorKind::UnsafeEndpoint {
            name: "jwks_uri",
            ..
        }
    ));
}

/// A provider that was made of a server's metadata, to be compared with what it publishes now.
struct Pinned {
    site: Website,
    provider: Provider,
    endpoints: ResolvedEndpoints,
}

impl Pinned {
    /// With this member of the metadata changed before the provider was made.
    async fn with(name: &str, value: Value) -> Self {
        let site = Website::start().await;
        site.put_json(OPENID, &with(metadata(&site, ""), name, value));
        let found = discover(&site, "").await.unwrap();
        let provider = preset::provider(&found, "local", "2026-11").unwrap();
        let endpoints = provider::endpoints(&provider, &BTreeMap::new()).unwrap();
        Self {
            site,
            provider,
            endpoints,
        }
    }

    /// With this member of the metadata changed since.
    async fn now(&self, name: &str, value: Value) -> Result<Vec<String>, Problem> {
        let document = with(metadata(&self.site, ""), name, value);
        self.site.put_json(OPENID, &document);
        metadata_unchanged(&network(), &self.provider, &self.endpoints).await
    }
}

#[tokio::test]
async fn an_address_that_moved_since_is_named_and_not_followed() {
    let pinned = Pinned::with("note", json!("nothing")).await;
    assert_eq!(pinned.now("note", json!("else")).await, Ok(Vec::new()));
    for (member, field) in [
        ("authorization_endpoint", "authorization"),
        ("token_endpoint", "token"),
        ("jwks_uri", "jwks"),
        ("userinfo_endpoint", "userinfo"),
        ("revocation_endpoint", "revocation"),
        (
            "pushed_authorization_request_endpoint",
            "pushed_authorization",
        ),
    ] {
        let old = metadata(&pinned.site, "")[member]
            .as_str()
            .unwrap()
            .to_owned();
        let moved = "http://127.0.0.2:1/elsewhere";
        let before = pinned.site.asked().len();
        let problem = pinned.now(member, moved.into()).await.unwrap_err();
        assert_eq!(pinned.site.asked().len(), before + 1);
        assert_eq!(problem.code, Code::AuthorizationInvalid, "{member}");
        assert_eq!(problem.field, Some(format!("endpoints.{field}")));
        let told = &problem.summary;
        assert!(told.contains(moved) && told.contains(&old), "{told}");
        let remedy = &problem.remedy;
        assert!(remedy.contains("--id local --replace"), "{remedy}");
        let notes = pinned.now(member, Value::Null).await.unwrap();
        assert_eq!(notes.len(), 1, "{member}: {notes:?}");
    }
}

#[tokio::test]
async fn a_server_that_behaves_otherwise_than_it_did_has_to_be_looked_at() {
    let pinned = Pinned::with("pushed_authorization_request_endpoint", Value::Null).await;
    let challenges = "code_challenge_methods_supported";
    for (member, value) in [
        ("issuer", json!(format!("{}/", pinned.site.origin()))),
        (challenges, json!(["plain"])),
        (
            "authorization_response_iss_parameter_supported",
            json!(false),
        ),
        ("require_pushed_authorization_requests", json!(true)),
    ] {
        let problem = pinned.now(member, value).await.unwrap_err();
        assert_eq!(problem.code, Code::AuthorizationInvalid, "{member}");
    }
    assert_eq!(pinned.now(challenges, Value::Null).await.unwrap().len(), 1);
    pinned.site.remove(OPENID);
    let gone = metadata_unchanged(&network(), &pinned.provider, &pinned.endpoints).await;
    assert_eq!(gone.unwrap_err().code, Code::ResponseMalformed);
}

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
