//! A test call that the person typed: nobody knows whether the API asks for a token there.

use std::collections::BTreeMap;

use proofkey_core::check::{CheckId, CheckStatus, Report};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::Grant;
use proofkey_tests::rotating_draft;

use crate::departures::told;
use crate::stage::Stage;

/// The path of the test call is asked for.
fn asking(text: &str) -> String {
    let variable = r#"
[[variables]]
name = "test_path"
label = "Test call"
help = "Something harmless to read."
example = "/me"
kind = "path"
optional = true

[endpoints]"#;
    text.replace("variables = []\n", "")
        .replace("[endpoints]", variable.trim_start())
        .replace("path = \"/me\"", "path = \"{test_path}\"")
}

async fn stage(change: impl Fn(&str) -> String) -> Stage {
    let stage = Stage::unapproved(Grant::ClientCredentials).await;
    told(stage, change)
}

async fn proven(stage: &Stage) -> Report {
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    report.expect("a report")
}

#[tokio::test]
async fn a_typed_call_that_anybody_may_make_does_not_prove_the_token() {
    let stage = stage(asking).await;
    let path = ("test_path".to_owned(), "/status".to_owned());
    let draft = ConnectionDraft {
        name: String::new(),
        client_id: None,
        client_secret: None,
        variables: BTreeMap::from([path]),
        ..rotating_draft(Grant::ClientCredentials)
    };
    let changed = stage.proofkey.change(&stage.id, draft).await;
    changed
        .map_err(|rejected| (rejected.problem, rejected.findings))
        .expect("changed");
    let report = proven(&stage).await;
    let api = report.check(CheckId::Api).expect("checked");
    assert_eq!(api.status, CheckStatus::Warning, "{api:#?}");
    assert_eq!(
        api.summary,
        "Rotating answers the test call to anybody, so nothing proves that the token is accepted."
    );
    assert!(api.remedy.is_some(), "{api:#?}");
    assert_eq!(stage.server.tally().api_requests, 2);
}

#[tokio::test]
async fn a_call_that_the_file_describes_is_made_once() {
    let stage = stage(str::to_owned).await;
    let report = proven(&stage).await;
    let api = report.check(CheckId::Api).expect("checked");
    assert_eq!(api.status, CheckStatus::Passed, "{api:#?}");
    assert_eq!(stage.server.tally().api_requests, 1);
}
