//! The practice Talkdesk takes a client assertion that is exactly right, and nothing else; and it says
//! what was wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[path = "../signer/mod.rs"]
mod signer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../wire/mod.rs"]
mod wire;

mod clients;
mod confusions;
mod wrong_claims;

use proofkey_core::provider::SigningAlgorithm;
use proofkey_sandbox::{Options, Sandbox};
use serde_json::Value;
use signer::{Signer, claims, form};
use wire::{Answer, send, token_request};

const HOST: &str = "wallace.talkdeskid.com";
const AUDIENCE: &str = "https://wallace.talkdeskid.com/oauth/token";
const CLIENT: &str = "2b4f4df7f842cd1514397271518256b1";

struct Stage {
    sandbox: Sandbox,
    signer: Signer,
}

impl Stage {
    async fn with(algorithm: SigningAlgorithm) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let signer = Signer::new(algorithm);
        sandbox
            .register_key("wallace", signer.registered())
            .unwrap();
        Self { sandbox, signer }
    }

    async fn ask(&self, form: &str) -> Answer {
        let request = token_request(HOST, None, form);
        send(&self.sandbox, HOST, &request).await.unwrap()
    }

    async fn present(&self, assertion: &str) -> Answer {
        self.ask(&form(assertion, "")).await
    }

    /// The reason for which an assertion with these claims is refused.
    async fn reason_for(&self, claims: &Value) -> String {
        let token = self
            .signer
            .token(&self.signer.header(), &claims.to_string());
        reason(&self.present(&token).await)
    }
}

/// What the refusal says; panics if there is none.
fn reason(answer: &Answer) -> String {
    let body = answer.json();
    assert_eq!(answer.status, 401, "{body}");
    assert_eq!(body["error"], "invalid_client");
    body["error_description"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_algorithm_is_taken_with_the_key_that_is_registered_for_it() {
    for algorithm in SigningAlgorithm::ALL {
        let stage = Stage::with(algorithm).await;
        let answer = stage
            .present(&stage.signer.assertion(CLIENT, AUDIENCE))
            .await;
        assert_eq!(answer.status, 200, "{} {}", algorithm.name(), answer.body);
        assert!(answer.json()["access_token"].is_string());
    }
}

#[tokio::test]
async fn the_same_key_with_another_algorithm_is_refused() {
    let stage = Stage::with(SigningAlgorithm::Ps256).await;
    let signer = stage.signer.with_algorithm(SigningAlgorithm::Ps384);
    let request = token_request(HOST, None, &form(&signer.assertion(CLIENT, AUDIENCE), ""));
    let answer = send(&stage.sandbox, HOST, &request).await.unwrap();
    assert!(reason(&answer).contains("another algorithm"));
}

#[tokio::test]
async fn an_assertion_counts_once_even_when_its_first_use_failed() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let token = stage.signer.assertion(CLIENT, AUDIENCE);
    assert_eq!(stage.present(&token).await.status, 200);
    assert!(reason(&stage.present(&token).await).contains("used before"));
    let mut late = claims(CLIENT, AUDIENCE);
    late["exp"] = 1.into();
    assert!(stage.reason_for(&late).await.contains("expired"));
    late["exp"] = claims(CLIENT, AUDIENCE)["exp"].clone();
    assert!(stage.reason_for(&late).await.contains("used before"));
}
