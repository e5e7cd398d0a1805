//! The rules that hold whichever door is used: what keeps a proof, what ends it, and what is refused
//! with nothing lost.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod call;
mod destinations;
mod events;
mod imports;
mod issued_keys;
mod keys;
mod remedies;
mod rotation;
mod service_token;
mod sheet;
mod stage;
mod without_oauth;

use proofkey_core::Secret;
use proofkey_core::border::{ProxyChoice, Settings, Standing};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::ports::Unwatched;
use stage::{Stage, acme, draft, network};

const ID: &str = "2f0b9c1de4a84b7f9c56c1a7d2e3f401";
const SECRET: &str = "Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu";

#[tokio::test]
async fn another_name_keeps_id_and_proof() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let before = stage.proven(&sandbox).await;
    assert_eq!(before.standing, Standing::Proven);
    let after = stage.proofkey.rename("Acme", "Support").expect("renamed");
    assert_eq!(
        (after.id, after.standing, after.proven_at),
        (before.id, Standing::Proven, before.proven_at)
    );
    assert_eq!(
        stage.proofkey.find("Acme").expect_err("gone").code,
        Code::NotFound
    );
}

#[tokio::test]
async fn a_change_keeps_the_secrets_that_it_does_not_name() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let before = stage.secrets("acme");
    let unnamed = ConnectionDraft {
        client_id: None,
        client_secret: None,
        scopes: Vec::new(),
        ..acme(&sandbox)
    };
    let view = changed(&stage, unnamed).await;
    assert_eq!(view, Standing::Stale);
    assert_eq!(stage.secrets("acme"), before);
    let secret_only = ConnectionDraft {
        client_id: None,
        client_secret: Some(Secret::new(SECRET.to_owned())),
        ..acme(&sandbox)
    };
    changed(&stage, secret_only).await;
    assert_eq!(stage.secrets("acme"), (before.0, SECRET.to_owned()));
}

#[tokio::test]
async fn a_provider_file_that_leads_elsewhere_ends_the_proof() {
    let stage = Stage::set();
    let own = |token: &str| {
        include_str!("../../providers/talkdesk.toml")
            .replace("id = \"talkdesk\"", "id = \"own\"")
            .replace("/oauth/token", token)
    };
    let providers = stage.home.path().join("providers");
    std::fs::create_dir(&providers).expect("a folder");
    std::fs::write(providers.join("own.toml"), own("/oauth/token")).expect("a file");
    let stage = stage.reopened();
    assert!(
        stage.proofkey.catalogue_problems().is_empty(),
        "{:?}",
        stage.proofkey.catalogue_problems()
    );
    let sandbox = stage.practise().await;
    let view = stage
        .add(ConnectionDraft {
            provider: "own".to_owned(),
            ..acme(&sandbox)
        })
        .await;
    stage
        .proofkey
        .validate(&view.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(stage.view(&view.id).standing, Standing::Proven);

    std::fs::write(providers.join("own.toml"), own("/oauth/other")).expect("a file");
    let stage = stage.reopened();
    assert_eq!(stage.view(&view.id).standing, Standing::Stale);
    let refused = stage
        .proofkey
        .export_text(&view.id, ExportFormat::Json, SecretsChoice::Redacted)
        .await;
    assert_eq!(
        refused.err().map(|it| it.code),
        Some(Code::ExportNotValidated)
    );

    std::fs::remove_file(providers.join("own.toml")).expect("removed");
    assert_eq!(stage.reopened().view(&view.id).standing, Standing::Stale);
}

#[tokio::test]
async fn practice_that_does_not_run_is_named_and_costs_nothing() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let before = stage.proven(&sandbox).await;
    stage.proofkey.set_practice(None);
    let refused = stage
        .proofkey
        .validate("acme", &Unwatched)
        .await
        .expect_err("refused");
    assert_eq!(refused.code, Code::ServerUnreachable);
    assert!(refused.summary.contains("practice"), "{refused}");
    let after = stage.view("acme");
    assert_eq!(
        (after.standing, after.proven_at),
        (Standing::Proven, before.proven_at)
    );
    stage.proofkey.set_practice(Some(network(&sandbox)));
    assert!(stage.proofkey.validate("acme", &Unwatched).await.is_ok());
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_and_the_old_ones_stay() {
    let stage = Stage::set();
    let kept = Settings {
        proxy: ProxyChoice::None,
        ..Settings::default()
    };
    stage.proofkey.save_settings(&kept).expect("kept");
    let not_pem = stage.home.path().join("not.pem");
    std::fs::write(&not_pem, "hello").expect("a file");
    let path = |path: &std::path::Path| Some(path.display().to_string());
    for wrong in [
        Settings {
            ca_file: path(&not_pem),
            ..kept.clone()
        },
        Settings {
            ca_file: path(&stage.home.path().join("nowhere.pem")),
            ..kept.clone()
        },
        Settings {
            proxy: ProxyChoice::Manual {
                url: "not a proxy".to_owned(),
            },
            ..kept.clone()
        },
    ] {
        let refused = stage.proofkey.save_settings(&wrong).expect_err("refused");
        assert!(refused.field.is_some(), "{refused}");
        let now = stage.proofkey.settings().expect("settings");
        assert_eq!((now.proxy, now.ca_file), (kept.proxy.clone(), None));
    }
}

#[tokio::test]
async fn a_rejected_draft_leaves_nothing_in_folder_or_vault() {
    let stage = Stage::set();
    let wrong = ConnectionDraft {
        scopes: vec!["a b".to_owned()],
        ..draft(ID, SECRET)
    };
    let rejected = stage.proofkey.add(wrong).await.expect_err("rejected");
    assert!(
        rejected
            .findings
            .iter()
            .any(|finding| finding.field == "scopes")
    );
    assert!(stage.vault.names().is_empty());
    assert!(
        stage
            .proofkey
            .connections()
            .expect("a list")
            .connections
            .is_empty()
    );
}

async fn changed(stage: &Stage, draft: ConnectionDraft) -> Standing {
    let view = stage.proofkey.change("acme", draft).await;
    view.map_err(|rejected| rejected.problem)
        .expect("changed")
        .standing
}
