//! Algorithms, header members and signatures (rules F4 and F5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proofkey_core::Code;
use proofkey_core::Problem;
use proofkey_core::oauth::id_token::IdTokenError;
use proofkey_core::oauth::jwks::KeyError;
use proofkey_tests::SigningKey;
use serde_json::{Value, json};

use super::stage::Stage;

#[tokio::test]
async fn each_pinned_algorithm_is_accepted() {
    let stage = Stage::set().await;
    let (rsa, p256, ed) = (
        SigningKey::rsa("r"),
        SigningKey::p256("e"),
        SigningKey::ed25519("o"),
    );
    stage.publish(&[rsa.jwk(), p256.jwk(), ed.jwk()]);
    for (key, alg) in [
        (&rsa, "RS256"),
        (&rsa, "PS256"),
        (&p256, "ES256"),
        (&ed, "EdDSA"),
        (&ed, "Ed25519"),
    ] {
        let found = stage
            .approve(&key.token(alg, &stage.claims()))
            .await
            .unwrap();
        let person = found.person.unwrap();
        assert_eq!(person.subject, "248289761001", "{alg}");
        assert_eq!(person.issuer.as_deref(), Some(stage.site.origin()));
        assert!(found.notes.is_empty(), "{:?}", found.notes);
    }
    assert_eq!(stage.fetches(), 1, "known keys are not fetched again");
}

#[tokio::test]
async fn an_algorithm_that_is_not_pinned_is_refused_before_any_key_is_fetched() {
    let mut stage = Stage::set().await;
    let (rsa, p256, p384) = (
        SigningKey::rsa("r"),
        SigningKey::p256("e"),
        SigningKey::p384("f"),
    );
    stage.publish(&[rsa.jwk(), p256.jwk(), p384.jwk()]);
    // RS512 and ES384 are known, but not among this provider's.
    let mut tokens = vec![
        rsa.token("RS512", &stage.claims()),
        p384.token("ES384", &stage.claims()),
    ];
    for alg in [
        "none", "None", "nOnE", "NONE", "", "HS256", "HS384", "HS512", "es256", "ES256 ", "ES512",
    ] {
        tokens.push(p256.token(alg, &stage.claims()));
    }
    let rules = stage.provider.authorization_code.as_mut().unwrap();
    rules.id_token_algorithms = vec!["ES256".to_owned()];
    tokens.push(rsa.token("RS256", &stage.claims()));
    for token in tokens {
        let error = stage.fault(&token).await;
        assert!(
            matches!(error, Some(IdTokenError::Algorithm { .. })),
            "{error:?}"
        );
    }
    assert_eq!(stage.fetches(), 0);
}

#[tokio::test]
async fn a_published_key_is_never_an_hmac_key() {
    let mut stage = Stage::set().await;
    for key in [
        SigningKey::rsa("k"),
        SigningKey::p256("k"),
        SigningKey::ed25519("k"),
    ] {
        let jwk = key.jwk();
        stage.publish(std::slice::from_ref(&jwk));
        let secrets = [
            key.public_bytes(),
            jwk.to_string().into_bytes(),
            jwk["n"]
                .as_str()
                .or(jwk["x"].as_str())
                .unwrap()
                .as_bytes()
                .to_vec(),
        ];
        for secret in secrets {
            let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "k" });
            let token = hmac_token(&header, &stage.claims(), &secret);
            let error = stage.fault(&token).await;
            assert!(
                matches!(error, Some(IdTokenError::Algorithm { .. })),
                "{error:?}"
            );
        }
        // Even one that publishes a symmetric key and says that it is for this.
        stage.publish(&[json!({ "kty": "oct", "k": "AAAA", "kid": "k", "use": "sig" })]);
        stage.forget_keys();
        let token = key.token(of(&key), &stage.claims());
        assert_eq!(stage.key_fault(&token).await, Some(KeyError::NoKey));
    }
}

#[tokio::test]
async fn a_header_that_names_a_key_or_demands_the_unknown_is_refused() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    let own = SigningKey::p256("k");
    for (name, value) in [
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
        ("jwk", own.jwk()),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
        ("b64", json!(false)),
    ] {
        let mut header = json!({ "alg": "ES256", "kid": "k" });
        header[name] = value;
        for signer in [&key, &own] {
            let token = signer.token_with(&header, &stage.claims().to_string());
            let expected = IdTokenError::Header {
                name: name.to_owned(),
            };
            assert_eq!(stage.fault(&token).await, Some(expected));
        }
    }
    assert_eq!(stage.fetches(), 0);
    assert_eq!(
        stage.site.requests().len(),
        0,
        "nothing that the token names is asked"
    );
}

#[tokio::test]
async fn a_token_of_another_type_is_not_an_id_token() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    let payload = stage.claims().to_string();
    for typ in ["at+jwt", "logout+jwt", "dpop+jwt", "JOSE", ""] {
        let token = key.token_with(&json!({ "alg": "ES256", "typ": typ }), &payload);
        assert!(
            matches!(stage.fault(&token).await, Some(IdTokenError::Type { .. })),
            "{typ}"
        );
    }
    for header in [
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "typ": "jwt" }),
        json!({ "alg": "ES256", "typ": "JWT", "x5t": "AAAA", "cty": "x", "future": 1 }),
    ] {
        assert_eq!(stage.fault(&key.token_with(&header, &payload)).await, None);
    }
}

#[tokio::test]
async fn what_is_no_signed_token_is_refused() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    let good = key.token("ES256", &stage.claims());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let not_signed = [
        String::new(),
        "x".to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{good}.{signature}"),
    ];
    for token in not_signed {
        assert_eq!(
            stage.fault(&token).await,
            Some(IdTokenError::NotSigned),
            "{token}"
        );
    }
    let five = format!("{good}.{signature}.{signature}");
    assert_eq!(stage.fault(&five).await, Some(IdTokenError::Encrypted));
    let malformed = [
        format!("!.{payload}.{signature}"),
        format!("{header}=.{payload}.{signature}"),
        format!("{}.{payload}.{signature}", encoded("[]")),
        format!(
            "{}.{payload}.{signature}",
            encoded(r#"{"alg":"ES256","alg":"none"}"#)
        ),
        format!("{}.{payload}.{signature}", encoded(r#"{"typ":"JWT"}"#)),
        format!("{}.{payload}.{signature}", encoded(r#"{"alg":1}"#)),
        format!(
            "{}.{payload}.{signature}",
            encoded(r#"{"alg":"ES256","kid":1}"#)
        ),
        format!("{header}.{}.{signature}", "A".repeat(70_000)),
    ];
    for token in malformed {
        let error = stage.fault(&token).await;
        assert!(
            matches!(error, Some(IdTokenError::Malformed { .. })),
            "{token:.80}: {error:?}"
        );
    }
}

#[tokio::test]
async fn any_change_to_token_or_signature_is_noticed() {
    let mut stage = Stage::set().await;
    for key in [
        SigningKey::p256("k"),
        SigningKey::rsa("k"),
        SigningKey::ed25519("k"),
    ] {
        stage.publish(&[key.jwk()]);
        stage.forget_keys();
        let mut claims = stage.claims();
        let good = key.token(of(&key), &claims);
        assert_eq!(stage.fault(&good).await, None);
        let (message, signature) = good.rsplit_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let mut flipped = bytes.clone();
        flipped[7] ^= 1;
        let (header, payload) = message.split_once('.').unwrap();
        claims["sub"] = json!("somebody else");
        let wrong = [
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(&flipped)),
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(&bytes[1..])),
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(vec![0; bytes.len()])),
            format!("{message}.{signature}AA"),
            format!("{message}.!"),
            format!("{header}.{}.{signature}", encoded(&claims.to_string())),
            format!(
                "{}.{payload}.{signature}",
                encoded(&json!({ "alg": of(&key) }).to_string())
            ),
        ];
        for token in wrong {
            assert_eq!(
                stage.key_fault(&token).await,
                Some(KeyError::WrongSignature),
                "{token}"
            );
        }
    }
}

#[tokio::test]
async fn the_reason_is_told_without_the_token() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    let token = SigningKey::p256("k").token("ES256", &stage.claims());
    let problem = Problem::from(stage.approve(&token).await.unwrap_err());
    assert_eq!(problem.code, Code::AuthorizationInvalid);
    let told = serde_json::to_string(&problem).unwrap();
    for secret in
        token
            .split('.')
            .chain(["248289761001", super::stage::NONCE, super::stage::CLIENT])
    {
        assert!(!told.contains(secret), "{told}");
    }
}

/// The algorithm that fits a key.
fn of(key: &SigningKey) -> &'static str {
    match key.jwk()["kty"].as_str().unwrap() {
        "RSA" => "RS256",
        "EC" => "ES256",
        _ => "EdDSA",
    }
}

fn hmac_token(header: &Value, claims: &Value, secret: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let message = format!(
        "{}.{}",
        encoded(&header.to_string()),
        encoded(&claims.to_string())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}
