//! Keys that are replaced, and clocks that stand between a signature and its server.

use jiff::SignedDuration;
use proofkey_core::Secret;
use proofkey_core::border::{GenerationPlace, Standing};
use proofkey_core::check::Verdict;
use proofkey_core::connection::{ConnectionDraft, NewCredentials, RotationReason};
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::ClientAuthentication;
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_sandbox::{EventOrder, Sandbox};
use serde_json::Value;

use super::routine::without_outage;
use super::{WRONG, at, key_of, new_ones, rotated, wallace};
use crate::stage::Stage;

/// A proven connection that signs with the key of an installation.
async fn signing(stage: &Stage, sandbox: &Sandbox) {
    let order = EventOrder {
        account: "wallace".to_owned(),
        ..EventOrder::default()
    };
    let installed = sandbox.emit(&order).expect("an event");
    let installed: Value = serde_json::from_str(&installed.body).expect("JSON");
    let signed = ConnectionDraft {
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        client_id: new_ones(&installed).client_id,
        client_secret: None,
        signing: key_of(&installed),
        ..wallace(sandbox)
    };
    stage.add(signed).await;
    let proof = stage.proofkey.validate("acme", &Unwatched).await;
    assert_eq!(proof.expect("a report").verdict, Verdict::Passed);
}

fn another_key(event: &Value) -> NewCredentials {
    NewCredentials {
        client_id: new_ones(event).client_id,
        signing: Some(key_of(event)),
        ..NewCredentials::default()
    }
}

#[tokio::test]
async fn a_new_key_is_proven_beside_the_old_one_and_takes_its_place() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    signing(&stage, &sandbox).await;
    let before = stage.view("acme");
    let event = rotated("wallace", &sandbox, &EventOrder::default());
    let work = async {
        let begun = stage.begin(another_key(&event)).await;
        assert_eq!(begun.signing, before.signing);
        let waits = at(&begun, GenerationPlace::Incoming).expect("it waits");
        assert_ne!(waits.signing, before.signing);
        let signing = waits.signing.clone().expect("a key");
        assert_eq!(signing.key_id.as_deref(), event["data"]["key_id"].as_str());
        assert_eq!(stage.prove_new().await.verdict, Verdict::Passed);
        let switched = stage.switch().await;
        assert_eq!(switched.signing, Some(signing));
        assert_eq!(switched.standing, Standing::Proven);
    };
    without_outage(&stage, Box::pin(work)).await;
    let kept = stage.kept().await;
    assert!(kept.summary.contains("still takes"), "{}", kept.summary);
}

#[tokio::test]
async fn an_old_key_is_forgotten_once_its_time_is_over_on_both_clocks() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    signing(&stage, &sandbox).await;
    let event = rotated("wallace", &sandbox, &EventOrder::default());
    stage.turned(another_key(&event)).await;
    let days = SignedDuration::from_hours(8 * 24);
    sandbox.advance(days);
    stage.clock.advance(days);
    let retired = stage.forgotten().await.summary;
    assert!(retired.contains("invalid_client"), "{retired}");
}

#[tokio::test]
async fn a_clock_that_is_days_off_is_named_in_place_of_the_keys() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    signing(&stage, &sandbox).await;
    let event = rotated("wallace", &sandbox, &EventOrder::default());
    stage.turned(another_key(&event)).await;
    // Nobody signs for next week: what comes from here is refused, whichever key signed it.
    sandbox.advance(SignedDuration::from_hours(8 * 24));
    let kept = stage.kept().await.summary;
    let named = "This computer’s clock is 8 days behind that of the server.";
    assert!(kept.starts_with(named), "{kept}");
}

#[tokio::test]
async fn after_a_compromise_neither_the_key_nor_the_secret_beside_it_stays() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    signing(&stage, &sandbox).await;
    // What an installation brings beside the key is kept with it.
    let mut old = stage.document("acme", stage.stored("acme").secrets);
    old.client_secret = Some(Secret::new(WRONG.to_owned()));
    let name = SecretName {
        connection: stage.stored("acme").id,
        generation: stage.stored("acme").secrets,
    };
    stage.vault.write(&name, &old).expect("written");
    let event = rotated("wallace", &sandbox, &EventOrder::default());
    let same_key = NewCredentials {
        client_id: new_ones(&event).client_id,
        ..NewCredentials::default()
    };
    let refused = stage.try_begin(same_key, RotationReason::Compromise).await;
    let said = refused.expect_err("the key stays").summary;
    assert!(said.contains("was not replaced"), "{said}");
    let begun = stage
        .try_begin(another_key(&event), RotationReason::Compromise)
        .await
        .expect("begun");
    let waits = at(&begun, GenerationPlace::Incoming).expect("it waits");
    let document = stage.document("acme", waits.generation);
    assert!(document.client_secret.is_none());
    let key = |document: &SecretDocument| {
        let key = document.private_key.as_ref().expect("a key");
        key.expose().to_owned()
    };
    assert_ne!(key(&document), key(&old));
}
