//! The main job from end to end on the command line, judged by the practice Talkdesk's record.

use crate::stage::{Stage, text_of};

#[test]
fn a_connection_is_added_proven_and_handed_over() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    let added = stage
        .run(
            &[
                "connection",
                "add",
                "Support dashboards",
                "--provider",
                "talkdesk",
                "--var",
                "account=https://acme.talkdeskid.com/login",
                "--client-id",
                &acme.client_id,
                "--client-secret-stdin",
                "--scope",
                "account:read",
                "--json",
            ],
            Some(&acme.client_secret),
        )
        .succeeded();
    let report = added.json();
    assert_eq!(report["verdict"], "passed");
    let ids: Vec<&str> = report["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "configuration",
            "dns",
            "tcp",
            "tls",
            "token",
            "scope",
            "api",
            "account",
            "vault"
        ]
    );
    let exported = stage.path("acme.json");
    let path = exported.display().to_string();
    stage
        .run(&["export", "Support dashboards", "--output", &path], None)
        .succeeded();
    let file: serde_json::Value = serde_json::from_str(&text_of(&exported)).expect("JSON");
    assert_eq!(file["account"], "acme");
    assert_eq!(file["token_url"], "https://acme.talkdeskid.com/oauth/token");
    let text = text_of(&exported);
    assert!(!text.contains(&acme.client_secret) && !text.contains(&acme.client_id));
}

#[test]
fn a_cached_token_is_not_asked_for_again() {
    let stage = Stage::set();
    stage.add("acme", "acme").succeeded();
    let first = stage.run(&["token", "acme"], None).succeeded().stdout();
    let second = stage.run(&["token", "acme"], None).succeeded().stdout();
    assert_eq!(first, second);
    let requests = stage
        .sandbox
        .records()
        .iter()
        .filter(|record| record.path == "/oauth/token")
        .count();
    assert_eq!(requests, 1, "the peer saw one token request");
    stage
        .run(&["token", "acme", "--min-ttl", "1h"], None)
        .succeeded();
    let requests = stage
        .sandbox
        .records()
        .iter()
        .filter(|record| record.path == "/oauth/token")
        .count();
    assert_eq!(requests, 2, "a token that dies too soon is replaced");
}

#[test]
fn a_refused_secret_is_status_1_for_validate_and_3_for_token() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    stage
        .run(
            &[
                "connection",
                "add",
                "wrong",
                "--provider",
                "talkdesk",
                "--var",
                "account=acme",
                "--var",
                "region=us",
                "--client-id",
                &acme.client_id,
                "--client-secret-stdin",
                "--no-validate",
            ],
            Some("not the secret"),
        )
        .succeeded();
    let validated = stage
        .run(&["validate", "wrong", "--json"], None)
        .failed_with(1);
    assert_eq!(validated.json()["verdict"], "failed");
    let refused = stage.run(&["token", "wrong"], None).failed_with(3);
    assert!(
        refused.stderr().contains("invalid_client"),
        "{}",
        refused.stderr()
    );
    assert!(refused.stdout().is_empty());
}

#[test]
fn what_was_not_proven_or_was_changed_is_not_exported() {
    let stage = Stage::set();
    stage.add("acme", "acme").succeeded();
    let refused = stage.run(&["export", "acme"], None).failed_with(1);
    assert!(
        refused.stderr().contains("never proven"),
        "{}",
        refused.stderr()
    );
    stage.run(&["validate", "acme"], None).succeeded();
    stage.run(&["export", "acme"], None).succeeded();
    stage
        .run(
            &["connection", "edit", "acme", "--no-scopes", "--no-validate"],
            None,
        )
        .succeeded();
    stage.run(&["export", "acme"], None).failed_with(1);
}

#[test]
fn several_mistakes_are_told_at_once() {
    let stage = Stage::set();
    let refused = stage
        .run(
            &[
                "connection",
                "add",
                "x",
                "--provider",
                "talkdesk",
                "--var",
                "account=evil.com/#",
                "--var",
                "region=mars",
                "--client-id",
                "",
                "--client-secret-stdin",
                "--scope",
                "a\"b",
            ],
            Some("s"),
        )
        .failed_with(2);
    for place in [
        "variables.account",
        "variables.region",
        "client_id",
        "scopes",
    ] {
        assert!(
            refused.stderr().contains(place),
            "{place}: {}",
            refused.stderr()
        );
    }
    assert!(stage.sandbox.records().is_empty(), "nothing was sent");
}

#[test]
fn a_removed_connection_is_gone_with_its_secrets() {
    let stage = Stage::set();
    stage.add("acme", "acme").succeeded();
    stage
        .run(&["connection", "remove", "acme"], None)
        .failed_with(2);
    stage
        .run(&["connection", "remove", "acme", "--yes"], None)
        .succeeded();
    stage
        .run(&["connection", "show", "acme"], None)
        .failed_with(2);
    let doctor = stage.run(&["doctor", "--json"], None).succeeded().json();
    assert_eq!(doctor["connections"], 0);
}

#[test]
fn the_region_is_found_without_any_secret() {
    let stage = Stage::set();
    let globex = stage.account("globex");
    let found = stage
        .run(&["detect", "globex", "--json"], None)
        .succeeded()
        .json();
    let found: Vec<&str> = found
        .as_array()
        .expect("regions")
        .iter()
        .filter(|one| one["sighting"] == "found")
        .filter_map(|one| one["region"].as_str())
        .collect();
    assert_eq!(found, [globex.region.as_str()]);
    for record in stage.sandbox.records() {
        assert!(record.header("authorization").is_none() && record.body.is_empty());
    }
}
