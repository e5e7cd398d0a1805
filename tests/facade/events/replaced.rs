//! Credentials that an event replaces wait beside those in use.

use proofkey_core::Code;
use proofkey_core::proofkey::EventImport;
use proofkey_core::talkdesk::EventKind;
use proofkey_core::vault::{Generation, SecretName, Vault};
use serde_json::Value;

use super::signer::{Curve, Signer};
use super::stage::{Scene, changed, installed, with_key};

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
            "“Talkdesk acme” and names another account",
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
    let document = scene.stored(&view.id);
    assert_eq!(
        document.client_id.expose(),
        "2f0b9c1de4a84b7f9c56c1a7d2e3f401"
    );
    scene.refused(&event, "was taken in before").await;
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
    let before = scene.stored(&connection.id);
    assert_eq!(
        before.client_secret.expect("the old one").expose(),
        "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu"
    );
}

#[tokio::test]
async fn an_event_that_repeats_the_credentials_in_use_says_so() {
    let scene = Scene::set().await;
    let first = scene.signed(&installed().to_string());
    scene.import(&first).await.expect("taken in");
    let mut repeated = changed("/type", "app.credentials_rotated");
    repeated["id"] = "8d5f1ea6-0100".into();
    let event = scene.signed(&repeated.to_string());
    let refused = scene
        .refused(&event, "“Talkdesk acme” signs in with already")
        .await;
    assert_eq!(refused.code, Code::AlreadyExists);
    assert!(
        refused.remedy.contains("nothing to do"),
        "{}",
        refused.remedy
    );
}

#[tokio::test]
async fn after_a_compromise_an_event_has_to_bring_another_secret() {
    let scene = Scene::set().await;
    let first = scene.signed(&installed().to_string());
    scene.import(&first).await.expect("taken in");
    let mut only_id = changed("/type", "app.credentials_rotated");
    only_id["id"] = "8d5f1ea6-0100".into();
    only_id["data"]["client_id"] = "9c0b9c1de4a84b7f9c56c1a7d2e3f402".into();
    let before = scene.kept();
    let compromised = EventImport {
        compromised: true,
        ..EventImport::default()
    };
    let refused = scene
        .import_with(&scene.signed(&only_id.to_string()), compromised)
        .await
        .expect_err("the secret stays");
    let said = &refused.summary;
    assert!(said.contains("brings no new secret"), "{said}");
    assert!(
        refused.remedy.contains("rotated"),
        "nobody can type it: {}",
        refused.remedy
    );
    assert_eq!(scene.kept(), before);
}
