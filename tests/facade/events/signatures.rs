//! Who signed an event: forms and curves, keys that are fetched, and every signature that fits nothing.

use proofkey_core::Code;
use proofkey_core::talkdesk::{EventHeaders, ReceivedEvent, SignatureForm};
use proofkey_tests::{Act, answer, json_answer};
use serde_json::Value;

use super::signer::{Curve, Signer};
use super::stage::{KEY_ID, Scene, installed, received};

#[tokio::test]
async fn a_valid_signature_over_a_rewritten_body_is_refused_and_named() {
    let scene = Scene::set().await;
    let body = installed().to_string();
    let signature = scene.signer.sign(body.as_bytes(), true);
    let value: Value = serde_json::from_str(&body).expect("JSON");
    let pretty = serde_json::to_string_pretty(&value).expect("JSON");
    for (rewritten, part) in [
        (pretty, "a formatter changed its blanks"),
        (format!("{body}\n"), "a line break for instance"),
        (format!("{body}\r\n"), "a line break for instance"),
    ] {
        let event = received(&rewritten, Some(signature.clone()));
        scene.refused(&event, part).await;
    }
    let forged = body.replace("inst-1", "inst-2");
    let event = received(&forged, Some(signature));
    let problem = scene.refused(&event, "does not fit the event").await;
    assert_eq!(problem.code, Code::AuthorizationInvalid);
}

#[tokio::test]
async fn an_unknown_key_and_a_key_of_another_name_are_refused() {
    let signer = Signer::new(Curve::P256);
    let refusal = r#"{"code":"0080021","message":"not found"}"#;
    let scene = Scene::answering(signer, move || json_answer(404, refusal)).await;
    let event = scene.signed(&installed().to_string());
    scene
        .refused(&event, "is not known at api.talkdeskapp.com")
        .await;

    let signer = Signer::new(Curve::P256);
    let other = signer.published("another", "2999-01-01T00:00:00Z");
    let scene = Scene::answering(signer, move || json_answer(200, &other)).await;
    let event = scene.signed(&installed().to_string());
    scene
        .refused(&event, "another key came than was asked for")
        .await;

    for id in ["../../account", "a/b", "..", "a?b", "%2e%2e", "a b"] {
        let headers = EventHeaders {
            signature: Some("00".repeat(64)),
            key_id: Some(id.to_owned()),
        };
        let body = installed().to_string().into_bytes();
        let event = ReceivedEvent::new("talkdesk", false, headers, body).expect("small");
        let asked = scene.peer.connections();
        scene.refused(&event, "characters that no id has").await;
        assert_eq!(scene.peer.connections(), asked, "{id}");
    }
}

#[tokio::test]
async fn a_key_that_ended_is_refused() {
    let signer = Signer::new(Curve::P256);
    let ended = signer.published(KEY_ID, "2020-01-01T00:00:00Z");
    let scene = Scene::answering(signer, move || json_answer(200, &ended)).await;
    let event = scene.signed(&installed().to_string());
    scene.refused(&event, "ended on 2020-01-01T00:00:00Z").await;
}

#[tokio::test]
async fn both_forms_of_a_signature_are_taken_on_each_curve_and_told_apart() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let scene = Scene::with(Signer::new(curve)).await;
        let body = installed().to_string();
        for (der, form) in [(true, SignatureForm::Der), (false, SignatureForm::Raw)] {
            let event = received(&body, Some(scene.signer.sign(body.as_bytes(), der)));
            assert_eq!(scene.verify(&event).await.expect("signed").form, form);
        }
    }
}

#[tokio::test]
async fn a_curve_mismatch_and_a_signature_of_no_form_have_reasons_of_their_own() {
    let scene = Scene::set().await;
    let body = installed().to_string();
    let strange = Signer::new(Curve::P384);
    for der in [true, false] {
        let event = received(&body, Some(strange.sign(body.as_bytes(), der)));
        scene
            .refused(&event, "another curve than the key has (P-256)")
            .await;
    }
    let same_curve = Signer::new(Curve::P256);
    let event = received(&body, Some(same_curve.sign(body.as_bytes(), true)));
    scene.refused(&event, "does not fit the event").await;
    let half = &scene.signer.sign(body.as_bytes(), true)[2..];
    scene
        .refused(
            &received(&body, Some(half.to_owned())),
            "neither a DER sequence nor two numbers",
        )
        .await;
    scene
        .refused(
            &received(&body, Some("MEUCIQDx==".to_owned())),
            "not written in hexadecimal",
        )
        .await;
}

#[tokio::test]
async fn the_key_endpoint_leads_nowhere_else_and_ends_in_time() {
    let location = [("Location", "https://evil.example/key")];
    let redirect = answer(302, &location, b"");
    let scene = Scene::answering(Signer::new(Curve::P256), move || {
        vec![Act::Read, Act::Send(redirect.clone())]
    })
    .await;
    scene
        .refused(&scene.signed(&installed().to_string()), "redirects")
        .await;
    assert_eq!(scene.peer.connections(), 1);

    let scene = Scene::answering(Signer::new(Curve::P256), || {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec();
        vec![Act::Read, Act::Send(head), Act::Flood(vec![b' '; 65536])]
    })
    .await;
    scene
        .refused(
            &scene.signed(&installed().to_string()),
            "api.talkdeskapp.com",
        )
        .await;
}

#[tokio::test]
async fn a_key_is_asked_for_once_and_the_latest_each_time() {
    let scene = Scene::set().await;
    let event = scene.signed(&installed().to_string());
    for _ in 0..3 {
        scene.verify(&event).await.expect("signed");
    }
    assert_eq!(scene.peer.connections(), 1);
    let body = installed().to_string();
    let headers = || EventHeaders {
        signature: Some(scene.signer.sign(body.as_bytes(), true)),
        key_id: None,
    };
    for asked in [2, 3] {
        let bytes = body.clone().into_bytes();
        let event = ReceivedEvent::new("talkdesk", false, headers(), bytes).expect("small");
        assert_eq!(scene.verify(&event).await.expect("signed").key_id, KEY_ID);
        assert_eq!(scene.peer.connections(), asked);
    }
    let last = scene.peer.request_texts().pop().expect("a request");
    assert!(
        last.starts_with("GET /events/signature-keys/latest "),
        "{last}"
    );
}
