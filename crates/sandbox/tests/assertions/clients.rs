//! Who may sign, and in which of the ways.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::provider::SigningAlgorithm;
use proofkey_sandbox::{Options, RegisteredKey, Sandbox};
use serde_json::json;

use crate::signer::{Signer, claims, form, with_secret};
use crate::wire::{send, token_request};
use crate::{AUDIENCE, CLIENT, HOST, Stage, reason};

#[tokio::test]
async fn one_way_of_client_authentication_is_used_and_it_is_named_rightly() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let invalid = async |form: &str, credentials: Option<(&str, &str)>| {
        let request = token_request(HOST, credentials, form);
        let answer = send(&stage.sandbox, HOST, &request).await.unwrap();
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_request");
        answer.json()["error_description"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let fresh = || stage.signer.assertion(CLIENT, AUDIENCE);
    let both = invalid(&form(&fresh(), ""), Some((CLIENT, "secret"))).await;
    assert!(both.contains("More than one way"));
    let both = invalid(&form(&fresh(), "&client_secret=x"), None).await;
    assert!(both.contains("More than one way"));
    let alone = format!("grant_type=client_credentials&client_assertion={}", fresh());
    assert!(invalid(&alone, None).await.contains("type is missing"));
    let wrong = form(&fresh(), "").replace("jwt-bearer", "saml2-bearer");
    assert!(invalid(&wrong, None).await.contains("type is not known"));
    let other = stage.ask(&form(&fresh(), "&client_id=another")).await;
    assert!(reason(&other).contains("client_id of the request"));
    let named = stage
        .ask(&form(&fresh(), &format!("&client_id={CLIENT}")))
        .await;
    assert_eq!(named.status, 200);
}

#[tokio::test]
async fn a_client_without_a_key_cannot_sign() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let client = "f026ca5de27f4a86d359c7d624dea14c";
    let host = "acme.talkdeskid.com";
    let token = stage
        .signer
        .assertion(client, "https://acme.talkdeskid.com/oauth/token");
    let request = token_request(host, None, &form(&token, ""));
    let answer = send(&stage.sandbox, host, &request).await.unwrap();
    assert!(reason(&answer).contains("not registered"));
}

#[tokio::test]
async fn the_server_beside_talkdesk_wants_its_issuer_and_takes_a_shared_secret() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let issuer = sandbox.issuer();
    let host = "id.practice.example";
    let ask = async |token: &str| {
        let request = token_request(host, None, &form(token, "&scope=account%3Aread"));
        let request = request.replace("/oauth/token", "/token");
        send(&sandbox, host, &request).await.unwrap()
    };
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let own = claims(&issuer.client_id, &issuer.issuer).to_string();
    let token = with_secret(&header, &own, issuer.client_secret.as_bytes());
    assert_eq!(ask(&token).await.status, 200);
    assert!(reason(&ask(&token).await).contains("used before"));
    let other = claims(&issuer.client_id, &format!("{}/token", issuer.issuer)).to_string();
    let token = with_secret(&header, &other, issuer.client_secret.as_bytes());
    assert!(reason(&ask(&token).await).contains("another audience"));
    let own = claims(&issuer.client_id, &issuer.issuer).to_string();
    let token = with_secret(&header, &own, b"another secret");
    assert!(reason(&ask(&token).await).contains("signature"));
    let signer = Signer::new(SigningAlgorithm::Ps512);
    sandbox.register_key("id", signer.registered()).unwrap();
    let token = signer.assertion(&issuer.client_id, &issuer.issuer);
    assert_eq!(ask(&token).await.status, 200);
}

#[tokio::test]
async fn the_accounts_that_show_a_key_are_what_their_lessons_say() {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let accounts = sandbox.accounts();
    let signed: Vec<_> = accounts
        .iter()
        .filter(|account| account.key.is_some())
        .collect();
    assert_eq!(signed.len(), 3);
    let key = signed[0].key.as_ref().unwrap();
    let der = STANDARD.decode(&key.private_key).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).unwrap();
    let header = json!({ "alg": "ES256", "kid": key.key_id, "typ": "JWT" }).to_string();
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!(
        "{}.{}",
        text(&header),
        text(&claims(CLIENT, AUDIENCE).to_string())
    );
    let random = aws_lc_rs::rand::SystemRandom::new();
    let signature = pair.sign(&random, message.as_bytes()).unwrap();
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    let request = token_request(HOST, None, &form(&token, ""));
    assert_eq!(send(&sandbox, HOST, &request).await.unwrap().status, 200);
    let point = pair.public_key().as_ref();
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "own",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
    });
    RegisteredKey::read(&jwk.to_string(), SigningAlgorithm::Es256, None).unwrap();
}
