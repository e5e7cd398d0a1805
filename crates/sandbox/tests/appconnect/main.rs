//! Events, installations and the replacing of credentials, as an app on `AppConnect` meets them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../signer/mod.rs"]
mod signer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../wire/mod.rs"]
mod wire;

mod app;
mod events;
mod orders;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA512_ASN1, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofkey_sandbox::{Curve, EmittedEvent, EventKind, EventOrder, Options, Sandbox};
use serde_json::Value;
use wire::get;

const API: &str = "api.talkdeskapp.com";

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

fn order(kind: EventKind) -> EventOrder {
    EventOrder {
        kind,
        account: "wallace".to_owned(),
        ..EventOrder::default()
    }
}

fn read(event: &EmittedEvent) -> Value {
    serde_json::from_str(&event.body).unwrap()
}

fn header<'a>(event: &'a EmittedEvent, name: &str) -> &'a str {
    let found = event.headers.iter().find(|(own, _)| own == name);
    &found.unwrap().1
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// Whether the key that the event names signed exactly this body.
async fn is_signed(sandbox: &Sandbox, event: &EmittedEvent, curve: Curve) -> bool {
    let id = header(event, "X-Hub-Ecdsa-Signature-Id");
    let answer = get(sandbox, API, &format!("/events/signature-keys/{id}"), None).await;
    if answer.status == 404 {
        assert_eq!(answer.json()["code"], "0080021");
        return false;
    }
    let key = STANDARD
        .decode(answer.json()["public_key"].as_str().unwrap())
        .unwrap();
    let algorithm: &'static dyn VerificationAlgorithm = match curve {
        Curve::P256 => &ECDSA_P256_SHA512_ASN1,
        Curve::P384 => &ECDSA_P384_SHA512_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    };
    let signature = bytes(header(event, "X-Hub-Ecdsa-Signature"));
    let key = UnparsedPublicKey::new(algorithm, key);
    key.verify(event.body.as_bytes(), &signature).is_ok()
}

fn pair(event: &Value) -> (String, String) {
    let text = |name: &str| event["data"][name].as_str().unwrap().to_owned();
    (text("client_id"), text("client_secret"))
}
