//! Whatever the command line is asked to do, a secret stays where it belongs.

use std::fs;
use std::path::Path;

use proofkey_tests::{Canary, Scanner};

use crate::stage::Stage;

/// Runs every verb with a canary as the client secret, at the highest log level, and searches
/// everything that was printed or written, in all encodings. The sandbox refuses the canary, so the
/// failing paths, which quote most, are the ones that run.
#[test]
#[expect(clippy::too_many_lines, reason = "one list of all verbs")]
fn no_secret_is_printed_logged_or_stored_in_clear() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    let canary = Canary::new("client secret", &acme.client_id);
    let log = stage.path("proofkey.log").display().to_string();
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let mut run = |arguments: &[&str], stdin: Option<&str>| {
        let mut all = arguments.to_vec();
        all.extend(["--log", &log, "-vv"]);
        let ran = stage.run(&all, stdin);
        seen.push((
            format!("stdout of {arguments:?}"),
            ran.stdout().into_bytes(),
        ));
        seen.push((
            format!("stderr of {arguments:?}"),
            ran.stderr().into_bytes(),
        ));
        ran
    };
    let add = [
        "connection",
        "add",
        "leaky",
        "--provider",
        "talkdesk",
        "--var",
        "account=acme",
        "--var",
        "region=us",
        "--client-id",
        acme.client_id.as_str(),
        "--client-secret-stdin",
        "--scope",
        "account:read",
    ];
    run(&add, Some(canary.value())).failed_with(1);
    for (arguments, status) in [
        (&["connection", "list", "--json"][..], 0),
        (&["connection", "show", "leaky", "--json"], 0),
        (&["connection", "show", "leaky"], 0),
        (&["validate", "leaky", "--json"], 1),
        (&["token", "leaky", "--json"], 3),
        (&["export", "leaky"], 1),
        (&["export", "leaky", "--secrets", "plain"], 1),
        (
            &[
                "connection",
                "edit",
                "leaky",
                "--auth",
                "client_secret_post",
            ],
            1,
        ),
        (&["connection", "rename", "leaky", "still leaky"], 0),
        (&["doctor", "--json"], 0),
    ] {
        run(arguments, None).failed_with(status);
    }
    files_below(&stage.path("."), &mut seen);
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.iter().any(|name| name.ends_with("proofkey.log")),
        "the log is among {names:?}"
    );
    assert!(
        names.iter().any(|name| name.ends_with("leaky.toml")),
        "the file is among {names:?}"
    );
    assert!(
        names.iter().any(|name| name.ends_with("vault.age")),
        "the vault is among {names:?}"
    );
    let scanner = Scanner::new([&canary]);
    for (name, bytes) in &seen {
        let leaks = scanner.search(name, bytes);
        assert!(leaks.is_empty(), "{leaks:?}");
    }
    // The one place where it had to arrive, so that the search above is known to look for the
    // right thing.
    let sent = stage.sandbox.records().iter().any(|record| {
        let header = record.header("authorization").unwrap_or_default();
        !scanner.search("body", &record.body).is_empty()
            || !scanner.search("header", header.as_bytes()).is_empty()
    });
    assert!(sent, "the token endpoint received the canary");
}

/// A redacted export of a proven connection holds neither client ID nor client secret.
#[test]
fn a_redacted_export_holds_no_secret_in_any_format() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    stage.add("acme", "acme").succeeded();
    stage.run(&["validate", "acme"], None).succeeded();
    let token = stage.run(&["token", "acme"], None).succeeded().stdout();
    for format in [
        "json",
        "yaml",
        "toml",
        "dotenv",
        "shell",
        "docker-env",
        "postman",
        "nexla",
        "curl",
    ] {
        let text = stage
            .run(&["export", "acme", "--format", format], None)
            .succeeded()
            .stdout();
        for secret in [
            &acme.client_id,
            &acme.client_secret,
            &token.trim().to_owned(),
        ] {
            assert!(!text.contains(secret.as_str()), "{format}");
        }
    }
}

/// Argument lists are public on most systems, so there is no option that takes a secret.
#[test]
fn a_secret_cannot_be_an_argument() {
    let stage = Stage::set();
    let add = [
        "connection",
        "add",
        "x",
        "--provider",
        "talkdesk",
        "--client-secret",
        "s",
    ];
    let refused = stage.run(&add, None).failed_with(2);
    assert!(
        refused.stderr().contains("--client-secret-file"),
        "{}",
        refused.stderr()
    );
}

pub(crate) fn files_below(folder: &Path, seen: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, seen);
        } else {
            seen.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
}
