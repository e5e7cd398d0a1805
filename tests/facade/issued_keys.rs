//! Where the provider makes the keys of its clients, none is made here for them.

use proofkey_core::Code;
use proofkey_core::border::NewKey;
use proofkey_core::connection::{ConnectionDraft, Severity, SigningDraft};
use proofkey_core::provider::ClientAuthentication;

use crate::stage::{Stage, draft};

fn signed(signing: SigningDraft) -> ConnectionDraft {
    ConnectionDraft {
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        client_secret: None,
        signing,
        ..draft("issued-client-7f3a", "")
    }
}

#[tokio::test]
async fn no_key_is_made_for_a_connection_whose_provider_issues_them() {
    let stage = Stage::set();
    let connection = stage.add(draft("issued-client-7f3a", "s3cret")).await;
    let problem = stage
        .proofkey
        .make_key(NewKey {
            for_connection: Some(connection.id),
            ..NewKey::default()
        })
        .await
        .expect_err("issued there");
    assert_eq!(problem.code, Code::DraftInvalid);
    assert_eq!(problem.field.as_deref(), Some("for_connection"));
    assert!(
        problem.summary.contains("Talkdesk makes the keys"),
        "{}",
        problem.summary
    );
    assert!(stage.proofkey.kept_keys().expect("listed").keys.is_empty());
}

#[tokio::test]
async fn a_kept_key_is_taken_there_with_a_warning_and_never_recommended() {
    let stage = Stage::set();
    let made = stage
        .proofkey
        .make_key(NewKey::default())
        .await
        .expect("made");
    let taken = signed(SigningDraft {
        kept_key: Some(made.id),
        ..SigningDraft::default()
    });
    let reviewed = stage.proofkey.review(&taken, None).expect("reviewed");
    let said = reviewed
        .findings
        .iter()
        .find(|one| one.field == "signing.kept_key")
        .expect("said");
    assert_eq!(said.severity, Severity::Warning);

    let reviewed = stage
        .proofkey
        .review(&signed(SigningDraft::default()), None)
        .expect("reviewed");
    let missing = reviewed
        .findings
        .iter()
        .find(|one| one.field == "signing.private_key")
        .expect("said");
    assert!(missing.remedy.contains("handed out"), "{}", missing.remedy);
}
