//! Which key is used, and when the keys are fetched again (rules F9 to F11).

use proofkey_core::oauth::jwks::KeyError;
use proofkey_tests::SigningKey;
use serde_json::{Value, json};

use super::stage::{KEYS, Stage, named};

#[tokio::test]
async fn decoys_of_the_same_name_do_not_confuse() {
    let mut stage = Stage::set().await;
    let key = SigningKey::p256("k");
    let decoys = [
        SigningKey::rsa("k").jwk(),
        SigningKey::p384("k").jwk(),
        SigningKey::ed25519("k").jwk(),
        json!({ "kty": "oct", "k": "AAAA", "kid": "k", "use": "sig" }),
        named(&SigningKey::p256("k"), &json!({ "use": "enc" })),
        named(&SigningKey::p256("k"), &json!({ "alg": "ECDH-ES" })),
        named(
            &SigningKey::p256("k"),
            &json!({ "use": null, "key_ops": ["sign"] }),
        ),
        named(&SigningKey::p256("other"), &json!({})),
        json!({ "kty": "future", "kid": "k" }),
        json!(7),
    ];
    let token = key.token("ES256", &stage.claims());
    for place in [0, 5, 10] {
        let mut keys = decoys.to_vec();
        keys.insert(place, key.jwk());
        stage.publish(&keys);
        stage.forget_keys();
        assert_eq!(stage.key_fault(&token).await, None, "{place}");
    }
}

#[tokio::test]
async fn without_a_name_exactly_one_key_must_fit() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    let payload = stage.claims().to_string();
    let token = key.token_with(&json!({ "alg": "ES256" }), &payload);
    stage.publish(&[key.jwk(), SigningKey::rsa("r").jwk()]);
    assert_eq!(stage.key_fault(&token).await, None, "one fits by its type");

    let stage = Stage::set().await;
    let payload = stage.claims().to_string();
    let token = key.token_with(&json!({ "alg": "ES256" }), &payload);
    stage.publish(&[key.jwk(), SigningKey::p256("other").jwk()]);
    assert_eq!(stage.key_fault(&token).await, Some(KeyError::Ambiguous));

    let stage = Stage::set().await;
    let token = key.token("ES256", &stage.claims());
    stage.publish(&[key.jwk(), SigningKey::p256("k").jwk()]);
    assert_eq!(
        stage.key_fault(&token).await,
        Some(KeyError::Ambiguous),
        "two of one name"
    );

    let stage = Stage::set().await;
    let token = key.token("ES256", &stage.claims());
    stage.publish(&[named(&key, &json!({ "kid": null }))]);
    assert_eq!(
        stage.key_fault(&token).await,
        Some(KeyError::NoKey),
        "the token names another"
    );
}

#[tokio::test]
async fn a_new_key_is_fetched_once() {
    let stage = Stage::set().await;
    let (old, new) = (SigningKey::p256("old"), SigningKey::rsa("new"));
    stage.publish(&[old.jwk()]);
    assert_eq!(
        stage.key_fault(&old.token("ES256", &stage.claims())).await,
        None
    );
    stage.publish(&[new.jwk()]);
    assert_eq!(
        stage.key_fault(&new.token("RS256", &stage.claims())).await,
        None
    );
    assert_eq!(stage.fetches(), 2);
    // What was withdrawn is no longer believed.
    let error = stage.key_fault(&old.token("ES256", &stage.claims())).await;
    assert_eq!(error, Some(KeyError::NoKey));
}

#[tokio::test]
async fn a_key_that_was_exchanged_under_the_same_name_is_fetched_too() {
    let stage = Stage::set().await;
    let (old, new) = (SigningKey::p256("k"), SigningKey::p256("k"));
    stage.publish(&[old.jwk()]);
    assert_eq!(
        stage.key_fault(&old.token("ES256", &stage.claims())).await,
        None
    );
    stage.publish(&[new.jwk()]);
    assert_eq!(
        stage.key_fault(&new.token("ES256", &stage.claims())).await,
        None
    );
    assert_eq!(stage.fetches(), 2);
}

#[tokio::test]
async fn a_thousand_unknown_keys_cause_one_fetch_in_half_a_minute() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    assert_eq!(
        stage.key_fault(&key.token("ES256", &stage.claims())).await,
        None
    );
    let payload = stage.claims().to_string();
    let bad = |number: usize| {
        let kid = format!("unknown-{number}");
        key.token_with(&json!({ "alg": "ES256", "kid": kid }), &payload)
    };
    for number in 0..1000 {
        assert_eq!(stage.key_fault(&bad(number)).await, Some(KeyError::NoKey));
    }
    assert_eq!(stage.fetches(), 2, "the first one, and one again");
    stage.clock.pass(29);
    assert_eq!(stage.key_fault(&bad(0)).await, Some(KeyError::NoKey));
    assert_eq!(stage.fetches(), 2);
    stage.clock.pass(1);
    assert_eq!(stage.key_fault(&bad(0)).await, Some(KeyError::NoKey));
    assert_eq!(stage.fetches(), 3);
    assert_eq!(
        stage.key_fault(&key.token("ES256", &stage.claims())).await,
        None
    );
    // A clock that jumps by years neither spins nor waits.
    for jump in [-315_360_000, 315_360_000] {
        stage.clock.pass(jump);
        for _ in 0..10 {
            assert_eq!(stage.key_fault(&bad(0)).await, Some(KeyError::NoKey));
        }
    }
    assert!(stage.fetches() <= 7, "{}", stage.fetches());
}

#[tokio::test]
async fn many_at_once_share_one_fetch() {
    let stage = Stage::set().await;
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    let token = key.token("ES256", &stage.claims());
    let (one, two, three) = tokio::join!(
        stage.key_fault(&token),
        stage.key_fault(&token),
        stage.key_fault(&token)
    );
    assert_eq!((one, two, three), (None, None, None));
    assert_eq!(stage.fetches(), 1);
}

#[tokio::test]
async fn a_key_set_has_bounds() {
    let key = SigningKey::p256("k");
    let many = |count: usize| -> Vec<Value> {
        let others = (1..count).map(|number| named(&key, &json!({ "kid": number.to_string() })));
        others.chain([key.jwk()]).collect()
    };
    let stage = Stage::set().await;
    stage.publish(&many(100));
    assert_eq!(
        stage.key_fault(&key.token("ES256", &stage.claims())).await,
        None
    );

    let stage = Stage::set().await;
    stage.publish(&many(101));
    let error = stage.key_fault(&key.token("ES256", &stage.claims())).await;
    assert!(
        matches!(error, Some(KeyError::Malformed { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn keys_that_cannot_be_had_prove_nothing() {
    let mut stage = Stage::set().await;
    let key = SigningKey::p256("k");
    let token = key.token("ES256", &stage.claims());
    let json = [("Content-Type", "application/json")];
    let good = json!({ "keys": [key.jwk()] }).to_string();
    let elsewhere = stage.site.url("/elsewhere");
    stage
        .site
        .put_json("/elsewhere", &json!({ "keys": [key.jwk()] }));
    let moved = [
        ("Location", elsewhere.as_str()),
        ("Content-Type", "application/json"),
    ];
    for (status, headers, body) in [
        (404, &json[..], "{}"),
        (500, &json[..], good.as_str()),
        (302, &moved[..], good.as_str()),
        (200, &[("Content-Type", "text/html")][..], good.as_str()),
        (200, &json[..], "{}"),
        (200, &json[..], r#"{"keys":{}}"#),
        (200, &json[..], r#"{"keys":[]}"#),
        (200, &json[..], "keys"),
        (
            200,
            &json[..],
            &format!("{{\"keys\":[\"{}\"]}}", "x".repeat(600 * 1024)),
        ),
    ] {
        stage.site.put(KEYS, status, headers, body.as_bytes());
        assert!(
            stage.key_fault(&token).await.is_some(),
            "{status}: {body:.60}"
        );
        stage.forget_keys();
    }
    assert!(
        !stage.site.asked().contains(&"/elsewhere".to_owned()),
        "no redirect is followed"
    );
    // RFC 7517 §8.5.2.
    let type_of_its_own = [("Content-Type", "application/jwk-set+json; charset=utf-8")];
    stage.site.put(KEYS, 200, &type_of_its_own, good.as_bytes());
    assert_eq!(
        stage.key_fault(&token).await.map(|error| error.to_string()),
        None
    );
}
