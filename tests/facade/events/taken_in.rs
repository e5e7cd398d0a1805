//! What an event makes, and what a person sees before.

use proofkey_core::border::EventVerdict;
use proofkey_core::proofkey::EventImport;
use proofkey_core::provider::{ClientAuthentication, SigningAlgorithm};

use super::signer::{Curve, Signer};
use super::stage::{API, KEY_ID, Scene, changed, installed, received, with_key};

#[tokio::test]
async fn a_signed_event_becomes_a_ready_connection_at_the_apis_root_link() {
    let scene = Scene::set().await;
    let event = scene.signed(&installed().to_string());
    let imported = scene.import(&event).await.expect("taken in");
    let view = imported.connection;
    assert_eq!(
        (view.account.as_deref(), view.name.as_str()),
        (Some("acme"), "Talkdesk acme")
    );
    let endpoints = view.endpoints.expect("addresses");
    assert_eq!(endpoints.api_base, format!("{API}/"));
    assert_eq!(
        endpoints.token.as_deref(),
        Some("https://acme.talkdeskid.com/oauth/token")
    );
    let signer = imported.signer.expect("a signer");
    assert_eq!(
        (signer.key_id.as_str(), signer.curve.as_str()),
        (KEY_ID, "P-256")
    );
    let installation = view.installation.expect("noted");
    assert_eq!(installation.events, ["8d5f1ea6-0001"]);
    let document = scene.stored(&view.id);
    assert_eq!(
        document.client_id.expose(),
        "2f0b9c1de4a84b7f9c56c1a7d2e3f401"
    );
    let secret = document.client_secret.expect("the secret");
    assert_eq!(secret.expose(), "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu");

    // The one request asked for the key and carried nothing else.
    let requests = scene.peer.request_texts();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with(&format!("GET /events/signature-keys/{KEY_ID} HTTP/1.1\r\n")));
    assert!(
        requests[0]
            .to_ascii_lowercase()
            .contains("host: api.talkdeskapp.com")
    );
    assert!(!requests[0].to_ascii_lowercase().contains("authorization"));
}

#[tokio::test]
async fn the_root_link_counts_and_not_the_region_of_the_sign_in_host() {
    let scene = Scene::set().await;
    let mut event = installed();
    event["_links"]["root"] = "https://api.talkdeskapp.eu".into();
    let event = scene.signed(&event.to_string());
    let imported = scene.import(&event).await.expect("taken in");
    let endpoints = imported.connection.endpoints.expect("addresses");
    assert_eq!(endpoints.api_base, "https://api.talkdeskapp.eu/");
    assert_eq!(
        endpoints.token.as_deref(),
        Some("https://acme.talkdeskid.com/oauth/token")
    );
}

#[tokio::test]
async fn a_key_pair_of_an_event_signs_and_its_secret_is_kept_beside_it() {
    let scene = Scene::set().await;
    let pair = Signer::new(Curve::P384);
    let event = scene.signed(&with_key(&pair, "ES384", &pair.public_key()).to_string());
    let preview = scene.proofkey.preview_event(&event).await.expect("read");
    assert!(preview.has_client_secret && preview.has_private_key);
    let imported = scene.import(&event).await.expect("taken in").connection;
    assert_eq!(
        imported.client_authentication,
        ClientAuthentication::PrivateKeyJwt
    );
    let signing = imported.signing.expect("a key that signs");
    assert_eq!(signing.algorithm, SigningAlgorithm::Es384);
    assert_eq!(signing.key_id.as_deref(), Some("kid-9"));
    let document = scene.stored(&imported.id);
    let kept = document.private_key.expect("the key");
    assert!(kept.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
    let secret = document.client_secret.expect("the secret, delivered once");
    assert_eq!(secret.expose(), "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu");
}

#[tokio::test]
async fn both_spellings_of_a_field_mean_the_same_and_must_agree() {
    let scene = Scene::set().await;
    let mut event = installed();
    let members = event.as_object_mut().expect("an object");
    let (kind, id) = (members.remove("type"), members.remove("id"));
    members.insert("event_type".to_owned(), kind.expect("a type"));
    members.insert("event_id".to_owned(), id.expect("an id"));
    assert!(
        scene
            .verify(&scene.signed(&event.to_string()))
            .await
            .is_ok()
    );
    for (one, other) in [("type", "event_type"), ("id", "event_id")] {
        let mut event = installed();
        event[other] = "something-else".into();
        let part = format!("its “{one}” and its “{other}” differ");
        scene
            .refused(&scene.signed(&event.to_string()), &part)
            .await;
    }
}

#[tokio::test]
async fn events_without_credentials_are_known_and_make_no_connection() {
    let scene = Scene::set().await;
    for (kind, part) in [
        ("app.updated", "the app was updated"),
        ("app.uninstalled", "the app was removed"),
        ("app.trial_ended", "a trial of the app"),
        ("user.logout", "a person signed out"),
    ] {
        let event = scene.signed(&changed("/type", kind).to_string());
        scene.verify(&event).await.expect("signed all the same");
        scene.refused(&event, part).await;
    }
    let event = scene.signed(&changed("/type", "app.eaten").to_string());
    scene
        .refused(&event, "“app.eaten”, which is not known")
        .await;
}

#[tokio::test]
async fn a_preview_names_what_the_event_says_and_none_of_its_credentials() {
    let scene = Scene::set().await;
    let event = scene.signed(&installed().to_string());
    let preview = scene.proofkey.preview_event(&event).await.expect("read");
    assert!(matches!(preview.verdict, EventVerdict::Signed { .. }));
    assert_eq!(preview.account.as_deref(), Some("acme"));
    assert_eq!(preview.region_label.as_deref(), Some("United States (US)"));
    assert!(preview.has_client_secret && !preview.has_private_key);
    assert!(preview.hindrance.is_none());
    let text = serde_json::to_string(&preview).expect("JSON");
    assert!(!text.contains("Yk3vW8sQ") && !text.contains("2f0b9c1d"));
    scene.assert_empty();

    let forged = received(&installed().to_string(), Some("00".repeat(64)));
    let preview = scene.proofkey.preview_event(&forged).await.expect("read");
    assert!(matches!(preview.verdict, EventVerdict::Refused { .. }));
    scene.import(&event).await.expect("taken in");
    let preview = scene.proofkey.preview_event(&event).await.expect("read");
    let hindrance = preview.hindrance.expect("it was taken in before");
    assert!(
        hindrance.summary.contains("taken in before"),
        "{hindrance:?}"
    );
}

#[tokio::test]
async fn only_the_event_that_was_looked_at_is_taken_in() {
    let scene = Scene::set().await;
    let seen = scene.signed(&installed().to_string());
    let digest = scene
        .proofkey
        .preview_event(&seen)
        .await
        .expect("read")
        .digest;
    let looked_at = || EventImport {
        looked_at: Some(digest.clone()),
        ..EventImport::default()
    };
    // The same content, written in another way, with a signature of its own.
    let other = scene.signed(&serde_json::to_string_pretty(&installed()).expect("JSON"));
    let problem = scene.import_with(&other, looked_at()).await;
    let problem = problem.expect_err("another one");
    assert!(
        problem.summary.contains("Another file was chosen"),
        "{problem:?}"
    );
    scene.assert_empty();
    assert!(scene.import_with(&seen, looked_at()).await.is_ok());
}
