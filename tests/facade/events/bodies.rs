//! Bodies that are refused, each for its own reason, with nothing stored.

use std::fs::File;
use std::path::Path;

use proofkey_core::Code;
use proofkey_core::proofkey::EventImport;
use proofkey_core::talkdesk::{EventHeaders, LARGEST_EVENT, ReceivedEvent};

use super::signer::{Curve, Signer};
use super::stage::{Scene, changed, installed, received, with_key};

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
    scene.assert_empty();

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
            "“Talkdesk acme” and names another account",
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
    assert_eq!(scene.kept().1.len(), 1);

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
async fn a_body_of_a_hundred_megabytes_is_refused_unread() {
    let scene = Scene::set().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let path = elsewhere.path().join("huge.json");
    let file = File::create(&path).expect("a file");
    file.set_len(100 << 20).expect("a hole");
    let headers = EventHeaders::default();
    let problem = ReceivedEvent::read_file("talkdesk", false, headers, &path)
        .err()
        .expect("refused");
    assert!(problem.summary.contains("larger than 1 MiB"), "{problem:?}");

    // What has no length is read no further than an event may be long.
    let endless = Path::new("/dev/zero");
    let headers = EventHeaders::default();
    assert!(ReceivedEvent::read_file("talkdesk", false, headers, endless).is_err());
    let headers = EventHeaders::default();
    let large = vec![b' '; LARGEST_EVENT + 1];
    assert!(ReceivedEvent::new("talkdesk", false, headers, large).is_err());
    // The largest that is read is judged for what it says.
    let padded = format!("{}{}", installed(), " ".repeat(LARGEST_EVENT / 2));
    scene.verify(&scene.signed(&padded)).await.expect("signed");
    scene.assert_empty();
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
    scene.assert_empty();
    let imported = scene
        .import_with(&unsigned, anyway())
        .await
        .expect("taken in");
    assert!(imported.signer.is_none());
}
