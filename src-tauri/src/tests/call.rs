//! A call on the commands of the page, to the API of the practice Talkdesk.

use std::sync::Arc;

use proofkey_tests::MemoryVault;
use serde_json::{Value, json};

use super::{Bench, NoBrowser};

/// A window with a practice connection, and practice stopped again.
fn bench_with(grant: &str) -> (Bench, Value) {
    let bench = Bench::with(Arc::new(MemoryVault::new()), Arc::new(NoBrowser));
    let practice = bench.call("practice_start", json!({})).unwrap();
    let card = practice["accounts"]
        .as_array()
        .and_then(|accounts| accounts.iter().find(|one| one["account"] == "acme"))
        .expect("an account where everything works")
        .clone();
    let redirect = (grant == "authorization_code").then(|| {
        let provider = json!({ "provider": "talkdesk" });
        bench.call("propose_redirect", provider).unwrap()
    });
    let draft = json!({
        "name": "Acme",
        "provider": "talkdesk",
        "grant": grant,
        "client_authentication": "client_secret_basic",
        "variables": { "account": card["account"], "region": card["region"] },
        "scopes": ["account:read"],
        "practice": true,
        "redirect": redirect,
        "client_id": card["client_id"],
        "client_secret": card["client_secret"],
    });
    let added = bench.call("add_connection", json!({ "draft": draft }));
    let id = added.unwrap()["id"].clone();
    bench.call("practice_stop", json!({})).unwrap();
    (bench, id)
}

fn arguments(id: &Value, path: &str) -> Value {
    json!({ "id": id, "call": { "method": "GET", "path": path, "headers": [], "body": null } })
}

#[test]
fn a_call_to_the_practice_api_starts_practice_and_is_answered() {
    let (bench, id) = bench_with("client_credentials");
    let answer = bench.call("try_call", arguments(&id, "/account")).unwrap();
    assert_eq!(answer["status"], 200);
    assert_eq!(answer["address"], "https://api.talkdeskapp.com/account");
    assert_eq!(answer["body"]["is_json"], true);
    let practice = bench.call("practice_status", json!({})).unwrap();
    assert_eq!(practice["running"], true);
}

#[test]
fn the_page_hears_which_field_of_a_call_is_wrong() {
    let (bench, id) = bench_with("client_credentials");
    let refused = bench.call("try_call", arguments(&id, "//evil.example/"));
    let problems = refused.unwrap_err();
    assert_eq!(problems[0]["code"], "draft_invalid");
    assert_eq!(problems[0]["field"], "path");
}

#[test]
fn a_connection_that_waits_for_an_approval_says_so() {
    let (bench, id) = bench_with("authorization_code");
    let refused = bench.call("try_call", arguments(&id, "/account"));
    let problems = refused.unwrap_err();
    assert_eq!(problems[0]["code"], "authorization_required", "{problems}");
}
