//! Events that the practice Talkdesk emits, from their delivery to the last word that it hears of them.

use proofkey_core::border::{ConnectionView, RotationStep, Standing};
use proofkey_core::check::Verdict;
use proofkey_core::connection::InstallationState;
use proofkey_core::error::{Code, Problem};
use proofkey_core::ports::Unwatched;
use proofkey_core::proofkey::EventImport;
use proofkey_core::provider::ClientAuthentication;
use proofkey_core::talkdesk::{EventHeaders, ReceivedEvent};
use proofkey_sandbox::{Curve, EmittedEvent, EventKind, EventOrder, Sandbox, Spelling, Spoilt};

use crate::stage::{Stage, everything_kept};

fn delivered(event: &EmittedEvent) -> ReceivedEvent {
    let lines = event.headers.iter();
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let headers = EventHeaders::read(lines.iter().map(String::as_str)).expect("headers");
    let body = event.body.clone().into_bytes();
    ReceivedEvent::new("talkdesk", true, headers, body).expect("small")
}

fn of(account: &str, kind: EventKind) -> EventOrder {
    EventOrder {
        kind,
        account: account.to_owned(),
        ..EventOrder::default()
    }
}

async fn imported(
    stage: &Stage,
    sandbox: &Sandbox,
    order: &EventOrder,
) -> Result<ConnectionView, Problem> {
    let event = delivered(&sandbox.emit(order).expect("an event"));
    let import = EventImport {
        compromised: order.compromised,
        ..EventImport::default()
    };
    let outcome = stage.proofkey.import_event(&event, import).await;
    let imported = outcome.map_err(|rejected| rejected.problem)?;
    assert!(imported.signer.is_some_and(|signer| signer.practice));
    Ok(imported.connection)
}

/// A proven connection to the installation of the app at `account`.
async fn installed(stage: &Stage, sandbox: &Sandbox, account: &str) -> ConnectionView {
    let order = of(account, EventKind::Installed);
    let view = imported(stage, sandbox, &order).await.expect("taken in");
    proven(stage, &view.id).await;
    stage.view(&view.id)
}

async fn proven(stage: &Stage, id: &str) {
    let report = stage.proofkey.validate(id, &Unwatched).await;
    let report = report.expect("a report");
    let failed = report.first_failure();
    assert_eq!(report.verdict, Verdict::Passed, "{failed:?}");
}

async fn switched(stage: &Stage, id: &str) -> ConnectionView {
    let report = stage.proofkey.prove_incoming(id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Passed);
    stage.proofkey.switch(id).await.expect("switched")
}

fn steps(view: &ConnectionView) -> &[RotationStep] {
    view.rotation.as_ref().map_or(&[], |it| &it.steps)
}

#[tokio::test]
async fn an_installation_is_proven_approved_and_its_credentials_are_replaced() {
    for (spelling, curve) in [
        (Spelling::Sample, Curve::P256),
        (Spelling::Table, Curve::P384),
        (Spelling::Sample, Curve::P521),
    ] {
        let stage = Stage::set();
        let sandbox = stage.practise().await;
        let order = |kind| EventOrder {
            spelling,
            curve,
            ..of("wallace", kind)
        };
        let first = imported(&stage, &sandbox, &order(EventKind::Installed)).await;
        let id = first.expect("taken in").id;
        proven(&stage, &id).await;
        let before = stage.view(&id);
        assert_eq!(before.standing, Standing::Proven);
        assert_eq!(
            before.client_authentication,
            ClientAuthentication::PrivateKeyJwt
        );
        let approve = InstallationState::Approve;
        let approved = stage.proofkey.answer_installation(&id, approve, None).await;
        assert!(approved.expect("approved").standing == Standing::Proven);

        let second = order(EventKind::CredentialsRotated);
        let waiting = imported(&stage, &sandbox, &second).await.expect("taken in");
        assert_eq!(
            (&waiting.id, waiting.generation),
            (&id, before.generation),
            "those in use go on"
        );
        let after = switched(&stage, &id).await;
        assert_ne!(after.signing, before.signing, "another key signs");
        let told = stage.proofkey.acknowledge_rotation(&id).await;
        assert!(told.is_ok(), "{told:?}");
        let retired = stage.proofkey.retire(&id).await.expect("looked");
        assert!(retired.forgotten, "{}", retired.summary);
        assert_eq!(stage.vault.names().len(), 1);
        let token = stage.proofkey.access_token(&id, 86_400).await;
        assert!(!token.expect("a token").cached);
    }
}

#[tokio::test]
async fn a_client_with_a_secret_alone_is_installed_and_replaced_too() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let before = installed(&stage, &sandbox, "acme").await;
    assert_eq!(
        before.client_authentication,
        ClientAuthentication::ClientSecretBasic
    );
    let old = stage.secrets(&before.id);
    let order = of("acme", EventKind::CredentialsRotated);
    imported(&stage, &sandbox, &order).await.expect("taken in");
    assert_eq!(stage.secrets(&before.id), old);
    let after = switched(&stage, &before.id).await;
    assert_ne!(stage.secrets(&before.id), old);
    assert!(steps(&after).contains(&RotationStep::Undo));
}

#[tokio::test]
async fn credentials_that_others_may_have_are_replaced_with_no_way_back() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let id = installed(&stage, &sandbox, "wallace").await.id;
    let order = EventOrder {
        compromised: true,
        ..of("wallace", EventKind::CredentialsRotated)
    };
    imported(&stage, &sandbox, &order).await.expect("taken in");
    let after = switched(&stage, &id).await;
    assert!(!steps(&after).contains(&RotationStep::Undo));
    let retired = stage.proofkey.retire(&id).await.expect("looked");
    assert!(retired.forgotten, "{}", retired.summary);
}

/// What is said of each, in the order of [`Spoilt::ALL`]; `None` where nothing is wrong.
const SAID: [Option<&str>; 11] = [
    Some("does not fit the event: it was changed, or another key signed it"),
    Some("fits the same content written in another way"),
    Some("ends too early"),
    Some("is not known at api.talkdeskapp.com"),
    Some("another curve than the key has"),
    Some("does not fit the event: it was changed, or another key signed it"),
    None,
    Some("which is not the API of Talkdesk"),
    Some("which is not the API of Talkdesk"),
    Some("names the sign-in address of"),
    Some("cannot be used. The private key does not belong to the public key"),
];

#[tokio::test]
async fn a_spoilt_event_is_refused_for_its_own_reason_and_nothing_is_stored() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    for kind in [EventKind::Installed, EventKind::CredentialsRotated] {
        let before = everything_kept(&stage);
        for (spoilt, said) in Spoilt::ALL.into_iter().zip(SAID) {
            let order = EventOrder {
                spoilt: Some(spoilt),
                ..of("wallace", kind)
            };
            let said = match (spoilt, kind, said) {
                (_, _, None) => continue,
                // What it has to be is known here.
                (Spoilt::OtherAccount, EventKind::CredentialsRotated, _) => "names another account",
                (_, _, Some(said)) => said,
            };
            let refused = imported(&stage, &sandbox, &order).await;
            let problem = refused.expect_err(spoilt.name());
            assert!(problem.summary.contains(said), "{spoilt}: {problem:?}");
            assert!(
                problem.remedy.contains("Nothing was stored"),
                "{spoilt}: {problem:?}"
            );
            assert_eq!(everything_kept(&stage), before, "{spoilt}");
        }
        // The next round is about a connection that is there.
        if kind == EventKind::Installed {
            installed(&stage, &sandbox, "wallace").await;
        }
    }
    let unusual = EventOrder {
        spoilt: Some(Spoilt::RawSignature),
        ..of("acme", EventKind::Installed)
    };
    imported(&stage, &sandbox, &unusual)
        .await
        .expect("r and s side by side are a signature");
}

#[tokio::test]
async fn an_installation_is_answered_once_and_with_the_reason_that_was_given() {
    let (approve, reject) = (InstallationState::Approve, InstallationState::Reject);
    for (state, word, other) in [(approve, "approve", reject), (reject, "reject", approve)] {
        let stage = Stage::set();
        let sandbox = stage.practise().await;
        let id = installed(&stage, &sandbox, "wallace").await.id;
        assert_eq!(sandbox.installation_state("wallace"), None, "never unasked");
        let reason = Some("  Looked at on Monday ");
        let view = stage.proofkey.answer_installation(&id, state, reason).await;
        let installation = view.expect("answered").installation.expect("an app");
        assert_eq!(installation.answer.map(|it| it.state), Some(state));
        assert_eq!(sandbox.installation_state("wallace").as_deref(), Some(word));
        let path = format!(
            "/apps/{}/installations/{}/state",
            installation.app_id, installation.installation_id
        );
        let heard = sandbox.records().into_iter().find(|it| it.path == path);
        let heard: serde_json::Value =
            serde_json::from_slice(&heard.expect("it arrived").body).expect("JSON");
        assert_eq!(
            heard,
            serde_json::json!({ "state": word, "reason": "Looked at on Monday" })
        );

        let second = stage.proofkey.answer_installation(&id, other, None).await;
        let problem = second.expect_err("answered before");
        assert_eq!(problem.code, Code::ApiRefused);
        assert!(
            problem.remedy.contains("There is nothing to do"),
            "{problem:?}"
        );
        let kept = stage.stored(&id).installation.and_then(|it| it.answer);
        assert_eq!(kept.map(|it| it.state), Some(state));
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_refused_before_it_is_sent() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let approve = InstallationState::Approve;
    let answer = async |name: &str, reason: Option<&str>| {
        let answered = stage.proofkey.answer_installation(name, approve, reason);
        answered.await.expect_err("refused")
    };
    let by_hand = stage.proven(&sandbox).await.id;
    let problem = answer(&by_hand, None).await;
    assert!(problem.summary.contains("does not come from"), "{problem}");

    // What the account's tokens may do is in the answer that brought them.
    let narrow = EventImport {
        scopes: vec!["account:read".to_owned()],
        ..EventImport::default()
    };
    let event = sandbox.emit(&of("acme", EventKind::Installed));
    let event = delivered(&event.expect("an event"));
    let view = stage.proofkey.import_event(&event, narrow).await;
    let view = view.map_err(|it| it.problem).expect("taken in").connection;
    let problem = answer(&view.id, None).await;
    assert!(problem.summary.contains("lack the scope apps:write"));
    assert_eq!(problem.field.as_deref(), Some("scopes"));

    let id = installed(&stage, &sandbox, "wallace").await.id;
    for reason in ["a".repeat(501), "two\nlines".to_owned()] {
        let problem = answer(&id, Some(&reason)).await;
        assert_eq!(problem.field.as_deref(), Some("reason"), "{problem}");
    }
    assert!(
        !sandbox
            .records()
            .iter()
            .any(|it| it.path.ends_with("/state"))
    );
    assert!(
        stage
            .stored(&id)
            .installation
            .expect("an app")
            .answer
            .is_none()
    );
}
