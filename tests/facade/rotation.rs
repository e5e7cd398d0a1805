//! Credentials are replaced while somebody goes on asking for tokens. The practice Talkdesk decides what is
//! good when, and its record says who asked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::SignedDuration;
use proofkey_core::border::{
    ConnectionView, ExportState, GenerationPlace, GenerationView, RotationStep, Standing,
};
use proofkey_core::check::{CheckId, Verdict};
use proofkey_core::connection::{
    ConnectionDraft, Installation, NewCredentials, RotationReason, SigningDraft, Store,
};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::ports::{Clock, Unwatched};
use proofkey_core::provider::{ClientAuthentication, SigningAlgorithm};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::{Code, Secret};
use proofkey_sandbox::{EventKind, EventOrder, Sandbox};
use serde_json::Value;

use crate::stage::{Stage, acme, draft};

/// What Talkdesk says when it replaces the credentials of acme.
fn rotated(sandbox: &Sandbox, order: &EventOrder) -> Value {
    rotated_of("acme", sandbox, order)
}

fn rotated_of(account: &str, sandbox: &Sandbox, order: &EventOrder) -> Value {
    let order = EventOrder {
        kind: EventKind::CredentialsRotated,
        account: account.to_owned(),
        ..order.clone()
    };
    let event = sandbox.emit(&order).expect("an event");
    serde_json::from_str(&event.body).expect("JSON")
}

/// A practice connection under the same name to wallace, whose client has a key and the scope for apps.
fn wallace(sandbox: &Sandbox) -> ConnectionDraft {
    let cards = sandbox.accounts();
    let card = cards.iter().find(|card| card.account == "wallace");
    let card = card.expect("wallace");
    let mut of_wallace = draft(&card.client_id, &card.client_secret);
    of_wallace.practice = true;
    let account = ("account".to_owned(), card.account.clone());
    of_wallace.variables.extend([account]);
    of_wallace
}

/// The key pair that an event brings.
fn key_of(event: &Value) -> SigningDraft {
    let text = |name: &str| event["data"][name].as_str().expect("a text").to_owned();
    SigningDraft {
        private_key: Some(Secret::new(text("private_key"))),
        key_id: Some(text("key_id")),
        algorithm: SigningAlgorithm::from_name(&text("key_algorithm")),
        ..SigningDraft::default()
    }
}

fn new_ones(event: &Value) -> NewCredentials {
    let text = |name: &str| event["data"][name].as_str().expect("a text").to_owned();
    NewCredentials {
        client_id: Some(Secret::new(text("client_id"))),
        client_secret: Some(Secret::new(text("client_secret"))),
        ..NewCredentials::default()
    }
}

async fn begin(stage: &Stage, new: NewCredentials, reason: RotationReason) -> ConnectionView {
    let begun = stage
        .proofkey
        .begin_rotation("acme", new, reason, None)
        .await;
    begun.map_err(|rejected| rejected.problem).expect("begun")
}

fn at(view: &ConnectionView, place: GenerationPlace) -> Option<&GenerationView> {
    let rotation = view.rotation.as_ref()?;
    rotation.generations.iter().find(|one| one.place == place)
}

fn steps(view: &ConnectionView) -> Vec<RotationStep> {
    view.rotation
        .as_ref()
        .map_or_else(Vec::new, |rotation| rotation.steps.clone())
}

/// Asks the server for a token again and again until `work` is done; every time there is one.
async fn without_outage(stage: &Stage, work: impl Future<Output = ()>) -> usize {
    let (done, tokens) = (AtomicBool::new(false), AtomicUsize::new(0));
    let asking = async {
        while !done.load(Ordering::Relaxed) {
            // Longer than any token lives, so that the server is asked.
            let token = stage.proofkey.access_token("acme", 86_400).await;
            // After a way back, the one that the older credentials had got may come from the vault.
            let asked = !token.expect("a token at every moment").cached;
            tokens.fetch_add(usize::from(asked), Ordering::Relaxed);
        }
    };
    let working = async {
        work.await;
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(asking, working);
    tokens.into_inner()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told to its end")]
async fn a_routine_replacement_goes_there_and_back_and_through_without_an_outage() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let (old_id, _) = stage.secrets("acme");
    let export = || {
        stage
            .proofkey
            .export_text("acme", ExportFormat::Dotenv, SecretsChoice::Redacted)
    };
    let first_file = export().await.expect("a file").text().to_owned();
    let new = new_ones(&rotated(&sandbox, &EventOrder::default()));
    let new_id = new.client_id.as_ref().map(|id| id.expose().to_owned());

    let tokens = without_outage(
        &stage,
        Box::pin(async {
            let begun = begin(&stage, new, RotationReason::Routine).await;
            assert_eq!((begun.generation.0, begun.standing), (1, Standing::Proven));
            assert_eq!(steps(&begun), [RotationStep::Prove, RotationStep::Undo]);
            let early = stage.proofkey.switch("acme").await;
            assert_eq!(early.expect_err("unproven").code, Code::ExportNotValidated);

            let report = stage
                .proofkey
                .prove_incoming("acme", &Unwatched)
                .await
                .expect("a report");
            assert_eq!(report.verdict, Verdict::Passed);
            let waiting = stage.view("acme");
            assert_eq!(
                (waiting.generation.0, waiting.standing),
                (1, Standing::Proven)
            );
            assert_eq!(steps(&waiting)[0], RotationStep::Switch);

            let switched = stage.proofkey.switch("acme").await.expect("switched");
            assert_eq!(
                (switched.generation.0, switched.standing),
                (2, Standing::Proven)
            );
            let old = at(&switched, GenerationPlace::Outgoing).expect("kept");
            assert_eq!((old.generation.0, old.standing), (1, Standing::Proven));
            let grace = old
                .ends_at
                .expect("a clock")
                .duration_since(SystemClock.now());
            assert!((167..=168).contains(&grace.as_hours()), "{grace}");
            assert_eq!(Some(stage.secrets("acme").0), new_id);

            let kept = stage.proofkey.retire("acme").await.expect("looked");
            assert!(!kept.forgotten, "{}", kept.summary);
            assert!(kept.summary.contains("still takes"), "{}", kept.summary);

            let undone = stage.proofkey.undo_rotation("acme").await.expect("undone");
            assert_eq!(
                (undone.generation.0, undone.standing),
                (1, Standing::Proven)
            );
            assert_eq!(stage.secrets("acme").0, old_id);
            assert_eq!(steps(&undone)[0], RotationStep::Switch);
            stage.proofkey.switch("acme").await.expect("switched again");
        }),
    )
    .await;
    assert!(tokens > 1, "nobody asked meanwhile");

    sandbox.advance(SignedDuration::from_hours(8 * 24));
    let retired = stage.proofkey.retire("acme").await.expect("looked");
    assert!(retired.forgotten, "{}", retired.summary);
    assert!(retired.connection.rotation.is_none());
    let held: Vec<String> = stage
        .vault
        .names()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(held, ["acme.2"]);

    let outdated = stage
        .proofkey
        .check_export("acme", first_file.as_bytes())
        .expect("read");
    assert_eq!(outdated.state, ExportState::Stale);
    assert_eq!(
        outdated.summary,
        "This file carries generation 1, the connection is at 2."
    );
    let second_file = export().await.expect("a file").text().to_owned();
    let fresh = stage
        .proofkey
        .check_export("acme", second_file.as_bytes())
        .expect("read");
    assert_eq!(fresh.state, ExportState::Current);
}

#[tokio::test]
async fn after_a_compromise_there_is_no_way_back() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let order = EventOrder {
        compromised: true,
        same_client_id: true,
        ..EventOrder::default()
    };
    let new = new_ones(&rotated(&sandbox, &order));
    begin(&stage, new, RotationReason::Compromise).await;
    stage
        .proofkey
        .prove_incoming("acme", &Unwatched)
        .await
        .expect("a report");
    let switched = stage.proofkey.switch("acme").await.expect("switched");
    assert_eq!(steps(&switched), [RotationStep::Retire]);
    let back = stage
        .proofkey
        .undo_rotation("acme")
        .await
        .expect_err("no way back");
    assert_eq!(back.code, Code::DraftInvalid);
    assert!(
        back.summary.contains("somebody else may have them"),
        "{}",
        back.summary
    );
    let retired = stage.proofkey.retire("acme").await.expect("looked");
    assert!(retired.forgotten, "{}", retired.summary);
    assert!(
        retired.summary.contains("invalid_client"),
        "{}",
        retired.summary
    );
}

#[tokio::test]
async fn a_new_key_is_proven_beside_the_old_one_and_takes_its_place() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let installed = EventOrder {
        account: "wallace".to_owned(),
        ..EventOrder::default()
    };
    let installed = sandbox.emit(&installed).expect("an event");
    let installed: Value = serde_json::from_str(&installed.body).expect("JSON");
    let signed = ConnectionDraft {
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        client_id: new_ones(&installed).client_id,
        client_secret: None,
        signing: key_of(&installed),
        ..wallace(&sandbox)
    };
    stage.add(signed).await;
    stage
        .proofkey
        .validate("acme", &Unwatched)
        .await
        .expect("a report");
    let before = stage.view("acme");
    assert_eq!(before.standing, Standing::Proven);

    let event = rotated_of("wallace", &sandbox, &EventOrder::default());
    let new = NewCredentials {
        client_id: new_ones(&event).client_id,
        signing: Some(key_of(&event)),
        ..NewCredentials::default()
    };
    without_outage(
        &stage,
        Box::pin(async {
            let begun = begin(&stage, new, RotationReason::Routine).await;
            assert_eq!(begun.signing, before.signing);
            let waits = at(&begun, GenerationPlace::Incoming).expect("it waits");
            assert_ne!(waits.signing, before.signing);
            let key_id = event["data"]["key_id"].as_str();
            let signing = waits.signing.clone().expect("a key");
            assert_eq!(signing.key_id.as_deref(), key_id);
            let report = stage.proofkey.prove_incoming("acme", &Unwatched).await;
            assert_eq!(report.expect("a report").verdict, Verdict::Passed);
            let switched = stage.proofkey.switch("acme").await.expect("switched");
            assert_eq!(switched.signing, Some(signing));
            assert_eq!(switched.standing, Standing::Proven);
        }),
    )
    .await;
    let kept = stage.proofkey.retire("acme").await.expect("looked");
    assert!(kept.summary.contains("still takes"), "{}", kept.summary);
}

#[tokio::test]
async fn new_credentials_that_do_not_work_never_become_current() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let wrong = || NewCredentials {
        client_secret: Some(Secret::new("Zq1xW8sQ0pLr6TzN1mXc7bJd5hGf2aEu".to_owned())),
        ..NewCredentials::default()
    };
    begin(&stage, wrong(), RotationReason::Routine).await;
    let second = stage
        .proofkey
        .begin_rotation("acme", wrong(), RotationReason::Routine, None);
    let second = second.await.map(drop).map_err(|rejected| rejected.problem);
    assert_eq!(second.expect_err("one waits").code, Code::AlreadyExists);
    let report = stage
        .proofkey
        .prove_incoming("acme", &Unwatched)
        .await
        .expect("a report");
    assert_eq!(
        report.first_failure().map(|check| check.id),
        Some(CheckId::Token)
    );
    let refused = stage.proofkey.switch("acme").await.expect_err("not proven");
    assert_eq!(refused.code, Code::ExportNotValidated);
    assert_eq!(stage.view("acme").standing, Standing::Proven);
    // Where the held ones would go must not change under them.
    let moved = ConnectionDraft {
        client_id: None,
        client_secret: None,
        variables: [("account", "globex"), ("region", "eu")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..acme(&sandbox)
    };
    let edited = stage.proofkey.change("acme", moved).await.map(drop);
    let edited = edited.map_err(|rejected| rejected.problem);
    assert_eq!(edited.expect_err("they wait").code, Code::AlreadyExists);
    let dropped = stage.proofkey.undo_rotation("acme").await.expect("dropped");
    assert!(dropped.rotation.is_none());
    assert_eq!(stage.vault.names().len(), 1);
    let nothing = stage
        .proofkey
        .undo_rotation("acme")
        .await
        .expect_err("nothing left");
    assert_eq!(nothing.code, Code::NotFound);
    let (id, secret) = stage.secrets("acme");
    let same = NewCredentials {
        client_id: Some(Secret::new(id)),
        client_secret: Some(Secret::new(secret)),
        ..NewCredentials::default()
    };
    let same = stage
        .proofkey
        .begin_rotation("acme", same, RotationReason::Routine, None)
        .await;
    let same = same.map(drop).map_err(|rejected| rejected.problem);
    assert!(same.expect_err("nothing new").summary.contains("in use"));
}

#[tokio::test]
async fn an_outage_forgets_nothing() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let new = new_ones(&rotated(&sandbox, &EventOrder::default()));
    begin(&stage, new, RotationReason::Routine).await;
    stage
        .proofkey
        .prove_incoming("acme", &Unwatched)
        .await
        .expect("a report");
    stage.proofkey.switch("acme").await.expect("switched");
    // A server that refuses everybody says nothing about the old ones.
    sandbox.advance(SignedDuration::from_hours(8 * 24));
    sandbox
        .set_fault("acme", proofkey_sandbox::Fault::SecretRefused)
        .expect("known");
    let kept = stage.proofkey.retire("acme").await.expect("looked");
    assert!(!kept.forgotten, "{}", kept.summary);
    assert!(kept.summary.contains("either"), "{}", kept.summary);
    sandbox.clear_fault("acme").expect("known");
    sandbox.stop().await.expect("stopped");
    let kept = stage.proofkey.retire("acme").await.expect("looked");
    assert!(!kept.forgotten, "{}", kept.summary);
    assert_eq!(stage.vault.names().len(), 2);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told to its end")]
async fn an_acknowledgement_names_the_new_client_and_ends_the_old_one() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.add(wallace(&sandbox)).await;
    let event = rotated_of("wallace", &sandbox, &EventOrder::default());
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let installation = Installation {
        app_id: text(&event["app_id"]),
        installation_id: text(&event["data"]["installation_id"]),
        account_id: text(&event["data"]["account_id"]),
        events: Vec::new(),
        answer: None,
        newest_event_at: None,
    };
    let early = stage.proofkey.acknowledge_rotation("acme").await;
    assert_eq!(early.expect_err("nothing to say").code, Code::DraftInvalid);
    let store = Store::open(stage.home.path()).expect("store");
    store
        .edit(&stage.stored("acme").id, |connection| {
            connection.installation = Some(installation.clone());
            Ok(())
        })
        .expect("noted");
    begin(&stage, new_ones(&event), RotationReason::Routine).await;
    stage
        .proofkey
        .prove_incoming("acme", &Unwatched)
        .await
        .expect("a report");
    let switched = stage.proofkey.switch("acme").await.expect("switched");
    assert!(steps(&switched).contains(&RotationStep::Acknowledge));
    let told = stage
        .proofkey
        .acknowledge_rotation("acme")
        .await
        .expect("taken");
    let path = format!(
        "/apps/{}/installations/{}/credentials/{}/state",
        installation.app_id,
        installation.installation_id,
        stage.secrets("acme").0
    );
    let heard = sandbox
        .records()
        .into_iter()
        .find(|record| record.path == path);
    let heard = heard.expect("it arrived");
    assert_eq!(
        (heard.method.as_str(), heard.body.as_slice()),
        ("POST", &br#"{"state":"acknowledged"}"#[..])
    );
    let old = at(&told, GenerationPlace::Outgoing).expect("kept");
    assert!(old.ends_at.is_some_and(|end| end <= SystemClock.now()));
    let back = stage
        .proofkey
        .undo_rotation("acme")
        .await
        .expect_err("their time is over");
    assert_eq!(back.code, Code::DraftInvalid);
    let again = stage
        .proofkey
        .acknowledge_rotation("acme")
        .await
        .expect_err("told before");
    assert_eq!(again.code, Code::ApiRefused);
    assert!(
        stage
            .proofkey
            .retire("acme")
            .await
            .expect("looked")
            .forgotten
    );
}
