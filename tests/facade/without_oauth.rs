//! User name and password, a key, or nothing: connections to systems that issue no tokens.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::border::{ConnectionView, SecretMember, Standing};
use proofkey_core::check::CheckStatus::{Passed, Skipped};
use proofkey_core::check::{CheckId, CheckStatus, Report, Verdict};
use proofkey_core::connection::{ConnectionDraft, Finding, Severity, SigningDraft};
use proofkey_core::error::Code;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_tests::{Act, RawPeer, answer, json_answer};

use crate::stage::Stage;

const KEY: &str = "k3y-canary-9f2c7d11";
const USER: &str = "robot-canary@acme.example";

/// A provider file without OAuth, whose API is `peer`; `more` is appended.
fn file(peer: &RawPeer, grants: &str, more: &str) -> String {
    format!(
        r#"
schema = 1
id = "keys"
name = "Keyhole"
summary = "A system of tests that issues no tokens."
category = "Tests"
as_of = "2026-11"
grants = [{grants}]
client_authentication = ["none"]
guide = []

[[variables]]
name = "test_path"
label = "Test path"
help = "Something harmless to read."
example = "/things"
kind = "path"
optional = true

[endpoints]
api_base = "http://{}/api"

[static_credentials]
identifier = {{ label = "E-mail address", help = "Of the agent." }}
secret = {{ label = "API token", help = "Shown once, under Channels." }}
username = "{{identifier}}/token"

[token_header]
name = "X-API-Key"
scheme = ""

[scopes]
separator = " "
free_text = false
entries = []

{more}"#,
        peer.address()
    )
}

const MY_ID: &str = r#"
[[probes]]
path = "/me"
success_status = [200]
requires = [{ pointer = "/user/id" }]
proves = "the API knows the user"
certainty = "observed"
"#;

const ANY_PATH: &str = r#"
[[probes]]
path = "{test_path}"
success_status = [200]
proves = "the API answers"
certainty = "observed"
"#;

/// A stage with that provider, opened after the file was written.
fn stage(text: &str) -> Stage {
    let stage = Stage::set();
    let providers = stage.home.path().join("providers");
    std::fs::create_dir(&providers).expect("a folder");
    std::fs::write(providers.join("keys.toml"), text).expect("a file");
    let stage = stage.reopened();
    let problems = stage.proofkey.catalogue_problems();
    assert!(problems.is_empty(), "{problems:#?}");
    stage
}

fn draft(grant: Grant) -> ConnectionDraft {
    ConnectionDraft {
        name: "Keys".to_owned(),
        provider: "keys".to_owned(),
        grant,
        client_authentication: ClientAuthentication::None,
        basic_encoding: None,
        scopes: Vec::new(),
        practice: false,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        client_id: (grant == Grant::HttpBasic).then(|| secret(USER)),
        client_secret: (grant != Grant::None).then(|| secret(KEY)),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

async fn proven(stage: &Stage, name: &str) -> Report {
    let report = stage.proofkey.validate(name, &Unwatched).await;
    let report = report.expect("a report");
    let text = serde_json::to_string(&report).expect("JSON");
    let pair = STANDARD.encode(format!("{USER}/token:{KEY}"));
    for secret in [KEY, USER, &pair] {
        assert!(!text.contains(secret), "{text}");
    }
    for word in ["client", "region", "Talkdesk", "token endpoint"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    report
}

fn statuses(report: &Report) -> Vec<CheckStatus> {
    report.checks.iter().map(|check| check.status).collect()
}

fn summary(report: &Report, id: CheckId) -> &str {
    report.check(id).map_or("", |check| &check.summary)
}

async fn rejected(stage: &Stage, draft: ConnectionDraft) -> Vec<Finding> {
    let rejected = stage.proofkey.add(draft).await.expect_err("rejected");
    rejected
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Blocking)
        .collect()
}

#[tokio::test]
async fn user_name_and_password_go_to_the_api_as_the_file_puts_them_together() {
    let peer = RawPeer::plain(|connection| match connection {
        0 => vec![Act::Read],
        1 => json_answer(200, r#"{"user":{"id":7}}"#),
        _ => json_answer(200, r#"{"user":{"id":null}}"#),
    })
    .await;
    let stage = stage(&file(&peer, r#""http_basic""#, MY_ID));
    let view = stage.add(draft(Grant::HttpBasic)).await;
    let report = proven(&stage, &view.id).await;
    assert_eq!(
        statuses(&report),
        [
            Passed, Passed, Passed, Skipped, Skipped, Skipped, Passed, Skipped, Passed
        ],
        "{report:#?}"
    );
    assert_eq!(
        summary(&report, CheckId::Token),
        "No token is asked for: the e-mail address and API token go to the API as they are."
    );
    assert_eq!(report.verdict, Verdict::Passed);
    let requests = peer.request_texts();
    let calls: Vec<_> = requests.iter().filter(|text| !text.is_empty()).collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[0].starts_with("GET /api/me HTTP/1.1\r\n"));
    assert!(!calls[1].contains("authorization"));
    let pair = STANDARD.encode(format!("{USER}/token:{KEY}"));
    assert!(calls[0].contains(&format!("authorization: Basic {pair}\r\n")));
    assert_eq!(stage.view(&view.id).standing, Standing::Proven);
    let username = stage
        .proofkey
        .sheet_secret(&view.id, SecretMember::Username);
    let username = username.await.expect("the Talkdesk sheet names it");
    assert_eq!(username.expose(), format!("{USER}/token"));
    let password = stage
        .proofkey
        .sheet_secret(&view.id, SecretMember::Password);
    let password = password.await.expect("the Talkdesk sheet names it");
    assert_eq!(password.expose(), KEY);
}

/// A member that anybody gets shows nothing about who asked.
#[tokio::test]
async fn a_member_that_anybody_is_told_proves_no_password() {
    let peer = RawPeer::plain(|_| json_answer(200, r#"{"user":{"id":7}}"#)).await;
    let stage = stage(&file(&peer, r#""http_basic""#, MY_ID));
    let view = stage.add(draft(Grant::HttpBasic)).await;
    let report = proven(&stage, &view.id).await;
    assert_eq!(report.verdict, Verdict::Failed);
    let said = summary(&report, CheckId::Api);
    assert!(said.contains("to anybody"), "{said}");
}

#[tokio::test]
async fn an_answer_to_nobody_is_no_proof_whatever_its_status() {
    let body = r#"{"user":{"id":null},"error":"anonymous"}"#;
    let peer = RawPeer::plain(move |_| json_answer(200, body)).await;
    let stage = stage(&file(&peer, r#""http_basic""#, MY_ID));
    let view = stage.add(draft(Grant::HttpBasic)).await;
    let report = proven(&stage, &view.id).await;
    assert_eq!(report.verdict, Verdict::Failed);
    assert_eq!(
        summary(&report, CheckId::Api),
        "The API of Keyhole answered 200 as for a success, and yet refused the call: user.id is null, error is anonymous."
    );
    assert_eq!(stage.view(&view.id).standing, Standing::Failed);
}

/// The path is the person's own, so a call without the key shows whether it mattered.
#[tokio::test]
async fn a_key_is_proven_only_where_the_api_refuses_to_answer_without_it() {
    for (without, verdict, words) in [
        (401, Verdict::Passed, "accepts the API token."),
        (200, Verdict::Failed, "to anybody"),
        (500, Verdict::Failed, "could not be asked once more"),
        (408, Verdict::Failed, "could not be asked once more"),
    ] {
        let peer = RawPeer::plain(move |connection| match connection {
            // The first two connections are the checks tcp and the call with the key.
            0 => vec![Act::Read],
            1 => json_answer(200, r#"[{"id":1}]"#),
            _ => json_answer(without, "[]"),
        })
        .await;
        let stage = stage(&file(&peer, r#""api_key""#, ANY_PATH));
        let view = stage.add(with_path(draft(Grant::ApiKey))).await;
        let report = proven(&stage, &view.id).await;
        assert_eq!(report.verdict, verdict, "{report:#?}");
        let calls = peer.request_texts();
        let calls: Vec<_> = calls.iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(calls.len(), 2);
        assert!(calls[0].starts_with("GET /api/things?limit=1 HTTP/1.1\r\n"));
        assert!(calls[0].contains(&format!("x-api-key: {KEY}\r\n")));
        assert!(!calls[1].contains("x-api-key") && !calls[1].contains(KEY));
        let said = summary(&report, CheckId::Api);
        assert!(said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn without_a_test_path_nothing_is_proven_and_the_report_says_how_to_change_that() {
    let peer = RawPeer::plain(|_| vec![Act::Read]).await;
    let stage = stage(&file(&peer, r#""api_key", "none""#, ANY_PATH));
    for grant in [Grant::ApiKey, Grant::None] {
        let named = ConnectionDraft {
            name: format!("{grant:?}"),
            ..draft(grant)
        };
        let reviewed = stage.proofkey.review(&named, None).expect("a review");
        assert!(
            reviewed
                .findings
                .iter()
                .any(|it| it.field == "variables.test_path" && it.severity == Severity::Warning),
            "{:#?}",
            reviewed.findings
        );
        let view = stage.add(named).await;
        let report = proven(&stage, &view.id).await;
        let check = report.first_failure().expect("a failure");
        assert_eq!(check.id, CheckId::Api);
        assert!(check.summary.contains("Nothing proves"), "{check:#?}");
        assert!(
            check
                .remedy
                .as_deref()
                .is_some_and(|it| it.contains("“Test path”"))
        );
        assert_eq!(
            report.check(CheckId::Account).map(|it| it.status),
            Some(CheckStatus::NotReached)
        );
    }
}

#[tokio::test]
async fn what_presents_nothing_keeps_nothing_and_lives_like_the_others() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = stage(&file(&peer, r#""none", "api_key""#, ANY_PATH));
    let view = stage.add(with_path(draft(Grant::None))).await;
    assert!(stage.vault.names().is_empty());
    let report = proven(&stage, &view.id).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(
        summary(&report, CheckId::Api),
        "The API of Keyhole answers."
    );
    let status = stage.proofkey.vault_status().await;
    assert!(status.working && status.reconciled.is_empty(), "{status:?}");
    let renamed = stage.proofkey.rename(&view.id, "Open").expect("renamed");
    assert_eq!(renamed.standing, Standing::Proven);

    // A key comes into the vault, and leaves it with the next change.
    let keyed = ConnectionDraft {
        name: String::new(),
        ..with_path(draft(Grant::ApiKey))
    };
    changed(&stage, &view.id, keyed).await;
    assert_eq!(stage.secrets(&view.id), (String::new(), KEY.to_owned()));
    changed(&stage, &view.id, with_path(draft(Grant::None))).await;
    assert!(stage.vault.names().is_empty());

    stage.proofkey.remove(&view.id).await.expect("removed");
    assert!(
        stage
            .proofkey
            .connections()
            .expect("a list")
            .connections
            .is_empty()
    );
}

#[tokio::test]
async fn nothing_without_oauth_has_an_access_token() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = stage(&file(&peer, r#""none", "api_key""#, ANY_PATH));
    for (grant, said) in [
        (Grant::ApiKey, "no server issues tokens"),
        (Grant::None, "nothing is presented"),
    ] {
        let named = ConnectionDraft {
            name: format!("{grant:?}"),
            ..draft(grant)
        };
        let view = stage.add(named).await;
        let refused = stage.proofkey.access_token(&view.id, 0).await;
        let problem = refused.err().expect("refused");
        assert_eq!(problem.code, Code::DraftInvalid);
        assert!(problem.summary.contains(said), "{problem}");
        assert!(!problem.remedy.contains(KEY));
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn fields_are_asked_for_by_their_own_names_and_nothing_else_is_taken() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = stage(&file(&peer, r#""http_basic", "api_key", "none""#, MY_ID));
    let empty = ConnectionDraft {
        client_id: None,
        client_secret: Some(Secret::new(String::new())),
        ..draft(Grant::HttpBasic)
    };
    let said: Vec<_> = rejected(&stage, empty)
        .await
        .into_iter()
        .map(|it| (it.field, it.summary, it.remedy))
        .collect();
    let expected = [
        ("client_id", "E-mail address is missing.", "Of the agent."),
        (
            "client_secret",
            "API token is missing.",
            "Shown once, under Channels.",
        ),
    ];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(said, expected);
}

#[tokio::test]
async fn what_cannot_be_sent_or_would_not_be_used_is_refused_at_its_field() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = stage(&file(&peer, r#""http_basic", "api_key", "none""#, MY_ID));
    for (field, wrong) in wrong_drafts() {
        let findings = rejected(&stage, wrong).await;
        assert!(
            findings.iter().all(|it| it.field == field),
            "{field}: {findings:#?}"
        );
        assert!(!findings.is_empty(), "{field}");
    }
    // A password is nearly anything, sent as UTF-8.
    let odd = ConnectionDraft {
        client_secret: Some(secret("pässword: with blanks “and” more")),
        ..draft(Grant::HttpBasic)
    };
    stage.add(odd).await;
}

#[tokio::test]
async fn a_secret_of_one_kind_is_never_kept_as_one_of_another() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = stage(&file(&peer, r#""http_basic", "api_key""#, MY_ID));
    let view = stage.add(draft(Grant::HttpBasic)).await;
    let unnamed = ConnectionDraft {
        client_id: None,
        client_secret: None,
        ..draft(Grant::ApiKey)
    };
    let refused = stage.proofkey.change(&view.id, unnamed).await;
    let refused = refused.expect_err("refused");
    assert_eq!(refused.problem.code, Code::DraftInvalid);
    assert!(
        refused
            .findings
            .iter()
            .any(|it| it.field == "client_secret")
    );
    assert_eq!(stage.secrets(&view.id), (USER.to_owned(), KEY.to_owned()));
    let same = ConnectionDraft {
        client_id: None,
        client_secret: None,
        ..draft(Grant::HttpBasic)
    };
    changed(&stage, &view.id, same).await;
    assert_eq!(stage.secrets(&view.id), (USER.to_owned(), KEY.to_owned()));
}

#[tokio::test]
async fn a_sign_in_page_and_a_refusal_are_told_in_the_words_of_the_file() {
    let page = answer(302, &[("Location", "https://keyhole.example/login")], b"");
    let refusal = json_answer(401, r#"{"code":"invalid_credentials","message":"No"}"#);
    for (acts, said) in [
        (
            vec![Act::Read, Act::Send(page)],
            "sends on to another address",
        ),
        (refusal, "does not accept the e-mail address and API token."),
    ] {
        let peer = RawPeer::plain(move |_| acts.clone()).await;
        let stage = stage(&file(&peer, r#""http_basic""#, MY_ID));
        let view = stage.add(draft(Grant::HttpBasic)).await;
        let report = proven(&stage, &view.id).await;
        let check = report.first_failure().expect("a failure");
        assert_eq!(check.id, CheckId::Api);
        assert!(check.summary.contains(said), "{check:#?}");
        assert!(
            check
                .remedy
                .as_deref()
                .is_some_and(|it| it.contains("API token")),
            "{check:#?}"
        );
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// Each with the field at which it is refused.
fn wrong_drafts() -> Vec<(&'static str, ConnectionDraft)> {
    vec![
        (
            "client_id",
            ConnectionDraft {
                client_id: Some(secret("a:b")),
                ..draft(Grant::HttpBasic)
            },
        ),
        (
            "client_secret",
            ConnectionDraft {
                client_secret: Some(secret("two\nlines\u{0}")),
                ..draft(Grant::HttpBasic)
            },
        ),
        (
            "client_secret",
            ConnectionDraft {
                client_secret: Some(secret("clé")),
                ..draft(Grant::ApiKey)
            },
        ),
        (
            "client_secret",
            ConnectionDraft {
                client_secret: Some(secret(KEY)),
                ..draft(Grant::None)
            },
        ),
        (
            "scopes",
            ConnectionDraft {
                scopes: vec!["read".to_owned()],
                ..draft(Grant::ApiKey)
            },
        ),
        (
            "parameters",
            ConnectionDraft {
                parameters: BTreeMap::from([("audience".to_owned(), "x".to_owned())]),
                ..draft(Grant::ApiKey)
            },
        ),
        (
            "client_authentication",
            ConnectionDraft {
                client_authentication: ClientAuthentication::ClientSecretPost,
                ..draft(Grant::ApiKey)
            },
        ),
    ]
}

fn with_path(draft: ConnectionDraft) -> ConnectionDraft {
    ConnectionDraft {
        variables: BTreeMap::from([("test_path".to_owned(), "/things?limit=1".to_owned())]),
        ..draft
    }
}

async fn changed(stage: &Stage, name: &str, draft: ConnectionDraft) -> ConnectionView {
    let view = stage.proofkey.change(name, draft).await;
    view.map_err(|rejected| rejected.problem).expect("changed")
}
