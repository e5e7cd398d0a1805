//! The rules that hold whichever door is used: what keeps a proof, what ends it, and what is refused
//! with nothing lost.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod call;
mod destinations;
mod events;
mod issued_keys;
mod keys;
mod rotation;
mod service_token;
mod sheet;
mod stage;
mod without_oauth;

use proofkey_core::Secret;
use proofkey_core::border::{ProxyChoice, Settings, Standing};
use proofkey_core::check::RemedyAction;
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::ports::Unwatched;
use proofkey_core::proofkey::{Accepted, Entered};
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
async fn an_import_with_strange_hosts_is_refused_until_each_is_accepted() {
    let stage = Stage::set();
    let text = exported_with_another_api(&stage).await;
    let read = || stage.proofkey.read_import(&text).expect("a config file");
    let import = |hosts: Vec<String>| {
        let (proofkey, imported) = (&stage.proofkey, read());
        let accepted = Accepted {
            hosts,
            ..Accepted::default()
        };
        async move {
            let name = Some("Copy".to_owned());
            proofkey
                .import(imported, name, Entered::default(), &accepted)
                .await
        }
    };
    let refused = import(Vec::new()).await.expect_err("refused").problem;
    assert_eq!(refused.code, Code::ConfirmationMissing);
    assert!(
        refused.summary.contains("api.elsewhere.example"),
        "{refused}"
    );
    assert_eq!(
        stage
            .proofkey
            .connections()
            .expect("a list")
            .connections
            .len(),
        1
    );

    let provider = stage.proofkey.provider("talkdesk").expect("Talkdesk");
    let view = import(read().untrusted_hosts(&provider)).await;
    let view = view.map_err(|it| it.problem).expect("imported");
    assert_eq!(view.standing, Standing::Unproven);
    // What was accepted is only read: the secret goes where the provider leads.
    let api_base = view.endpoints.expect("addresses").api_base;
    assert!(
        api_base.starts_with("https://api.talkdeskapp.com"),
        "{api_base}"
    );
    assert_eq!(stage.secrets("copy"), stage.secrets("acme"));
}

#[tokio::test]
async fn an_import_with_additional_parameters_is_refused_until_each_is_accepted() {
    let stage = Stage::set();
    let text = exported_with_another_api(&stage).await;
    let mut file: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    file["parameters"] = serde_json::json!({ "audience": "https://evil.example", "tenant": "x" });
    let text = file.to_string();
    let read = || {
        let read = stage.proofkey.read_import(text.as_bytes());
        read.expect("a config file")
    };
    let provider = stage.proofkey.provider("talkdesk").expect("Talkdesk");
    let import = async |parameters: &[&str]| {
        let accepted = Accepted {
            hosts: read().untrusted_hosts(&provider),
            parameters: parameters.iter().map(|&one| one.to_owned()).collect(),
        };
        let name = Some("Copy".to_owned());
        let view = stage
            .proofkey
            .import(read(), name, Entered::default(), &accepted)
            .await;
        view.map_err(|rejected| rejected.problem)
    };
    for (accepted, named) in [
        (&[][..], "audience=https://evil.example, tenant=x"),
        (&["audience=https://evil.example"], "requests: tenant=x"),
        (&["audience=", "tenant"], "audience=https://evil.example"),
    ] {
        let refused = import(accepted).await.expect_err("refused");
        assert_eq!(refused.code, Code::ConfirmationMissing);
        assert!(refused.summary.contains(named), "{refused}");
    }
    let view = import(&["audience=https://evil.example", "tenant=x"]).await;
    assert_eq!(view.expect("imported").parameters.len(), 2);
}

async fn exported_with_another_api(stage: &Stage) -> Vec<u8> {
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let rendered = stage
        .proofkey
        .export_text("acme", ExportFormat::Json, SecretsChoice::Plain)
        .await
        .expect("exported");
    let text = rendered.text();
    text.replace(
        "https://api.talkdeskapp.com",
        "https://api.elsewhere.example",
    )
    .into_bytes()
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
