use std::collections::HashSet;

use super::*;
use crate::error::Quoted;

const SECRET: &str = "a secret of at least 32 characters";

fn assertions(lifetime_seconds: i64, signer: Signer) -> Assertions {
    Assertions {
        audience: "https://id.example/oauth/token".to_owned(),
        lifetime_seconds,
        signer,
    }
}

fn with_key(key_id: Option<&str>) -> Assertions {
    let algorithm = SigningAlgorithm::Es256;
    let key = Arc::new(SigningKey::generate(algorithm).unwrap());
    let key_id = key_id.map(str::to_owned);
    assertions(
        60,
        Signer::KeyPair {
            key,
            algorithm,
            key_id,
        },
    )
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn part(assertion: &str, index: usize) -> serde_json::Value {
    let part = assertion.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn refused(error: &str, status: u16, skew: Option<i64>) -> TokenError {
    TokenError {
        kind: TokenErrorKind::Refused(Box::new(Quoted {
            status: Some(status),
            error: Some(error.to_owned()),
            description: None,
        })),
        status: Some(status),
        clock_skew_seconds: skew,
        clock_corrected: false,
    }
}

#[test]
fn an_assertion_says_who_for_whom_and_for_how_long() {
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    let id = secret("the \"client\\id");
    let made = with_key(Some("key \"1\"")).write(&id, None, at).unwrap();
    assert_eq!(
        part(&made, 0),
        serde_json::json!({ "alg": "ES256", "kid": "key \"1\"", "typ": "JWT" })
    );
    let claims = part(&made, 1);
    let names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "jti", "sub"]);
    assert_eq!(claims["iss"], id.expose());
    assert_eq!(claims["sub"], id.expose());
    assert_eq!(claims["aud"], "https://id.example/oauth/token");
    assert_eq!(claims["iat"], 1_800_000_000 - 10);
    assert_eq!(claims["exp"], 1_800_000_000 + 60);
}

#[test]
fn no_assertion_lives_longer_than_300_seconds_from_its_date() {
    for (lifetime, until) in [(60, 60), (290, 290), (300, 290), (5000, 290)] {
        let made = assertions(lifetime, Signer::Secret);
        let claims = made.claims(&secret("id"), Timestamp::UNIX_EPOCH).unwrap();
        let claims: serde_json::Value = serde_json::from_str(&claims).unwrap();
        assert_eq!(claims["exp"], until, "{lifetime}");
        assert_eq!(claims["iat"], -10);
    }
}

#[test]
fn a_client_secret_signs_when_it_is_long_enough() {
    let made = assertions(60, Signer::Secret);
    let text = made
        .write(&secret("id"), Some(&secret(SECRET)), Timestamp::UNIX_EPOCH)
        .unwrap();
    assert_eq!(
        part(&text, 0),
        serde_json::json!({ "alg": "HS256", "typ": "JWT" })
    );
    let (message, signature) = text.rsplit_once('.').unwrap();
    let key = jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes());
    let algorithm = jsonwebtoken::Algorithm::HS256;
    assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm).unwrap());
    for refused in [Some(&secret("31 characters are one too few..")), None] {
        let error = made
            .write(&secret("id"), refused, Timestamp::UNIX_EPOCH)
            .unwrap_err();
        assert!(matches!(error.kind, TokenErrorKind::NotSendable { .. }));
    }
}

#[test]
fn a_hundred_thousand_assertions_have_as_many_identifiers() {
    let made = assertions(60, Signer::Secret);
    let id = secret("id");
    let mut seen = HashSet::new();
    for _ in 0..100_000 {
        let claims = made.claims(&id, Timestamp::UNIX_EPOCH).unwrap();
        let (_, rest) = claims.split_once("\"jti\":\"").unwrap();
        let (identifier, _) = rest.split_once('"').unwrap();
        assert_eq!(identifier.len(), 36);
        assert!(seen.insert(identifier.to_owned()), "{identifier}");
    }
}

#[test]
fn only_a_refused_client_with_a_clock_that_is_off_is_signed_anew() {
    let made = with_key(None);
    let corrected = |error: &TokenError| made.correction(error).map(|one| one.as_secs());
    for skew in [1, 9, 10, -1, -9, -11, -59, -60] {
        let error = refused("invalid_client", 401, Some(skew));
        assert_eq!(corrected(&error), None, "{skew}");
    }
    for skew in [11, 59, 61, 300, 86_400, -61, -300, -86_400] {
        let error = refused("invalid_client", 401, Some(skew));
        assert_eq!(corrected(&error), Some(skew), "{skew}");
        assert_eq!(
            corrected(&refused("invalid_grant", 400, Some(skew))),
            None,
            "a code or refresh token may be spent"
        );
        assert_eq!(corrected(&refused("invalid_scope", 400, Some(skew))), None);
    }
    // Nobody who says that it is next year gets an assertion for next year.
    assert_eq!(
        corrected(&refused("invalid_client", 401, Some(31_536_000))),
        None
    );
    assert_eq!(corrected(&refused("invalid_client", 401, None)), None);
}
