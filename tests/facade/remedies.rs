//! Remedies that Proofkey takes itself, when asked.

use proofkey_core::Secret;
use proofkey_core::border::Standing;
use proofkey_core::check::RemedyAction;
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;

use crate::changed;
use crate::stage::{Stage, acme};

#[tokio::test]
async fn each_remedy_does_what_it_says_and_ends_the_proof() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let card = stage.proven(&sandbox).await.id;
    let (id, secret) = stage.secrets(&card);
    let apply = |action| stage.proofkey.apply_remedy(&card, action);

    let view = apply(RemedyAction::SwapCredentials).await.expect("swapped");
    assert_eq!(view.standing, Standing::Stale);
    assert_eq!(stage.secrets(&card), (secret.clone(), id.clone()));

    let blemished = ConnectionDraft {
        client_id: Some(Secret::new(format!("{id} "))),
        client_secret: Some(Secret::new(format!("\u{200b}{secret}"))),
        ..acme(&sandbox)
    };
    // The invisible character cannot be sent, so it is not saved; a blank at the end is.
    let refused = stage.proofkey.change(&card, blemished).await;
    assert_eq!(
        refused.err().map(|it| it.problem.code),
        Some(Code::DraftInvalid)
    );
    let blemished = ConnectionDraft {
        client_id: Some(Secret::new(format!("{id} "))),
        client_secret: Some(Secret::new(format!(" {secret}"))),
        ..acme(&sandbox)
    };
    changed(&stage, blemished).await;
    apply(RemedyAction::TidyClientSecret).await.expect("tidied");
    assert_eq!(stage.secrets(&card), (format!("{id} "), secret.clone()));
    apply(RemedyAction::TidyClientId).await.expect("tidied");
    assert_eq!(stage.secrets(&card), (id, secret));

    let region = "eu".to_owned();
    let view = apply(RemedyAction::SwitchRegion { region })
        .await
        .expect("switched");
    assert_eq!(view.variables["region"], "eu");
    let endpoints = view.endpoints.expect("addresses");
    assert_eq!(
        endpoints.token.as_deref(),
        Some("https://acme.talkdeskid.eu/oauth/token")
    );
}

#[tokio::test]
async fn a_remedy_without_effect_is_refused_and_the_proof_stays() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let before = stage.proven(&sandbox).await;
    for action in [
        RemedyAction::TidyClientId,
        RemedyAction::TidyClientSecret,
        RemedyAction::SwitchRegion {
            region: "mars".to_owned(),
        },
        // Its hosts are typed by hand, and this connection has none.
        RemedyAction::SwitchRegion {
            region: "custom".to_owned(),
        },
    ] {
        let refused = stage.proofkey.apply_remedy("acme", action.clone()).await;
        assert_eq!(
            refused.err().map(|it| it.code),
            Some(Code::DraftInvalid),
            "{action:?}"
        );
        let after = stage.view("acme");
        assert_eq!(
            (after.standing, after.changed_at),
            (before.standing, before.changed_at)
        );
    }
}
