//! A service token is asked for once, kept to its end, and presented without a scheme; its server says
//! whether it is good.

use jiff::SignedDuration;
use proofkey_core::border::{ApiCall, ApiMethod};
use proofkey_core::check::{CheckId, CheckStatus, Report, Verdict};
use proofkey_core::connection::{ConnectionDraft, ServiceToken};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::ports::{Clock, Unwatched};
use proofkey_core::proofkey::{Accepted, Entered};
use proofkey_core::system::clock::SystemClock;
use proofkey_sandbox::{Record, Sandbox};
use proofkey_tests::{RawPeer, json_answer};

use crate::stage::{Stage, acme, draft};

const MONTH: u32 = 30 * 86_400;

/// The provider file of a system on loopback that issues service tokens.
const FILE: &str = r#"
schema = 1
id = "long"
extends = "custom-oauth"
name = "Long"

[endpoints]
introspection = "{token_url}/introspect"

[service_tokens]
parameters = { token_type = "opaque" }
lifetime_parameter = "expires_in"
shortest_seconds = 86400
longest_seconds = 31556952
header = { name = "authorization", scheme = "" }
token_types = ["opaque"]
introspection = { active = "/told/active", expires_at = "/told/exp" }
"#;

fn issued(token: &str) -> Vec<proofkey_tests::Act> {
    json_answer(
        200,
        &format!(r#"{{"access_token":"{token}","token_type":"opaque","expires_in":{MONTH}}}"#),
    )
}

fn told(active: bool) -> Vec<proofkey_tests::Act> {
    json_answer(
        200,
        &format!(r#"{{"told":{{"active":{active},"exp":4102444800}}}}"#),
    )
}

fn added(server: &RawPeer, lifetime_seconds: u32) -> (Stage, ConnectionDraft) {
    added_as(FILE, server, lifetime_seconds)
}

fn added_as(file: &str, server: &RawPeer, lifetime_seconds: u32) -> (Stage, ConnectionDraft) {
    let stage = Stage::set();
    let folder = stage.home.path().join("providers");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("long.toml"), file).expect("a file");
    let stage = stage.reopened();
    assert!(
        stage.proofkey.catalogue_problems().is_empty(),
        "{:?}",
        stage.proofkey.catalogue_problems()
    );
    let draft = ConnectionDraft {
        provider: "long".to_owned(),
        scopes: Vec::new(),
        variables: [
            ("token_url", server.url("/token")),
            ("api_base", server.url("/v1")),
        ]
        .map(|(name, url)| (name.to_owned(), url.to_string()))
        .into(),
        service_token: Some(ServiceToken { lifetime_seconds }),
        ..draft("an-id-of-ours", "a-secret-of-ours-42")
    };
    (stage, draft)
}

async fn proven(stage: &Stage, id: &str) -> Report {
    stage
        .proofkey
        .validate(id, &Unwatched)
        .await
        .expect("a report")
}

fn summary(report: &Report, id: CheckId) -> (CheckStatus, String) {
    let check = report.checks.iter().find(|check| check.id == id);
    let check = check.expect("the check");
    (check.status, check.summary.clone())
}

#[tokio::test]
async fn one_is_asked_for_and_used_until_its_end() {
    let server = RawPeer::plain(|turn| match turn {
        // The check of the connection sends nothing.
        0 | 3 => Vec::new(),
        1 => issued("tdst_one_0123456789"),
        // Each proof asks whether the token is good; with a kept one, before it is used too.
        2 | 4 | 5 => told(true),
        _ => json_answer(200, "{}"),
    })
    .await;
    let (stage, draft) = added(&server, MONTH);
    let id = stage.add(draft).await.id;
    let first = proven(&stage, &id).await;
    assert_eq!(first.verdict, Verdict::Passed, "{:?}", first.checks);
    assert!(
        summary(&first, CheckId::Api)
            .1
            .contains("says that the service token is good")
    );
    let view = stage.view(&id);
    assert!(
        view.service_token_ends_at.is_some(),
        "its end is known without the vault"
    );

    let second = proven(&stage, &id).await;
    assert_eq!(second.verdict, Verdict::Passed);
    assert!(
        summary(&second, CheckId::Token)
            .1
            .contains("No new one was asked for")
    );

    let call = ApiCall {
        method: ApiMethod::Get,
        path: "/me".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    stage
        .proofkey
        .try_call(&id, &call)
        .await
        .expect("an answer");
    let heard = server.request_texts();
    let asked: Vec<&String> = heard
        .iter()
        .filter(|it| it.starts_with("POST /token "))
        .collect();
    assert_eq!(asked.len(), 1, "one token, however many proofs");
    for part in ["token_type=opaque", "expires_in=2592000"] {
        assert!(asked[0].contains(part), "{}", asked[0]);
    }
    let called = heard.last().expect("a call");
    assert!(
        called.contains("authorization: tdst_one_0123456789\r\n"),
        "{called}"
    );
    let introspected = heard
        .iter()
        .filter(|it| it.starts_with("POST /token/introspect "))
        .count();
    assert_eq!(introspected, 3);
}

#[tokio::test]
async fn one_that_was_withdrawn_is_replaced_by_the_next_proof() {
    let server = RawPeer::plain(|turn| match turn {
        0 | 3 => Vec::new(),
        1 => issued("tdst_one_0123456789"),
        4 => told(false),
        5 => issued("tdst_two_0123456789"),
        _ => told(true),
    })
    .await;
    let (stage, draft) = added(&server, MONTH);
    let id = stage.add(draft).await.id;
    assert_eq!(proven(&stage, &id).await.verdict, Verdict::Passed);
    assert_eq!(proven(&stage, &id).await.verdict, Verdict::Passed);
    let heard = server.request_texts();
    let asked = heard
        .iter()
        .filter(|it| it.starts_with("POST /token "))
        .count();
    assert_eq!(asked, 2);
    assert!(
        heard
            .last()
            .expect("a question")
            .contains("tdst_two_0123456789")
    );
}

#[tokio::test]
async fn one_that_its_server_does_not_know_fails_the_proof() {
    let server = RawPeer::plain(|turn| match turn {
        0 => Vec::new(),
        1 => issued("tdst_one_0123456789"),
        _ => told(false),
    })
    .await;
    let (stage, draft) = added(&server, MONTH);
    let id = stage.add(draft).await.id;
    let report = proven(&stage, &id).await;
    assert_eq!(report.verdict, Verdict::Failed);
    let (status, said) = summary(&report, CheckId::Api);
    assert!(
        status == CheckStatus::Failed && said.contains("is not good"),
        "{said}"
    );
}

#[tokio::test]
async fn a_life_beyond_the_bounds_is_refused_before_anything_is_sent() {
    let server = RawPeer::plain(|_| issued("tdst_one_0123456789")).await;
    for lifetime in [0, 3_600, 31_556_953] {
        let (stage, draft) = added(&server, lifetime);
        let reviewed = stage.proofkey.review(&draft, None).expect("read");
        let finding = reviewed
            .findings
            .iter()
            .find(|it| it.field == "service_token.lifetime_seconds");
        let said = &finding.expect("a finding").summary;
        assert!(
            said.contains("1 day to 365 days") || said.contains("24 hours to 365 days"),
            "{said}"
        );
        assert!(stage.proofkey.add(draft).await.is_err());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn the_practice_talkdesk_issues_one_takes_it_without_a_word_and_ends_it() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let long = ConnectionDraft {
        service_token: Some(ServiceToken {
            lifetime_seconds: MONTH,
        }),
        ..acme(&sandbox)
    };
    let id = stage.add(long).await.id;
    for _ in 0..2 {
        let report = proven(&stage, &id).await;
        assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.checks);
    }
    let ends_at = stage.view(&id).service_token_ends_at.expect("an end");
    let left = ends_at.duration_since(SystemClock.now()).as_secs();
    assert!((i64::from(MONTH) - 60..=i64::from(MONTH)).contains(&left));
    let call = ApiCall {
        method: ApiMethod::Get,
        path: "/account".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let answer = stage.proofkey.try_call(&id, &call).await;
    assert_eq!(answer.expect("an answer").status, 200);
    assert_eq!(heard(&sandbox, "/oauth/token").len(), 1);
    let called = heard(&sandbox, "/account").pop().expect("a call");
    let presented = called.header("authorization").expect("one header");
    assert!(presented.starts_with("tdst_") && !presented.contains(' '));
    let stored = std::fs::read_dir(stage.home.path().join("connections")).expect("a folder");
    for entry in stored {
        let text = std::fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!String::from_utf8_lossy(&text).contains(presented));
    }

    // Its server forgot it before its time; the next proof asks for another one.
    sandbox.advance(SignedDuration::from_secs(i64::from(MONTH) + 1));
    let report = proven(&stage, &id).await;
    assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.checks);
    assert_eq!(heard(&sandbox, "/oauth/token").len(), 2);
}

fn heard(sandbox: &Sandbox, path: &str) -> Vec<Record> {
    let mut records = sandbox.records();
    records.retain(|record| record.path == path);
    records
}

#[tokio::test]
async fn an_exported_wish_for_a_service_token_is_imported_again() {
    let server = RawPeer::plain(|turn| match turn {
        0 | 3 => Vec::new(),
        1 => issued("tdst_one_0123456789"),
        2 => told(true),
        _ => json_answer(200, "{}"),
    })
    .await;
    let (stage, draft) = added(&server, MONTH);
    let id = stage.add(draft).await.id;
    proven(&stage, &id).await;
    let proofkey = &stage.proofkey;
    let exported = proofkey
        .export_text(&id, ExportFormat::Json, SecretsChoice::Plain)
        .await
        .expect("exported");
    let read = || proofkey.read_import(exported.bytes());
    let accepted = Accepted {
        hosts: read()
            .expect("read")
            .untrusted_hosts(&proofkey.provider("long").expect("there")),
        parameters: Vec::new(),
    };
    let name = Some("Again".to_owned());
    let again = proofkey.import(read().expect("read"), name, Entered::default(), &accepted);
    let again = again.await.map_err(|it| it.problem).expect("imported");
    let wish = again.service_token.map(|wish| wish.lifetime_seconds);
    assert_eq!(wish, Some(MONTH));
}

#[tokio::test]
async fn one_is_withdrawn_with_its_connection_where_the_provider_can() {
    let file = FILE.replace(
        "[endpoints]",
        "[endpoints]\nrevocation = \"{token_url}/revoke\"",
    );
    for (status, left) in [(200, 0), (503, 1)] {
        let server = RawPeer::plain(move |turn| match turn {
            0 => Vec::new(),
            1 => issued("tdst_one_0123456789"),
            2 => told(true),
            _ => json_answer(status, "{}"),
        })
        .await;
        let (stage, draft) = added_as(&file, &server, MONTH);
        let id = stage.add(draft).await.id;
        assert_eq!(proven(&stage, &id).await.verdict, Verdict::Passed);
        let removal = stage.proofkey.remove(&id).await.expect("removed");
        assert_eq!(
            (removal.revoked, removal.notes.len()),
            (status == 200, left)
        );
        if let [note] = removal.notes.as_slice() {
            assert!(note.contains("stays valid there until"), "{note}");
            assert!(note.contains("It was not withdrawn"), "{note}");
        }
        let heard = server.request_texts();
        let asked = heard
            .iter()
            .find(|it| it.starts_with("POST /token/revoke "));
        assert!(
            asked
                .expect("a request")
                .contains("token=tdst_one_0123456789")
        );
    }
}

#[tokio::test]
async fn one_of_a_failed_proof_is_kept_so_that_the_next_one_asks_for_none() {
    let server = RawPeer::plain(|turn| match turn {
        0 | 3 => Vec::new(),
        1 => issued("tdst_one_0123456789"),
        // Nobody answers whether it is good.
        2 => json_answer(503, "{}"),
        _ => told(true),
    })
    .await;
    let (stage, draft) = added(&server, MONTH);
    let id = stage.add(draft).await.id;
    assert_eq!(proven(&stage, &id).await.verdict, Verdict::Failed);
    assert_eq!(proven(&stage, &id).await.verdict, Verdict::Passed);
    let heard = server.request_texts();
    let asked = heard.iter().filter(|it| it.starts_with("POST /token "));
    assert_eq!(asked.count(), 1);
}
