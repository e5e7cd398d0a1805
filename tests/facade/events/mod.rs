//! Events about installed apps: what is taken in, who signed it, and every way to be refused.

mod signer;
mod stage;

use std::fs::File;

use proofkey_core::Code;
use proofkey_core::border::EventVerdict;
use proofkey_core::proofkey::EventImport;
use proofkey_core::provider::{ClientAuthentication, SigningAlgorithm};
use proofkey_core::talkdesk::{
    EventHeaders, EventKind, LARGEST_EVENT, ReceivedEvent, SignatureForm,
};
use proofkey_core::vault::{Generation, SecretDocument, SecretName, Vault};
use proofkey_tests::{Act, answer, json_answer};
use serde_json::Value;

use signer::{Curve, Signer};
use stage::{API, KEY_ID, Scene, changed, installed, received};

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
    let document = stored(&scene, &view.id);
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
    let document = stored(&scene, &imported.id);
    let kept = document.private_key.expect("the key");
    assert!(kept.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
    let secret = document.client_secret.expect("the secret, delivered once");
    assert_eq!(secret.expose(), "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu");
}

#[tokio::test]
async fn a_key_pair_that_does_not_belong_together_is_refused() {
    let scene = Scene::set().await;
    let (pair, other) = (Signer::new(Curve::P256), Signer::new(Curve::P256));
    for event in [
        with_key(&pair, "ES256", &other.public_key()),
        with_key(&pair, "ES384", &pair.public_key()),
        with_key(&pair, "none", &pair.public_key()),
    ] {
        scene.refused(&scene.signed(&event.to_string()), "").await;
    }
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
async fn a_truncated_event_is_refused_wherever_it_ends_and_nobody_is_asked() {
    let scene = Scene::set().await;
    let body = installed().to_string();
    scene.refused(&received("", None), "is empty").await;
    for end in (1..body.len()).step_by(37).chain([body.len() - 1]) {
        let event = scene.signed(&body[..end]);
        scene.refused(&event, "ends too early").await;
    }
    for (body, part) in [
        ("{]", "cannot be understood"),
        ("[]", "not an object"),
        (r#"{"id":"1","id":"2"}"#, "stands in it twice"),
        (r#"{"id":"1"}"#, "has no “type”"),
    ] {
        scene.refused(&scene.signed(body), part).await;
    }
    assert_eq!(scene.peer.connections(), 0);
}

#[tokio::test]
async fn another_accounts_event_is_refused() {
    let scene = Scene::set().await;
    let event = scene.signed(&installed().to_string());
    let import = || EventImport {
        account: Some("globex".to_owned()),
        ..EventImport::default()
    };
    let problem = scene
        .import_with(&event, import())
        .await
        .expect_err("refused");
    assert_eq!(problem.code, Code::WrongAccount);
    assert!(
        problem
            .summary
            .contains("for the account acme, and not for globex"),
        "{problem:?}"
    );
    assert_eq!(scene.kept().0.len(), 0);

    // The name of one account, and the sign-in address of another.
    let mixed = changed("/data/account_name", "globex");
    scene
        .refused(
            &scene.signed(&mixed.to_string()),
            "sign-in address of acme.talkdeskid.com",
        )
        .await;

    // An installation that is known here, with another account's id.
    scene.import(&event).await.expect("taken in");
    let mut other = changed("/data/account_id", "acc-2");
    other["id"] = "8d5f1ea6-0002".into();
    scene
        .refused(
            &scene.signed(&other.to_string()),
            "for the account acc-2, and not for acc-1",
        )
        .await;
}

#[tokio::test]
async fn a_replayed_event_changes_nothing_even_when_it_comes_twice_at_once() {
    let scene = Scene::set().await;
    let event = scene.signed(&installed().to_string());
    let (one, other) = tokio::join!(scene.import(&event), scene.import(&event));
    let refused = match (one, other) {
        (Ok(_), Err(problem)) | (Err(problem), Ok(_)) => problem,
        (one, other) => panic!("{} and {}", one.is_ok(), other.is_ok()),
    };
    assert_eq!(refused.code, Code::AlreadyExists);
    let problem = scene
        .refused(
            &event,
            "was taken in before, by the connection “Talkdesk acme”",
        )
        .await;
    assert!(problem.remedy.contains("Nothing was changed"));
    assert_eq!(scene.kept().1, 1);

    let mut again = installed();
    again["id"] = "8d5f1ea6-0009".into();
    scene
        .refused(
            &scene.signed(&again.to_string()),
            "is of this installation already",
        )
        .await;
}

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
async fn a_body_of_a_hundred_megabytes_is_refused_unread() {
    let scene = Scene::set().await;
    let path = scene.home.path().join("huge.json");
    let file = File::create(&path).expect("a file");
    file.set_len(100 << 20).expect("a hole");
    let headers = EventHeaders::default();
    let problem = ReceivedEvent::read_file("talkdesk", false, headers, &path)
        .err()
        .expect("refused");
    assert!(problem.summary.contains("larger than 1 MiB"), "{problem:?}");

    let headers = EventHeaders::default();
    let large = vec![b' '; LARGEST_EVENT + 1];
    assert!(ReceivedEvent::new("talkdesk", false, headers, large).is_err());
    // The largest that is read is judged for what it says.
    let padded = format!("{}{}", installed(), " ".repeat(LARGEST_EVENT / 2));
    scene.verify(&scene.signed(&padded)).await.expect("signed");
    assert_eq!(scene.kept().0.len(), 0);
}

#[tokio::test]
async fn a_root_link_to_a_foreign_host_is_refused_before_anything_is_asked() {
    let scene = Scene::set().await;
    for root in [
        "https://evil.example",
        "https://api.talkdeskapp.com.evil.example",
        "https://api-talkdeskapp.com",
        "https://api.talkdeskapp.co",
        "https://acme.talkdeskid.com",
    ] {
        let event = changed("/_links/root/href", root);
        let event = scene.signed(&event.to_string());
        let problem = scene.refused(&event, "is not the API of Talkdesk").await;
        assert!(
            problem.remedy.contains("Do not use this event"),
            "{problem:?}"
        );
    }
    for root in [
        "http://api.talkdeskapp.com",
        "https://api.talkdeskapp.com:444",
        "https://127.0.0.1",
    ] {
        let event = changed("/_links/root/href", root);
        let event = scene.signed(&event.to_string());
        scene
            .refused(&event, "root link is not a plain https address")
            .await;
    }
    let event = changed(
        "/_links/token/href",
        "https://acme.talkdeskid.com.evil.example/oauth/token",
    );
    scene
        .refused(&scene.signed(&event.to_string()), "names the sign-in host")
        .await;
    // Only the last of them had a root that may be asked.
    assert_eq!(scene.peer.connections(), 1);
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

#[tokio::test]
async fn replaced_credentials_wait_beside_those_of_their_installation() {
    let scene = Scene::set().await;
    let mut rotated = changed("/type", "app.credentials_rotated");
    rotated["id"] = "8d5f1ea6-0100".into();
    rotated["data"]["client_id"] = "9c0b9c1de4a84b7f9c56c1a7d2e3f402".into();
    rotated["data"]["client_secret"] = "Zq7tB2nK9vXw4sHd6mLc3yRj8gFa5uEp".into();
    let event = scene.signed(&rotated.to_string());
    scene
        .refused(&event, "No connection here is of the installation")
        .await;

    let first = scene.signed(&installed().to_string());
    let view = scene.import(&first).await.expect("taken in").connection;
    let mut strange = rotated.clone();
    strange["data"]["account_id"] = "acc-2".into();
    scene
        .refused(
            &scene.signed(&strange.to_string()),
            "for the account acc-2, and not for acc-1",
        )
        .await;
    let preview = scene.proofkey.preview_event(&event).await.expect("read");
    assert_eq!(preview.connection.as_deref(), Some("Talkdesk acme"));
    assert!(preview.hindrance.is_none());

    let imported = scene.import(&event).await.expect("taken in");
    assert_eq!(imported.kind, EventKind::CredentialsRotated);
    assert_eq!(imported.connection.id, view.id);
    assert!(imported.connection.rotation.is_some());
    let events = imported.connection.installation.expect("noted").events;
    assert_eq!(events, ["8d5f1ea6-0001", "8d5f1ea6-0100"]);
    // Those in use go on.
    let document = stored(&scene, &view.id);
    assert_eq!(
        document.client_id.expose(),
        "2f0b9c1de4a84b7f9c56c1a7d2e3f401"
    );
    scene.refused(&event, "was taken in before").await;
}

#[tokio::test]
async fn an_unsigned_event_needs_a_plain_word_and_a_wrong_signature_is_not_helped_by_it() {
    let scene = Scene::set().await;
    let unsigned = received(&installed().to_string(), None);
    let problem = scene.refused(&unsigned, "nobody can say who sent it").await;
    assert_eq!(problem.code, Code::ConfirmationMissing);
    let anyway = || EventImport {
        unsigned: true,
        ..EventImport::default()
    };
    let forged = received(&installed().to_string(), Some("00".repeat(64)));
    assert!(scene.import_with(&forged, anyway()).await.is_err());
    assert_eq!(scene.kept().0.len(), 0);
    let imported = scene
        .import_with(&unsigned, anyway())
        .await
        .expect("taken in");
    assert!(imported.signer.is_none());
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
    assert_eq!(scene.kept().0.len(), 0);

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

/// The event with a key pair beside the secret.
fn with_key(pair: &Signer, algorithm: &str, public_key: &str) -> Value {
    let mut event = installed();
    event["data"]["private_key"] = pair.private_key().into();
    event["data"]["public_key"] = public_key.into();
    event["data"]["key_id"] = "kid-9".into();
    event["data"]["key_algorithm"] = algorithm.into();
    event
}

fn stored(scene: &Scene, id: &str) -> SecretDocument {
    let connection = scene.proofkey.find(id).expect("a connection");
    let name = SecretName {
        connection: connection.id,
        generation: connection.secrets,
    };
    scene.vault.read(&name).expect("read").expect("there")
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
    assert_eq!(scene.kept().0.len(), 0);
    assert!(scene.import_with(&seen, looked_at()).await.is_ok());
}

#[tokio::test]
async fn an_event_that_was_overtaken_brings_no_credentials_back() {
    let scene = Scene::set().await;
    let rotated = |id: &str, at: Value| {
        let mut event = changed("/type", "app.credentials_rotated");
        event["id"] = id.into();
        event["created_at"] = at;
        event["data"]["client_id"] = format!("9c0b9c1de4a84b7f9c56c1a7d2e3f4{}", &id[..2]).into();
        event["data"]["client_secret"] =
            format!("Zq7tB2nK9vXw4sHd6mLc3yRj8gFa5u{}", &id[..2]).into();
        event
    };
    let first = scene.signed(&installed().to_string());
    scene.import(&first).await.expect("taken in");
    let newer = scene.signed(&rotated("22-newer", "2026-11-22T10:00:00Z".into()).to_string());
    let imported = scene.import(&newer).await.expect("taken in").connection;
    scene
        .proofkey
        .undo_rotation(&imported.id)
        .await
        .expect("dropped");
    for late in ["2026-11-21T10:00:00Z".into(), Value::Null] {
        let event = scene.signed(&rotated("11-older", late).to_string());
        let preview = scene.proofkey.preview_event(&event).await.expect("read");
        assert!(preview.hindrance.is_some());
        scene.refused(&event, "is older than one").await;
    }
}

#[tokio::test]
async fn a_key_pair_and_the_secret_beside_it_are_replaced_together() {
    let scene = Scene::set().await;
    let (old, new) = (Signer::new(Curve::P256), Signer::new(Curve::P256));
    let first = with_key(&old, "ES256", &old.public_key());
    let first = scene.import(&scene.signed(&first.to_string())).await;
    let connection = first.expect("taken in").connection;
    let mut rotated = with_key(&new, "ES256", &new.public_key());
    rotated["type"] = "app.credentials_rotated".into();
    rotated["id"] = "8d5f1ea6-0100".into();
    rotated["data"]["key_id"] = "kid-10".into();
    rotated["data"]["client_secret"] = "Zq7tB2nK9vXw4sHd6mLc3yRj8gFa5uEp".into();
    scene
        .import(&scene.signed(&rotated.to_string()))
        .await
        .expect("taken in");
    let waiting = SecretName {
        connection: scene.proofkey.find(&connection.id).expect("there").id,
        generation: Generation(2),
    };
    let document = scene.vault.read(&waiting).expect("read").expect("there");
    let spare = document.client_secret.expect("the new secret");
    assert_eq!(spare.expose(), "Zq7tB2nK9vXw4sHd6mLc3yRj8gFa5uEp");
    let before = stored(&scene, &connection.id);
    assert_eq!(
        before.client_secret.expect("the old one").expose(),
        "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu"
    );
}
