//! A replacement on its usual way, and what keeps it from going wrong.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::SignedDuration;
use proofkey_core::Code;
use proofkey_core::Secret;
use proofkey_core::border::{ConnectionView, ExportState, GenerationPlace, RotationStep, Standing};
use proofkey_core::check::{CheckId, Verdict};
use proofkey_core::connection::{ConnectionDraft, NewCredentials, RotationReason};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::ports::Clock;
use proofkey_core::system::clock::SystemClock;
use proofkey_sandbox::{EventOrder, Fault};

use super::{WRONG, at, new_ones, replaced, rotated, steps, typed};
use crate::stage::{Stage, acme};

/// Asks the server for a token again and again until `work` is done; every time there is one.
pub(super) async fn without_outage(stage: &Stage, work: impl Future<Output = ()>) -> usize {
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

async fn exported(stage: &Stage) -> String {
    let (format, secrets) = (ExportFormat::Dotenv, SecretsChoice::Redacted);
    let file = stage.proofkey.export_text("acme", format, secrets).await;
    file.expect("a file").text().to_owned()
}

#[tokio::test]
async fn a_routine_replacement_goes_there_and_back_and_through_without_an_outage() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let (old_id, _) = stage.secrets("acme");
    let new = replaced(&sandbox);
    let new_id = new.client_id.as_ref().map(|id| id.expose().to_owned());
    let work = async {
        there(&stage, new).await;
        assert_eq!(Some(stage.secrets("acme").0), new_id);
        let kept = stage.kept().await;
        assert!(kept.summary.contains("still takes"), "{}", kept.summary);
        let undone = stage.undo().await.connection;
        assert_eq!(current(&undone), (1, Standing::Proven));
        assert_eq!(stage.secrets("acme").0, old_id);
        assert_eq!(steps(&undone)[0], RotationStep::Switch);
        stage.switch().await;
    };
    let tokens = without_outage(&stage, Box::pin(work)).await;
    assert!(tokens > 1, "nobody asked meanwhile");
    sandbox.advance(SignedDuration::from_hours(8 * 24));
    let retired = stage.forgotten().await;
    assert!(retired.connection.rotation.is_none());
    assert!(retired.notes.is_empty(), "{:?}", retired.notes);
    assert_eq!(stage.held(), ["acme.2"]);
}

async fn there(stage: &Stage, new: NewCredentials) {
    let begun = stage.begin(new).await;
    assert_eq!(current(&begun), (1, Standing::Proven));
    assert_eq!(steps(&begun), [RotationStep::Prove, RotationStep::Undo]);
    let early = stage.proofkey.switch("acme").await;
    assert_eq!(early.expect_err("unproven").code, Code::ExportNotValidated);
    assert_eq!(stage.prove_new().await.verdict, Verdict::Passed);
    let waiting = stage.view("acme");
    assert_eq!(current(&waiting), (1, Standing::Proven));
    assert_eq!(steps(&waiting)[0], RotationStep::Switch);
    let switched = stage.switch().await;
    assert_eq!(current(&switched), (2, Standing::Proven));
    let old = at(&switched, GenerationPlace::Outgoing).expect("kept");
    assert_eq!((old.generation.0, old.standing), (1, Standing::Proven));
    let end = old.ends_at.expect("a clock");
    let grace = end.duration_since(SystemClock.now());
    assert!((167..=168).contains(&grace.as_hours()), "{grace}");
}

fn current(view: &ConnectionView) -> (u32, Standing) {
    (view.generation.0, view.standing)
}

#[tokio::test]
async fn a_file_of_before_the_switch_is_known_as_stale() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let first = exported(&stage).await;
    stage.turned(replaced(&sandbox)).await;
    let read = |file: &str| stage.proofkey.check_export("acme", file.as_bytes());
    let outdated = read(&first).expect("read");
    assert_eq!(outdated.state, ExportState::Stale);
    assert_eq!(
        outdated.summary,
        "This file carries generation 1, the connection is at 2. It is the one which is being given up."
    );
    let fresh = read(&exported(&stage).await).expect("read");
    assert_eq!(fresh.state, ExportState::Current);
}

#[tokio::test]
async fn a_file_of_another_connection_is_known_as_that() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let file = exported(&stage).await;
    let other = ConnectionDraft {
        name: "Other".to_owned(),
        ..acme(&sandbox)
    };
    stage.add(other).await;
    let told = stage.proofkey.check_export("other", file.as_bytes());
    let told = told.expect("read");
    assert_eq!(told.state, ExportState::Unknown);
    let acme = stage.view("acme").name;
    let said = format!("This file was exported from “{acme}”, and not from “Other”.");
    assert_eq!(told.summary, said);
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
    let new = new_ones(&rotated("acme", &sandbox, &order));
    let begun = stage.try_begin(new, RotationReason::Compromise).await;
    begun.expect("begun");
    stage.prove_new().await;
    let switched = stage.switch().await;
    assert_eq!(
        steps(&switched),
        [RotationStep::Retire, RotationStep::Forget]
    );
    let back = stage.undo_refused().await;
    assert_eq!(back.code, Code::DraftInvalid);
    let said = &back.summary;
    assert!(said.contains("somebody else may have them"), "{said}");
    let retired = stage.forgotten().await.summary;
    assert!(retired.contains("invalid_client"), "{retired}");
}

#[tokio::test]
async fn a_compromise_replaces_what_somebody_else_may_have() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    // Another client ID alone keeps the secret that somebody else may have.
    let only_id = NewCredentials {
        client_id: Some(Secret::new("another-client-of-ours".to_owned())),
        ..NewCredentials::default()
    };
    let begun = stage.try_begin(only_id, RotationReason::Compromise).await;
    let said = begun.expect_err("the secret stays").summary;
    assert!(said.contains("was not replaced"), "{said}");
    // And of what was replaced nothing stays behind in the new generation.
    let begun = stage
        .try_begin(replaced(&sandbox), RotationReason::Compromise)
        .await;
    let (_, compromised) = stage.secrets("acme");
    let begun = begun.expect("begun");
    let waits = at(&begun, GenerationPlace::Incoming).expect("it waits");
    let document = stage.document("acme", waits.generation);
    assert!(!document.to_json().contains(&compromised));
}

#[tokio::test]
async fn new_credentials_that_do_not_work_never_become_current() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.begin(typed(WRONG)).await;
    let second = stage.try_begin(typed(WRONG), RotationReason::Routine).await;
    assert_eq!(second.expect_err("one waits").code, Code::AlreadyExists);
    let report = stage.prove_new().await;
    let failed = report.first_failure().map(|check| check.id);
    assert_eq!(failed, Some(CheckId::Token));
    let refused = stage.proofkey.switch("acme").await.expect_err("not proven");
    assert_eq!(refused.code, Code::ExportNotValidated);
    assert_eq!(stage.view("acme").standing, Standing::Proven);
    let dropped = stage.undo().await.connection;
    assert!(dropped.rotation.is_none());
    assert_eq!(stage.held(), ["acme.1"]);
    assert_eq!(stage.undo_refused().await.code, Code::NotFound);
}

#[tokio::test]
async fn the_same_credentials_are_no_replacement() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let (id, secret) = stage.secrets("acme");
    let same = NewCredentials {
        client_id: Some(Secret::new(id)),
        ..typed(&secret)
    };
    let same = stage.try_begin(same, RotationReason::Routine).await;
    assert!(same.expect_err("nothing new").summary.contains("in use"));
}

#[tokio::test]
async fn an_edit_leads_held_credentials_nowhere_else_and_changes_no_client_id() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.begin(typed(WRONG)).await;
    let edit = |client_id: Option<&str>, account: &str| ConnectionDraft {
        client_id: client_id.map(|id| Secret::new(id.to_owned())),
        client_secret: None,
        variables: [("account", account), ("region", "us")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..acme(&sandbox)
    };
    for (client_id, account) in [(None, "globex"), (Some("another-client"), "acme")] {
        let edited = stage.proofkey.change("acme", edit(client_id, account));
        let edited = edited.await.map(drop).map_err(|rejected| rejected.problem);
        let refused = edited.expect_err("they wait");
        assert_eq!(refused.code, Code::AlreadyExists);
        assert!(refused.remedy.contains("undo it"), "{}", refused.remedy);
    }
    // The ID that it has may be entered again.
    let same = stage.secrets("acme").0;
    let edited = stage.proofkey.change("acme", edit(Some(&same), "acme"));
    assert!(edited.await.is_ok());
}

#[tokio::test]
async fn an_outage_forgets_nothing() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    stage.turned(replaced(&sandbox)).await;
    // A server that refuses everybody says nothing about the old ones.
    sandbox.advance(SignedDuration::from_hours(8 * 24));
    let fault = sandbox.set_fault("acme", Fault::SecretRefused);
    fault.expect("known");
    let kept = stage.kept().await.summary;
    assert!(kept.contains("either"), "{kept}");
    sandbox.clear_fault("acme").expect("known");
    sandbox.stop().await.expect("stopped");
    stage.kept().await;
    assert_eq!(stage.held().len(), 2);
}
