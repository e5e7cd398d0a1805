//! The practice Talkdesk takes a client assertion that is exactly right, and nothing else; and it says
//! what was wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

mod signer;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::provider::SigningAlgorithm;
use proofkey_sandbox::{Options, RegisteredKey, Sandbox};
use serde_json::{Value, json};
use signer::{KEY_ID, Signer, claims, form, with_secret};
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

#[tokio::test]
async fn each_wrong_claim_has_a_reason_of_its_own() {
    let stage = Stage::with(SigningAlgorithm::Es256).await;
    let now = signer::now();
    for (claim, value, wanted) in [
        (
            "aud",
            json!("https://other.talkdeskid.com/oauth/token"),
            "another audience",
        ),
        ("aud", json!(format!("{AUDIENCE}/")), "another audience"),
        (
            "aud",
            json!("https://wallace.talkdeskid.com"),
            "another audience",
        ),
        ("aud", json!([AUDIENCE]), "one string"),
        (
            "aud",
            json!([AUDIENCE, "https://evil.example"]),
            "one string",
        ),
        ("aud", Value::Null, "no audience"),
        ("iss", json!("another"), "differ"),
        ("iss", Value::Null, "no issuer"),
        ("sub", json!("another"), "differ"),
        ("jti", Value::Null, "no id"),
        ("jti", json!("1"), "no id"),
        ("exp", Value::Null, "no end"),
        ("exp", json!(now), "expired"),
        ("exp", json!(now + 3600), "longer than five minutes"),
        ("exp", json!(i64::MAX), "longer than five minutes"),
        ("exp", json!("soon"), "cannot be understood"),
        (
            "exp",
            json!(now + 60).to_string().parse::<f64>().unwrap().into(),
            "cannot be understood",
        ),
        ("iat", Value::Null, "when it was issued"),
        ("iat", json!(now + 30), "the clocks differ"),
        ("nbf", json!(now + 30), "the clocks differ"),
    ] {
        let mut claims = claims(CLIENT, AUDIENCE);
        claims[claim] = value.clone();
        let reason = stage.reason_for(&claims).await;
        assert!(reason.contains(wanted), "{claim} {value}: {reason}");
    }
    let ahead = signer::now() + 5;
    let mut claims = claims(CLIENT, AUDIENCE);
    claims["iat"] = ahead.into();
    claims["nbf"] = ahead.into();
    let token = stage
        .signer
        .token(&stage.signer.header(), &claims.to_string());
    assert_eq!(
        stage.present(&token).await.status,
        200,
        "a little ahead is taken"
    );
}

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
    for key in [jwk.as_bytes(), &point, b"", secret.client_secret.as_bytes()] {
        let token = with_secret(&header, &claims(CLIENT, AUDIENCE).to_string(), key);
        assert!(reason(&stage.present(&token).await).contains("another algorithm"));
    }
    let token = stage.signer.assertion(CLIENT, AUDIENCE);
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert!(reason(&stage.present(unsigned).await).contains("wrong length"));
    let der = stage
        .signer
        .token_in_der(&claims(CLIENT, AUDIENCE).to_string());
    assert!(reason(&stage.present(&der).await).contains("DER"));
    let stranger = Signer::new(SigningAlgorithm::Es256).assertion(CLIENT, AUDIENCE);
    assert!(reason(&stage.present(&stranger).await).contains("signature"));
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
