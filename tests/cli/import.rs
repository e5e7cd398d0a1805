//! A config file that comes back as a connection, and what of it must be accepted by name.

use serde_json::Value;

use crate::stage::{Stage, text_of};
use crate::terminal::Terminal;

/// A proven connection, exported in plain text; where to.
fn exported(stage: &Stage) -> String {
    stage.add("acme", "acme").succeeded();
    stage.run(&["validate", "acme"], None).succeeded();
    let path = stage.path("plain.json").display().to_string();
    let arguments = ["export", "acme", "--secrets", "plain", "--output", &path];
    stage.run(&arguments, None).succeeded();
    let refused = stage.run(&arguments, None).failed_with(2);
    assert!(refused.stderr().contains("--force"), "{}", refused.stderr());
    path
}

/// The bodies of the token requests that the practice Talkdesk saw.
fn token_requests(stage: &Stage) -> Vec<String> {
    let records = stage.sandbox.records().into_iter();
    records
        .filter(|record| record.path == "/oauth/token")
        .map(|record| String::from_utf8(record.body).expect("a form"))
        .collect()
}

#[test]
fn a_plain_export_comes_back_as_a_connection() {
    let stage = Stage::set();
    let path = exported(&stage);
    let imported = stage
        .run(&["import", &path, "--name", "copy", "--json"], None)
        .succeeded();
    assert_eq!(imported.json()["verdict"], "passed");
}

#[test]
fn additional_parameters_of_a_file_are_sent_only_when_each_was_accepted_with_its_value() {
    let stage = Stage::set();
    let path = exported(&stage);
    let mut file: Value = serde_json::from_str(&text_of(path.as_ref())).expect("JSON");
    let audience = "https://api.example.com/v1?a=b";
    file["parameters"] = serde_json::json!({ "audience": audience, "tenant": "acme" });
    std::fs::write(&path, file.to_string()).expect("written");
    let before = token_requests(&stage).len();
    let import = |accepted: &[&str]| {
        let mut arguments = vec!["import", &path, "--name", "copy", "--json"];
        for one in accepted {
            arguments.extend(["--accept-parameter", one]);
        }
        stage.run(&arguments, None)
    };
    let audience = format!("audience={audience}");
    for (accepted, left) in [
        (&[][..], &[audience.as_str(), "tenant=acme"][..]),
        (&["tenant=acme"], &[&audience]),
        (&["tenant=acme", "audience"], &[&audience]),
        (
            &["audience=https://api.example.com", &audience],
            &["tenant=acme"],
        ),
    ] {
        let told = import(accepted).failed_with(2).stderr();
        for one in left {
            assert!(told.contains(one), "{one}: {told}");
        }
        assert!(told.contains("--accept-parameter NAME=VALUE"), "{told}");
        let left_open = left.contains(&"tenant=acme");
        assert_eq!(told.contains("tenant=acme"), left_open, "{told}");
    }
    assert_eq!(token_requests(&stage).len(), before, "nothing was sent");
    let imported = import(&[&audience, "tenant=acme"]).succeeded();
    assert_eq!(imported.json()["verdict"], "passed");
    let sent = token_requests(&stage).pop().expect("a token request");
    let sent: Vec<(String, String)> = url::form_urlencoded::parse(sent.as_bytes())
        .into_owned()
        .collect();
    for one in [&audience, "tenant=acme"] {
        let (name, value) = one.split_once('=').expect("a pair");
        let pair = (name.to_owned(), value.to_owned());
        assert!(sent.contains(&pair), "{one}");
    }
}

#[test]
fn a_file_without_credentials_has_them_asked_for_on_a_terminal() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    stage.add("acme", "acme").succeeded();
    stage.run(&["validate", "acme"], None).succeeded();
    let path = stage.path("redacted.json").display().to_string();
    stage
        .run(&["export", "acme", "--output", &path], None)
        .succeeded();
    let told = stage.run(&["import", &path, "--name", "copy"], None);
    let told = told.failed_with(2).stderr();
    assert!(told.contains("--client-id ID"), "{told}");
    let mut terminal = Terminal::start(&stage, &["import", &path, "--name", "copy"]);
    terminal.until("Client ID: ");
    terminal.enter(&acme.client_id);
    terminal.until("Client secret (not shown): ");
    terminal.enter(&acme.client_secret);
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    assert!(rest.contains("Proven"), "{rest}");
}
