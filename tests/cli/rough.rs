//! Rough handling: odd input, a world that is not as it should be, and others at the same place.

use std::process::Stdio;

use crate::practice::Practice;
use crate::stage::Stage;

#[test]
fn typed_control_characters_do_not_reach_the_terminal() {
    let stage = Stage::set();
    let escape = "ac\u{1b}[31mme\u{202e}";
    for arguments in [
        vec!["connection", "show", escape],
        vec![
            "connection",
            "add",
            "x",
            "--provider",
            "talkdesk",
            "--var",
            escape,
        ],
        vec!["sandbox", "--fault", escape],
        vec!["providers", "show", escape],
        vec!["detect", escape],
    ] {
        let ran = stage.run(&arguments, None).failed_with(2);
        let told = ran.stderr() + &ran.stdout();
        assert!(
            !told.contains(['\u{1b}', '\u{202e}']),
            "{arguments:?}: {told}"
        );
    }
}

#[test]
fn a_secret_that_is_no_text_is_invalid_input() {
    let stage = Stage::set();
    let file = stage.path("secret");
    std::fs::write(&file, [0xff, 0xfe, 0x00]).expect("a file");
    let path = file.display().to_string();
    let ran = stage
        .run(
            &[
                "connection",
                "add",
                "x",
                "--provider",
                "talkdesk",
                "--var",
                "account=acme",
                "--var",
                "region=us",
                "--client-id",
                "id",
                "--client-secret-file",
                &path,
            ],
            None,
        )
        .failed_with(2);
    assert!(ran.stderr().contains("is not text"), "{}", ran.stderr());
}

#[test]
fn one_connection_that_cannot_be_tried_keeps_no_other_from_its_proof() {
    let stage = Stage::set();
    stage.add("acme", "acme").succeeded();
    let card = stage.account("globex");
    stage
        .run(
            &[
                "connection",
                "add",
                "a rehearsal",
                "--practice",
                "--provider",
                "talkdesk",
                "--var",
                "account=globex",
                "--var",
                "region=eu",
                "--client-id",
                &card.client_id,
                "--client-secret-stdin",
                "--no-validate",
            ],
            Some(&card.client_secret),
        )
        .succeeded();
    let ran = stage
        .run(&["validate", "--all", "--json"], None)
        .failed_with(4);
    assert_eq!(ran.json()[0]["verdict"], "passed");
    assert_eq!(ran.json().as_array().map(Vec::len), Some(1));
    assert!(ran.stderr().contains("a rehearsal"), "{}", ran.stderr());
}

#[test]
fn a_missing_vault_file_is_told_with_the_way_to_make_one() {
    let stage = Stage::set();
    std::fs::remove_file(stage.path("vault.age")).expect("removed");
    let ran = stage.run(&["vault", "status"], None).failed_with(5);
    assert!(
        ran.stdout().contains("proofkey vault create"),
        "{}",
        ran.stdout()
    );
    assert!(!ran.stdout().contains("Keyring"), "{}", ran.stdout());
}

#[test]
fn a_vault_is_not_made_over_a_file_that_is_there() {
    let stage = Stage::set();
    let identity = stage.path("identity").display().to_string();
    let before = std::fs::read(stage.path("vault.age")).expect("the vault");
    let ran = stage
        .run(&["vault", "create", "--identity", &identity], None)
        .failed_with(2);
    assert!(ran.stderr().contains("already"), "{}", ran.stderr());
    assert_eq!(std::fs::read(stage.path("vault.age")).ok(), Some(before));
}

#[test]
fn a_broken_provider_file_is_told_to_people_and_to_programs() {
    let stage = Stage::set();
    let folder = stage.path("config").join("providers");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("mine.toml"), "schema = 1\n").expect("written");
    let ran = stage.run(&["connection", "list"], None).succeeded();
    assert!(ran.stderr().contains("provider file"), "{}", ran.stderr());
    let ran = stage
        .run(&["connection", "list", "--json"], None)
        .succeeded();
    assert_eq!(
        ran.json(),
        serde_json::json!({ "connections": [], "unreadable": [] })
    );
    let first = ran.stderr().lines().next().unwrap_or_default().to_owned();
    let problem: serde_json::Value = serde_json::from_str(&first).expect("JSON on standard error");
    assert_eq!(problem["code"], "draft_invalid");
    assert!(first.contains("mine.toml"), "{first}");
}

#[test]
fn a_second_practice_talkdesk_does_not_hide_the_first() {
    let stage = Stage::set();
    let first = Practice::start(&stage);
    let second = stage.run(&["sandbox"], None).failed_with(2);
    assert!(second.stderr().contains("already"), "{}", second.stderr());
    stage
        .run(&["detect", "acme", "--practice"], None)
        .succeeded();
    drop(first);
    stage
        .run(&["detect", "acme", "--practice"], None)
        .failed_with(4);
}

#[test]
fn a_full_disk_behind_standard_output_is_said() {
    let stage = Stage::set();
    let full = std::fs::File::options().write(true).open("/dev/full");
    let output = stage
        .command(&["connection", "list"])
        .stdout(Stdio::from(full.expect("/dev/full")))
        .output()
        .expect("ran");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Standard output"));
}

#[test]
fn every_mistake_is_told_before_a_region_is_asked_or_a_secret_typed() {
    let stage = Stage::set();
    let ran = stage
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
                "region=auto",
                "--scope",
                "a\"b",
            ],
            None,
        )
        .failed_with(2);
    for field in ["variables.account", "client_id", "scopes"] {
        assert!(ran.stderr().contains(field), "{field}: {}", ran.stderr());
    }
    assert!(
        !ran.stderr().contains("variables.region"),
        "{}",
        ran.stderr()
    );
    assert!(stage.sandbox.records().is_empty(), "nobody was asked");
}

#[test]
fn a_broken_report_keeps_nobody_from_a_change() {
    let stage = Stage::set();
    stage.add("acme", "acme").succeeded();
    let report = stage.path("config/connections/acme.report.json");
    std::fs::write(report, "{").expect("a broken report");
    stage
        .run(&["connection", "rename", "acme", "new"], None)
        .succeeded();
    stage
        .run(
            &["connection", "edit", "new", "--no-scopes", "--no-validate"],
            None,
        )
        .succeeded();
}
