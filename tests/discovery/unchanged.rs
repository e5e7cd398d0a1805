//! What a server published once, compared with what it publishes now.

use std::collections::BTreeMap;

use proofkey_core::connection::ResolvedEndpoints;
use proofkey_core::oauth::discovery::{metadata_unchanged, preset};
use proofkey_core::provider::{self, Provider};
use proofkey_core::{Code, Problem};
use proofkey_tests::Website;
use serde_json::{Value, json};

use crate::{OPENID, discover, metadata, network, with};

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
