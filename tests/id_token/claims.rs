//! Claim by claim (rules F6 to F8).

use proofkey_core::Problem;
use proofkey_core::Secret;
use proofkey_core::oauth::id_token::IdTokenError as Error;
use proofkey_core::oauth::identity::Occasion;
use proofkey_tests::SigningKey;
use serde_json::{Value, json};

use super::stage::{CLIENT, CODE, NONCE, NOW, Stage, approval, reply};

async fn set() -> (Stage, SigningKey) {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    (stage, key)
}

/// The claims with one of them changed; `Null` takes it out.
fn with(stage: &Stage, name: &str, value: Value) -> Value {
    let mut claims = stage.claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(name),
        value => claims
            .as_object_mut()
            .unwrap()
            .insert(name.to_owned(), value),
    };
    claims
}

#[tokio::test]
async fn issuer_and_audience_name_the_server_and_only_us() {
    let (stage, key) = set().await;
    let fault = async |name: &str, value: Value| {
        stage
            .fault(&key.token("ES256", &with(&stage, name, value)))
            .await
    };
    let own = stage.site.origin().to_owned();
    for found in [
        format!("{own}1"),
        format!("{own}/"),
        own.to_uppercase(),
        String::new(),
    ] {
        let error = fault("iss", json!(found)).await;
        assert!(
            matches!(error, Some(Error::Issuer { .. })),
            "{found}: {error:?}"
        );
    }
    for (name, value, expected) in [
        ("iss", Value::Null, Error::Missing { name: "iss" }),
        ("iss", json!([own]), Error::Mistyped { name: "iss" }),
        ("aud", Value::Null, Error::Missing { name: "aud" }),
        ("aud", json!(format!("{CLIENT}1")), Error::Audience),
        ("aud", json!(CLIENT.to_uppercase()), Error::Audience),
        ("aud", json!([]), Error::Audience),
        ("aud", json!(["another"]), Error::Audience),
        ("aud", json!([CLIENT, "another"]), Error::FurtherAudience),
        ("aud", json!(["another", CLIENT]), Error::FurtherAudience),
        ("aud", json!([CLIENT, 7]), Error::Mistyped { name: "aud" }),
        (
            "aud",
            json!({ CLIENT: true }),
            Error::Mistyped { name: "aud" },
        ),
        ("azp", json!("another"), Error::AuthorizedParty),
        ("azp", json!([CLIENT]), Error::Mistyped { name: "azp" }),
    ] {
        assert_eq!(
            fault(name, value.clone()).await,
            Some(expected),
            "{name}: {value}"
        );
    }
    for (name, value) in [
        ("aud", json!([CLIENT])),
        ("aud", json!([CLIENT, CLIENT])),
        ("azp", json!(CLIENT)),
    ] {
        assert_eq!(fault(name, value.clone()).await, None, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_time_of_the_wrong_kind_is_not_an_absent_time() {
    let (stage, key) = set().await;
    let later = NOW + 300;
    for name in ["exp", "iat", "nbf"] {
        let value = if name == "exp" { later } else { NOW };
        for wrong in [
            json!(value.to_string()),
            json!(true),
            json!([value]),
            json!({ "at": value }),
            json!(""),
        ] {
            let claims = with(&stage, name, wrong.clone());
            let error = stage.fault(&key.token("ES256", &claims)).await;
            assert_eq!(error, Some(Error::Mistyped { name }), "{name}: {wrong}");
        }
        // Numbers as they stand in the text, which a JSON value would have tidied.
        for number in [
            "1e400",
            "9007199254740993",
            "-1e308",
            "null",
            "NaN",
            "01800000300",
        ] {
            let text = with(&stage, name, json!("HERE"))
                .to_string()
                .replace("\"HERE\"", number);
            let token = key.token_with(&json!({ "alg": "ES256" }), &text);
            assert!(stage.fault(&token).await.is_some(), "{name}: {number}");
        }
        let float = with(&stage, name, json!("HERE")).to_string();
        let float = float.replace("\"HERE\"", &format!("{value}.5"));
        let token = key.token_with(&json!({ "alg": "ES256" }), &float);
        assert_eq!(
            stage.fault(&token).await,
            None,
            "{name}: a fraction of a second is a number"
        );
    }
    for name in ["exp", "iat"] {
        let token = key.token("ES256", &with(&stage, name, Value::Null));
        assert_eq!(stage.fault(&token).await, Some(Error::Missing { name }));
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_no_more() {
    let (stage, key) = set().await;
    let fault = async |name: &str, at: i64| {
        stage
            .fault(&key.token("ES256", &with(&stage, name, json!(at))))
            .await
    };
    assert_eq!(fault("exp", NOW - 59).await, None);
    for past in [60, 61, 360, NOW, NOW * 2] {
        let expected = Error::Expired { seconds: past };
        assert_eq!(fault("exp", NOW - past).await, Some(expected), "{past}");
    }
    for name in ["iat", "nbf"] {
        assert_eq!(fault(name, NOW + 60).await, None);
        let expected = Error::Future { name, seconds: 61 };
        assert_eq!(fault(name, NOW + 61).await, Some(expected));
    }
}

#[tokio::test]
async fn a_wrong_clock_is_named_as_the_cause() {
    let (stage, key) = set().await;
    let token = key.token("ES256", &with(&stage, "exp", json!(NOW - 100)));
    let told = async |skew: Option<i64>| {
        let mut reply = reply(Some(&token));
        reply.clock_skew_seconds = skew;
        Problem::from(stage.judge(&reply, approval()).await.unwrap_err()).remedy
    };
    assert!(told(Some(400)).await.contains("400 seconds ahead of"));
    assert!(told(Some(-4000)).await.contains("4000 seconds behind"));
    for skew in [None, Some(0), Some(60)] {
        assert!(!told(skew).await.contains("seconds"), "{skew:?}");
    }
}

#[tokio::test]
async fn nonce_and_hashes_bind_the_token_to_this_very_sign_in() {
    let (stage, key) = set().await;
    let code = Secret::new(CODE.to_owned());
    let fault = async |name: &str, value: Value| {
        let token = key.token("ES256", &with(&stage, name, value));
        let occasion = Occasion::Approval {
            nonce: Some(NONCE),
            code: Some(&code),
        };
        let judged = stage.judge(&reply(Some(&token)), occasion).await;
        judged.err().map(|error| error.to_string())
    };
    let said = |error: Error| Some(error.to_string());
    for (name, value, expected) in [
        ("nonce", json!(format!("{NONCE}1")), Error::Nonce),
        ("nonce", json!(""), Error::Nonce),
        ("nonce", Value::Null, Error::Missing { name: "nonce" }),
        ("nonce", json!([NONCE]), Error::Mistyped { name: "nonce" }),
        (
            "at_hash",
            json!("77QmUPtjPfzWtF2AnpK9RQ1"),
            Error::Hash {
                name: "access token",
            },
        ),
        (
            "at_hash",
            json!(""),
            Error::Hash {
                name: "access token",
            },
        ),
        ("at_hash", json!(7), Error::Mistyped { name: "at_hash" }),
        (
            "c_hash",
            json!("LDktKdoQak3Pk0cnXxCltA1"),
            Error::Hash { name: "code" },
        ),
        ("c_hash", json!(true), Error::Mistyped { name: "c_hash" }),
    ] {
        assert_eq!(
            fault(name, value.clone()).await,
            said(expected),
            "{name}: {value}"
        );
    }
    // OpenID Connect Core, Appendix A.
    assert_eq!(
        fault("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")).await,
        None
    );
    assert_eq!(fault("c_hash", json!("LDktKdoQak3Pk0cnXxCltA")).await, None);
}

#[tokio::test]
async fn a_subject_has_1_to_255_ascii_characters() {
    let (stage, key) = set().await;
    for (value, expected) in [
        (Value::Null, Error::Missing { name: "sub" }),
        (json!(248), Error::Mistyped { name: "sub" }),
        (json!(""), Error::Subject),
        (json!("a".repeat(256)), Error::Subject),
        (json!("evil\u{202e}"), Error::Subject),
        (json!("two\nlines"), Error::Subject),
    ] {
        let token = key.token("ES256", &with(&stage, "sub", value));
        assert_eq!(stage.fault(&token).await, Some(expected));
    }
    for value in [
        "a".repeat(255),
        "auth0|5f7c".to_owned(),
        "jane@example.com".to_owned(),
    ] {
        let token = key.token("ES256", &with(&stage, "sub", json!(value)));
        let found = stage.approve(&token).await.unwrap();
        assert_eq!(found.person.unwrap().subject, value);
    }
}

#[tokio::test]
async fn a_claim_that_stands_twice_is_refused() {
    let (stage, key) = set().await;
    let doubled = stage
        .claims()
        .to_string()
        .replacen('{', "{\"sub\":\"another\",", 1);
    let token = key.token_with(&json!({ "alg": "ES256" }), &doubled);
    assert!(matches!(
        stage.fault(&token).await,
        Some(Error::Malformed { .. })
    ));
}
