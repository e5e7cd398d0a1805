//! Claims that are missing, of another kind, or not true.

use proofkey_core::provider::SigningAlgorithm;
use serde_json::{Value, json};

use crate::signer::{self, claims};
use crate::{AUDIENCE, CLIENT, Stage};

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
