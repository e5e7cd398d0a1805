//! Header members, algorithms and keys that are meant to be mistaken for others (rules F4 and F5). What core
//! makes of the same in ID tokens is in the journeys of `id_token`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::provider::SigningAlgorithm;
use serde_json::{Value, json};

use crate::signer::{KEY_ID, Signer, claims, with_secret};
use crate::{AUDIENCE, CLIENT, Stage, reason};

/// F5: headers that bring keys, extensions or other kinds of token.
#[tokio::test]
async fn each_wrong_header_has_a_reason_of_its_own() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let jwk = stage.signer.jwk();
    for (member, value, wanted) in [
        ("kid", json!("another"), "not registered"),
        ("kid", Value::Null, "names no key"),
        ("alg", json!("none"), "another algorithm"),
        ("alg", json!("None"), "another algorithm"),
        ("alg", json!("es256"), "another algorithm"),
        ("alg", json!("HS256"), "another algorithm"),
        ("alg", json!("ES384"), "another algorithm"),
        ("alg", Value::Null, "cannot be understood"),
        ("typ", json!("at+jwt"), "another type"),
        ("jwk", jwk, "key of its own"),
        ("jku", json!("https://evil.example/jwks"), "key of its own"),
        ("x5u", json!("https://evil.example/cert"), "key of its own"),
        ("x5c", json!(["MII"]), "key of its own"),
        ("crit", json!(["exp"]), "extensions"),
        ("b64", json!(false), "extensions"),
        ("zip", json!("DEF"), "encrypted or compressed"),
        ("enc", json!("A256GCM"), "encrypted or compressed"),
        ("nonsense", json!(1), "cannot be understood"),
    ] {
        let mut header = stage.signer.header();
        header[member] = value.clone();
        if value.is_null() {
            header.as_object_mut().unwrap().remove(member);
        }
        let token = stage
            .signer
            .token(&header, &claims(CLIENT, AUDIENCE).to_string());
        let reason = reason(&stage.present(&token).await);
        assert!(reason.contains(wanted), "{member} {value}: {reason}");
    }
}

/// F4: the confusions that have had names for years.
#[tokio::test]
async fn confusions_of_keys_and_algorithms_are_refused() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let header = json!({ "alg": "HS256", "kid": KEY_ID, "typ": "JWT" });
    let jwk = stage.signer.jwk().to_string();
    let point: Vec<u8> = ["x", "y"]
        .iter()
        .flat_map(|name| {
            URL_SAFE_NO_PAD
                .decode(stage.signer.jwk()[name].as_str().unwrap())
                .unwrap()
        })
        .collect();
    let secret = stage.sandbox.accounts();
    let secret = secret
        .iter()
        .find(|account| account.account == "wallace")
        .unwrap();
    let (der, pem) = published(&point);
    let secret = secret.client_secret.as_bytes();
    for key in [jwk.as_bytes(), &point, &der, pem.as_bytes(), b"", secret] {
        let token = with_secret(&header, &claims(CLIENT, AUDIENCE).to_string(), key);
        assert!(reason(&stage.present(&token).await).contains("another algorithm"));
    }
    let token = stage.signer.assertion(CLIENT, AUDIENCE);
    let (message, _) = token.rsplit_once('.').unwrap();
    // Two noughts solve the equation of ECDSA for every message and key, where they are not refused first
    // (CVE-2022-21449).
    let noughts = format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    assert!(reason(&stage.present(&noughts).await).contains("signature"));
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert!(reason(&stage.present(unsigned).await).contains("wrong length"));
    let der = stage
        .signer
        .token_in_der(&claims(CLIENT, AUDIENCE).to_string());
    assert!(reason(&stage.present(&der).await).contains("DER"));
    let stranger = Signer::new(SigningAlgorithm::Es256).assertion(CLIENT, AUDIENCE);
    assert!(reason(&stage.present(&stranger).await).contains("signature"));
}

/// The key as it is published: `SubjectPublicKeyInfo` (RFC 5480 §2) of P-256, and its armour.
fn published(point: &[u8]) -> (Vec<u8>, String) {
    let head = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
    let der = [STANDARD.decode(head).unwrap().as_slice(), point].concat();
    let body = STANDARD.encode(&der);
    let (one, two) = body.split_at(64);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{one}\n{two}\n-----END PUBLIC KEY-----\n");
    (der, pem)
}

/// F5: a stranger who brings the key along is a stranger all the same.
#[tokio::test]
async fn a_key_that_comes_with_the_assertion_verifies_nothing() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let stranger = Signer::new(SigningAlgorithm::Es256);
    let claims = || claims(CLIENT, AUDIENCE).to_string();
    let mut header = stranger.header();
    header["jwk"] = stranger.jwk();
    let answer = stage.present(&stranger.token(&header, &claims())).await;
    assert!(reason(&answer).contains("key of its own"));
    for key_id in ["../../../dev/null", "' OR '1'='1", "key-1\0", "KEY-1", ""] {
        let mut header = stranger.header();
        header["kid"] = key_id.into();
        let answer = stage.present(&stranger.token(&header, &claims())).await;
        let said = reason(&answer);
        assert!(
            said.contains("not registered") || said.contains("names no key"),
            "{said}"
        );
    }
    for key_id in [json!(1), json!([KEY_ID]), json!({ "kid": KEY_ID })] {
        let mut header = stage.signer.header();
        header["kid"] = key_id;
        let answer = stage.present(&stage.signer.token(&header, &claims())).await;
        assert!(reason(&answer).contains("cannot be understood"));
    }
}

#[tokio::test]
async fn what_is_no_jwt_or_says_a_thing_twice_is_refused() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let token = stage.signer.assertion(CLIENT, AUDIENCE);
    let twice = claims(CLIENT, AUDIENCE)
        .to_string()
        .replacen('{', r#"{"sub":"somebody","#, 1);
    let twice = stage.signer.token(&stage.signer.header(), &twice);
    let padded = format!("{token}%3D%3D");
    let long = format!("{token}{}", "A".repeat(20_000));
    for (text, wanted) in [
        ("a.b", "compact form"),
        ("a.b.c.d.e", "encrypted"),
        ("!.b.c", "Base64url"),
        ("a.b.c", "Base64url"),
        (padded.as_str(), "Base64url"),
        (twice.as_str(), "cannot be understood"),
        (long.as_str(), "too long"),
    ] {
        let reason = reason(&stage.present(text).await);
        assert!(reason.contains(wanted), "{wanted}: {reason}");
    }
}
