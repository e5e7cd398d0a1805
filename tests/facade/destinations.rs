//! A secret that was entered for one server goes to no other: not by an edit, not by another provider,
//! not by a changed provider file.

use std::collections::BTreeMap;

use proofkey_core::Secret;
use proofkey_core::check::{CheckId, CheckStatus, Verdict};
use proofkey_core::connection::{ConnectionDraft, SigningDraft};
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_tests::{RawPeer, json_answer};

use crate::stage::Stage;

const KEY: &str = "k3y-canary-51b0e2aa";

fn draft(provider: &str, base: &RawPeer, key: Option<&str>) -> ConnectionDraft {
    ConnectionDraft {
        name: "Keys".to_owned(),
        provider: provider.to_owned(),
        grant: Grant::ApiKey,
        client_authentication: ClientAuthentication::None,
        basic_encoding: None,
        scopes: Vec::new(),
        practice: false,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::from([
            ("api".to_owned(), base.url("/v1").to_string()),
            ("test_path".to_owned(), "/me".to_owned()),
        ]),
        client_id: None,
        client_secret: key.map(|key| Secret::new(key.to_owned())),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

async fn peer() -> RawPeer {
    RawPeer::plain(|_| json_answer(200, r#"{"id":7}"#)).await
}

fn heard_the_key(peer: &RawPeer) -> bool {
    peer.request_texts().iter().any(|text| text.contains(KEY))
}

#[tokio::test]
async fn a_typed_address_that_leads_elsewhere_wants_the_key_again() {
    let (ours, theirs) = (peer().await, peer().await);
    let stage = Stage::set();
    let view = stage.add(draft("api-key", &ours, Some(KEY))).await;
    let moved = draft("api-key", &theirs, None);
    let reviewed = stage.proofkey.review(&moved, Some(&view.id)).expect("read");
    let about = reviewed
        .findings
        .iter()
        .find(|it| it.field == "client_secret");
    let said = &about.expect("a finding about the key").summary;
    assert!(said.contains("another server"), "{said}");
    assert!(stage.proofkey.change(&view.id, moved).await.is_err());
    let report = stage.proofkey.validate(&view.id, &Unwatched).await;
    report.expect("a report");
    assert!(heard_the_key(&ours) && !heard_the_key(&theirs));

    // Another path of the same server is no other server, and a key that is entered again may go.
    let mut same = draft("api-key", &ours, None);
    same.variables
        .insert("api".to_owned(), ours.url("/v2").to_string());
    assert!(stage.proofkey.change(&view.id, same).await.is_ok());
    let entered = draft("api-key", &theirs, Some(KEY));
    assert!(stage.proofkey.change(&view.id, entered).await.is_ok());
    let report = stage.proofkey.validate(&view.id, &Unwatched).await;
    report.expect("a report");
    assert!(heard_the_key(&theirs));
}

#[tokio::test]
async fn another_provider_wants_the_key_again() {
    let ours = peer().await;
    let stage = Stage::set();
    write(&stage, "ours", r#"id = "ours""#);
    let stage = stage.reopened();
    let view = stage.add(draft("api-key", &ours, Some(KEY))).await;
    let other = draft("ours", &ours, None);
    assert!(stage.proofkey.change(&view.id, other).await.is_err());
    let entered = draft("ours", &ours, Some(KEY));
    assert!(stage.proofkey.change(&view.id, entered).await.is_ok());
}

#[tokio::test]
async fn a_changed_provider_file_leads_no_stored_key_to_another_server() {
    let (ours, theirs) = (peer().await, peer().await);
    let stage = Stage::set();
    let view = stage.add(draft("api-key", &ours, Some(KEY))).await;
    let theirs_api = format!("http://{}/v1", theirs.address());
    write(
        &stage,
        "api-key",
        &format!("id = \"api-key\"\n\n[endpoints]\napi_base = \"{theirs_api}\""),
    );
    let stage = stage.reopened();
    assert!(stage.proofkey.catalogue_problems().is_empty());
    let report = stage.proofkey.validate(&view.id, &Unwatched).await;
    let report = report.expect("a report");
    assert_eq!(report.verdict, Verdict::Failed);
    let check = report
        .check(CheckId::Configuration)
        .expect("the first check");
    assert_eq!(check.status, CheckStatus::Failed);
    assert!(
        check.summary.contains(&theirs.address().to_string()),
        "{check:?}"
    );
    // An edit that leaves the key out does not make it right by the way.
    let kept = draft("api-key", &ours, None);
    assert!(stage.proofkey.change(&view.id, kept).await.is_err());
    assert!(!heard_the_key(&theirs));

    let entered = draft("api-key", &ours, Some(KEY));
    assert!(stage.proofkey.change(&view.id, entered).await.is_ok());
    let report = stage.proofkey.validate(&view.id, &Unwatched).await;
    report.expect("a report");
    assert!(heard_the_key(&theirs));
}

#[tokio::test]
async fn a_changed_provider_file_leads_no_client_secret_to_another_token_endpoint() {
    let (ours, theirs) = (peer().await, peer().await);
    let stage = Stage::set();
    let server = |peer: &RawPeer| {
        format!(
            "id = \"ours\"\n\n[endpoints]\ntoken = \"http://{0}/token\"\napi_base = \"http://{0}/api\"",
            peer.address()
        )
    };
    extend(&stage, "ours", "custom-oauth", &server(&ours));
    let stage = stage.reopened();
    let mut draft = draft("ours", &ours, Some(KEY));
    draft.grant = Grant::ClientCredentials;
    draft.client_authentication = ClientAuthentication::ClientSecretPost;
    draft.client_id = Some(Secret::new("a-client".to_owned()));
    draft.variables = BTreeMap::from([
        ("token_url".to_owned(), ours.url("/token").to_string()),
        ("api_base".to_owned(), ours.url("/api").to_string()),
    ]);
    let view = stage.add(draft).await;
    extend(&stage, "ours", "custom-oauth", &server(&theirs));
    let stage = stage.reopened();
    assert!(stage.proofkey.catalogue_problems().is_empty());
    let problem = stage.proofkey.access_token(&view.id, 0).await;
    let problem = problem.err().expect("no token");
    assert!(problem.summary.contains("Nothing was sent"), "{problem:?}");
    assert_eq!(theirs.connections(), 0);
}

/// A file of one's own that extends the built-in provider for keys.
fn write(stage: &Stage, id: &str, text: &str) {
    extend(stage, id, "api-key", text);
}

fn extend(stage: &Stage, id: &str, base: &str, text: &str) {
    let providers = stage.home.path().join("providers");
    std::fs::create_dir_all(&providers).expect("a folder");
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let text = format!("{first}\nextends = \"{base}\"\n{rest}\n");
    std::fs::write(providers.join(format!("{id}.toml")), text).expect("a file");
}
