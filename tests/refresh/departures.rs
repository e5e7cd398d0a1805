//! Approvals at servers that depart from the standard, as their provider files say.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::check::Verdict;
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::oauth::TokenReply;
use proofkey_core::ports::{Clock, Unwatched};
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_core::vault::Vault;
use proofkey_core::{Code, Secret};
use proofkey_tests::{Conduct, ROTATING, approval, opened_with, rotating_draft};

use crate::stage::{LATER, Stage};

const LED: &str = "https://as.example.com/elsewhere";

/// The same folder, whose provider file says `change` of the server.
pub(crate) fn told(stage: Stage, change: impl Fn(&str) -> String) -> Stage {
    let proofkey = opened_with(
        stage.home.path(),
        Arc::clone(&stage.vault) as Arc<dyn Vault>,
        Arc::clone(&stage.clock) as Arc<dyn Clock>,
        (stage.server.address(), &stage.server.root_pem()),
        &change(ROTATING),
    );
    Stage {
        proofkey: proofkey.expect("opened"),
        ..stage
    }
}

/// The token answer says where the API is.
fn leading(text: &str) -> String {
    let rule = "api_base_from = { member = \"instance_url\", hosts = [\"as.example.com\"] }";
    text.replace(
        "[authorization_code]",
        &format!("{rule}\n\n[authorization_code]"),
    )
}

/// An approval that led there.
fn led(stage: &Stage) -> TokenReply {
    let mut reply = approval(stage.server.approve());
    reply.api_base = Some(LED.parse().expect("an address"));
    let base = Secret::new(LED.to_owned());
    reply.other.insert("instance_url".to_owned(), base);
    reply
}

#[tokio::test]
async fn a_refresh_that_does_not_repeat_the_api_base_leaves_it_where_it_was() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let stage = told(stage, leading);
    let reply = led(&stage);
    stage.approve_with("ann", reply).await.expect("kept");
    let base = |stage: &Stage| stage.secrets().cached_token.expect("a token").api_base;
    assert_eq!(base(&stage).as_deref(), Some(LED));
    for round in 0..3 {
        stage.clock.set(LATER + round * 10_000);
        stage.token().await.expect("refreshed");
        assert_eq!(base(&stage).as_deref(), Some(LED), "after refresh {round}");
    }
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    let report = report.expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:?}");
    assert_eq!(report.api_base.as_deref(), Some(LED));
    let page = stage.proofkey.page(&stage.id).expect("a page");
    let shown = page.connection.endpoints.expect("addresses").api_base;
    assert_eq!(shown, LED);
    // A change of the connection drops the access token, and not where the API is.
    let draft = ConnectionDraft {
        name: "Another name".to_owned(),
        client_id: None,
        client_secret: None,
        redirect: None,
        ..rotating_draft(Grant::AuthorizationCode)
    };
    let changed = stage.proofkey.change(&stage.id, draft).await;
    changed
        .map_err(|rejected| rejected.findings)
        .expect("changed");
    stage.token().await.expect("refreshed");
    assert_eq!(base(&stage).as_deref(), Some(LED));
}

#[tokio::test]
async fn what_the_refresh_behind_a_refusal_brings_is_what_the_report_says() {
    const MOVED: &str = "https://as.example.com/moved";
    for (refusals, verdict) in [(1, Verdict::Passed), (2, Verdict::Failed)] {
        let stage = Stage::unapproved(Grant::AuthorizationCode).await;
        let stage = told(stage, leading);
        let reply = led(&stage);
        stage.approve_with("ann", reply).await.expect("kept");
        stage.clock.set(LATER);
        stage.server.refuse_api(refusals);
        let moved = r#""instance_url":"https://as.example.com/moved","scope":"read write""#;
        stage.server.answer_also(&["", moved]);
        let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
        let report = report.expect("a report");
        assert_eq!(report.verdict, verdict, "{report:?}");
        assert_eq!(stage.server.tally().refreshes, 2);
        assert_eq!(report.api_base.as_deref(), Some(MOVED));
        let granted = ["read", "write"].map(str::to_owned);
        assert_eq!(report.granted_scopes.as_deref(), Some(granted.as_slice()));
    }
}

#[tokio::test]
async fn a_file_that_trusts_no_answer_any_more_leads_back_to_its_own_address() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let stage = told(stage, leading);
    let reply = led(&stage);
    stage.approve_with("ann", reply).await.expect("kept");
    let stage = told(stage, str::to_owned);
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    let report = report.expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:?}");
    assert_eq!(report.api_base, None);
}

#[tokio::test]
async fn a_public_client_keeps_no_secret_and_is_renewed_without_one() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let both = |text: &str| {
        text.replace(
            "[\"client_secret_basic\"]",
            "[\"client_secret_basic\", \"none\"]",
        )
    };
    let stage = told(stage, both);
    let public = || ConnectionDraft {
        client_authentication: ClientAuthentication::None,
        client_id: None,
        client_secret: None,
        redirect: None,
        ..rotating_draft(Grant::AuthorizationCode)
    };
    assert!(stage.secrets().client_secret.is_some());
    let with_secret = ConnectionDraft {
        client_secret: Some(Secret::new("client-secret".to_owned())),
        ..public()
    };
    let rejected = stage.proofkey.change(&stage.id, with_secret).await;
    let findings = rejected.expect_err("refused").findings;
    assert!(
        findings.iter().any(|one| one.field == "client_secret"),
        "{findings:?}"
    );
    let changed = stage.proofkey.change(&stage.id, public()).await;
    changed
        .map_err(|rejected| rejected.findings)
        .expect("changed");
    assert!(stage.secrets().client_secret.is_none());
    stage.approve("ann").await.expect("kept");
    stage.clock.set(LATER);
    stage.token().await.expect("refreshed");
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Passed);
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked);
}

#[tokio::test]
async fn a_confidential_client_needs_a_secret_of_its_own_again() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let stage = told(stage, |text| {
        text.replace(
            "[\"client_secret_basic\"]",
            "[\"none\", \"client_secret_basic\"]",
        )
    });
    let as_is = |client_authentication| ConnectionDraft {
        client_authentication,
        client_id: None,
        client_secret: None,
        redirect: None,
        ..rotating_draft(Grant::AuthorizationCode)
    };
    let changed = as_is(ClientAuthentication::None);
    let changed = stage.proofkey.change(&stage.id, changed).await;
    changed
        .map_err(|rejected| rejected.findings)
        .expect("changed");
    let back = as_is(ClientAuthentication::ClientSecretBasic);
    let rejected = stage.proofkey.change(&stage.id, back).await;
    let findings = rejected.expect_err("refused").findings;
    let fields: Vec<&str> = findings.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["client_secret"]);
}

#[tokio::test]
async fn an_interrupted_refresh_is_repeated_where_the_refresh_token_is_known_to_stay() {
    let lost = |policy: &str| {
        let refresh = format!("[refresh]\npolicy = \"{policy}\"\n\n[token_header]");
        move |text: &str| text.replace("[token_header]", &refresh)
    };
    for (policy, repeats) in [("static", true), ("rotating", false), ("unknown", false)] {
        let stage = told(Stage::expired().await, lost(policy));
        stage.server.behave(|number| match number {
            0 => Conduct::HangUp,
            _ => Conduct::Keep,
        });
        stage.token().await.expect_err("lost on the way");
        let second = stage.token().await;
        assert_eq!(second.is_ok(), repeats, "{policy}: {second:?}");
        assert_eq!(stage.server.tally().reuses, 0);
    }
}

#[tokio::test]
async fn a_token_without_an_end_is_used_until_it_is_refused() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let (access, _) = stage.server.approve();
    let mut reply = approval((access.clone(), String::new()));
    reply.expires_in = None;
    stage.approve_with("ann", reply).await.expect("kept");
    stage.clock.set(LATER);
    assert_eq!(stage.token().await.expect("the one there is"), access);
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Passed);
    assert_eq!(stage.server.tally().token_requests, 0);
    stage.server.refuse_api(1);
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    assert_eq!(report.expect("a report").verdict, Verdict::Failed);
}

#[tokio::test]
async fn a_life_that_the_file_assumes_ends() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let stage = told(stage, |text| {
        text.replace(
            "[token_header]",
            "[lifetimes]\nassumed_seconds = 600\n\n[token_header]",
        )
    });
    let (access, _) = stage.server.approve();
    let mut reply = approval((access, String::new()));
    reply.expires_in = None;
    stage.approve_with("ann", reply).await.expect("kept");
    stage.token().await.expect("living");
    stage.clock.set(LATER);
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
}

#[tokio::test]
async fn parameters_that_hold_the_kept_secret_are_refused_when_a_connection_is_changed() {
    let stage = Stage::unapproved(Grant::ClientCredentials).await;
    let draft = ConnectionDraft {
        client_id: None,
        client_secret: None,
        parameters: BTreeMap::from([("hint".to_owned(), "x client-secret".to_owned())]),
        ..rotating_draft(Grant::ClientCredentials)
    };
    let rejected = stage
        .proofkey
        .change(&stage.id, draft)
        .await
        .expect_err("refused");
    assert_eq!(rejected.problem.field.as_deref(), Some("parameters.hint"));
    let words = format!("{rejected:?}");
    assert!(!words.contains("client-secret"), "{words}");
}

#[tokio::test]
async fn another_audience_is_another_approval() {
    let stage = Stage::expired().await;
    let draft = ConnectionDraft {
        client_id: None,
        client_secret: None,
        redirect: None,
        parameters: BTreeMap::from([("audience".to_owned(), "https://api.example".to_owned())]),
        ..rotating_draft(Grant::AuthorizationCode)
    };
    let changed = stage.proofkey.change(&stage.id, draft).await;
    changed
        .map_err(|rejected| rejected.findings)
        .expect("changed");
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    assert!(stage.secrets().refresh_token.is_none());
}
