//! An OpenID provider that publishes its keys on loopback, and a token reply to judge.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proofkey_core::Secret;
use proofkey_core::connection::ResolvedEndpoints;
use proofkey_core::oauth::TokenReply;
use proofkey_core::oauth::id_token::IdTokenError;
use proofkey_core::oauth::identity::{self, Identified, Identity, IdentityError, Occasion};
use proofkey_core::oauth::jwks::{KeyCache, KeyError};
use proofkey_core::ports::Clock;
use proofkey_core::provider::{self, Provider};
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::{SigningKey, Website};
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "the-client";
pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";
pub(crate) const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
pub(crate) const CODE: &str = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
/// The time at which the tests happen.
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) const KEYS: &str = "/keys";
pub(crate) const ME: &str = "/me";

/// A clock that stands until it is moved.
pub(crate) struct Standing(Mutex<Timestamp>);

impl Standing {
    pub(crate) fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct Stage {
    pub(crate) site: Website,
    pub(crate) provider: Provider,
    pub(crate) endpoints: ResolvedEndpoints,
    pub(crate) clock: Standing,
    keys: KeyCache,
    network: Network,
}

impl Stage {
    /// A provider that takes ES256, RS256, PS256 and `EdDSA` and has no userinfo.
    pub(crate) async fn set() -> Self {
        let site = Website::start().await;
        let provider = provider(&site);
        let endpoints = provider::endpoints(&provider, &BTreeMap::new()).unwrap();
        Self {
            provider,
            endpoints,
            clock: Standing(Mutex::new(Timestamp::from_second(NOW).unwrap())),
            keys: KeyCache::default(),
            network: Network::new(NetworkSettings::default()).unwrap(),
            site,
        }
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.site.put_json(KEYS, &json!({ "keys": keys }));
    }

    /// As if the program had been started anew.
    pub(crate) fn forget_keys(&mut self) {
        self.keys = KeyCache::default();
    }

    /// How often the keys were fetched.
    pub(crate) fn fetches(&self) -> usize {
        self.site
            .asked()
            .iter()
            .filter(|path| *path == KEYS)
            .count()
    }

    /// Claims that are right in everything.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "iss": self.site.origin(),
            "sub": "248289761001",
            "aud": CLIENT,
            "exp": NOW + 300,
            "iat": NOW,
            "nonce": NONCE,
        })
    }

    /// Judges an approval's reply with this ID token.
    pub(crate) async fn approve(&self, token: &str) -> Result<Identified, IdentityError> {
        self.judge(&reply(Some(token)), approval()).await
    }

    /// As [`Stage::approve`], for tests that only ask what is wrong with the token.
    pub(crate) async fn fault(&self, token: &str) -> Option<IdTokenError> {
        match self.approve(token).await {
            Ok(_) => None,
            Err(IdentityError::IdToken { error, .. }) => Some(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    pub(crate) async fn key_fault(&self, token: &str) -> Option<KeyError> {
        match self.fault(token).await {
            None => None,
            Some(IdTokenError::Key(error)) => Some(error),
            Some(other) => panic!("{other:?}"),
        }
    }

    pub(crate) async fn judge(
        &self,
        reply: &TokenReply,
        occasion: Occasion<'_>,
    ) -> Result<Identified, IdentityError> {
        let client_id = Secret::new(CLIENT.to_owned());
        let ask = Identity {
            provider: &self.provider,
            endpoints: &self.endpoints,
            keys: &self.keys,
            client_id: &client_id,
            reply,
            occasion,
        };
        identity::verify(&self.network, &self.clock, &ask).await
    }
}

/// `openid` was asked for.
pub(crate) fn approval() -> Occasion<'static> {
    Occasion::Approval {
        nonce: Some(NONCE),
        code: None,
    }
}

pub(crate) fn reply(id_token: Option<&str>) -> TokenReply {
    TokenReply {
        access_token: Secret::new(ACCESS_TOKEN.to_owned()),
        token_type: Some("Bearer".to_owned()),
        api_base: None,
        expires_in: Some(600),
        scopes: None,
        refresh_token: None,
        id_token: id_token.map(|token| Secret::new(token.to_owned())),
        other: BTreeMap::new(),
        notes: Vec::new(),
        clock_skew_seconds: Some(0),
        clock_corrected: false,
        status: 200,
        elapsed: Duration::from_millis(20),
    }
}

/// Published keys with one name, all for signatures.
pub(crate) fn named(key: &SigningKey, changes: &Value) -> Value {
    let mut jwk = key.jwk();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => jwk.as_object_mut().unwrap().remove(name),
            value => jwk
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    jwk
}

fn provider(site: &Website) -> Provider {
    let origin = site.origin();
    let text = format!(
        r#"
schema = 1
id = "scripted"
name = "Scripted"
summary = "A provider for tests."
category = "Test"
as_of = "2026-11"
variables = []
grants = ["authorization_code"]
client_authentication = ["client_secret_basic"]
probes = []
guide = []
[endpoints]
token = "{origin}/token"
api_base = "{origin}"
authorization = "{origin}/authorize"
issuer = "{origin}"
jwks = "{origin}{KEYS}"
[authorization_code]
pkce = "required"
redirect = "loopback_any_port"
id_token_algorithms = ["ES256", "RS256", "PS256", "EdDSA"]
certainty = "documented"
[token_header]
name = "authorization"
scheme = "Bearer"
[scopes]
separator = " "
free_text = true
entries = []
"#
    );
    provider::parse("scripted.toml", &text).unwrap_or_else(|faults| panic!("{faults:#?}"))
}
