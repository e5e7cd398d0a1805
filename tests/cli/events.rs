//! Events of the practice Talkdesk on the command line, from the order to the last word about them.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::practice::{Practice, shell};
use crate::stage::{Ran, Stage};

const ID: &str = "talkdesk-wallace-practice";

fn ran(stage: &Stage, arguments: &[&str]) -> Ran {
    Stage::ran(stage.outside(arguments), None)
}

/// Has an event emitted; what is printed about it, and its file.
fn emitted(stage: &Stage, kind: &str, more: &[&str]) -> (String, PathBuf) {
    let folder = stage.path(&format!("{kind}{}", more.concat()));
    let out = folder.display().to_string();
    let order = [&["sandbox", "emit-event", kind, "--out", &out][..], more].concat();
    let said = ran(stage, &order).succeeded().stdout();
    let file = said.lines().nth(1).expect("the file").trim();
    (said.clone(), PathBuf::from(file))
}

/// The command that takes the event in, as it was printed.
fn told(said: &str) -> String {
    let (_, told) = said.split_once("Take it in with:\n").expect("a command");
    told.trim().to_owned()
}

fn taken_in(stage: &Stage, said: &str) -> Ran {
    Stage::ran(shell(stage, &told(said)), None)
}

#[test]
fn an_event_is_taken_in_by_what_can_be_pasted_and_lived_through_to_the_end() {
    let stage = Stage::set();
    let _practice = Practice::start(&stage);
    let (said, file) = emitted(&stage, "app.installed", &[]);
    let mode = std::fs::metadata(&file).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600, "it holds a secret");
    let imported = taken_in(&stage, &said).succeeded();
    let text = format!("{}{}", imported.stderr(), imported.stdout());
    for part in [
        "of the practice server (P-256, SHA-512, DER).",
        "Imported as “Talkdesk wallace (practice)”",
        "accepted the client ID and private key",
        "Proven on ",
        "proofkey talkdesk installation talkdesk-wallace-practice approve",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let event: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
    for secret in ["client_id", "client_secret", "private_key"] {
        let secret = event["data"][secret].as_str().expect("a secret");
        assert!(!text.contains(secret), "a secret was printed");
    }

    let answer = |word| ran(&stage, &["talkdesk", "installation", ID, word]);
    let approved = answer("approve").succeeded();
    assert_eq!(approved.stdout(), "The installation was approved.\n");
    let refused = answer("reject").failed_with(3).stderr();
    assert!(refused.contains("has another state already"), "{refused}");

    let again = taken_in(&stage, &said).failed_with(2).stderr();
    assert!(again.contains("was taken in before"), "{again}");
    let (said, _) = emitted(&stage, "app.credentials_rotated", &[]);
    let waiting = taken_in(&stage, &said).succeeded().stdout();
    assert!(waiting.contains("wait beside those in use"), "{waiting}");
    for step in ["prove", "switch"] {
        ran(&stage, &["rotate", step, ID]).succeeded();
    }
    ran(&stage, &["rotate", "acknowledge", ID, "--yes"]).succeeded();
    ran(&stage, &["rotate", "retire", ID]).succeeded();
    ran(&stage, &["validate", ID]).succeeded();
}

#[test]
fn who_signed_an_event_is_said_and_one_that_is_spoilt_is_told_apart() {
    let stage = Stage::set();
    let _practice = Practice::start(&stage);
    let verify = |file: &PathBuf, more: &[&str]| {
        let file = file.display().to_string();
        let headers = file.replace(".json", ".headers");
        let fixed = [
            "talkdesk",
            "verify-event",
            &file,
            "--headers-file",
            &headers,
        ];
        ran(&stage, &[&fixed[..], &["--practice"], more].concat())
    };
    let (_, raw) = emitted(&stage, "app.updated", &["--spoil", "raw-signature"]);
    let signed = verify(&raw, &[]).succeeded().stdout();
    assert!(
        signed.ends_with("(P-256, SHA-512, raw r and s).\n"),
        "{signed}"
    );
    let signed = verify(&raw, &["--json"]).succeeded().json();
    assert_eq!(
        (&signed["verdict"], &signed["signer"]["form"]),
        (&"signed".into(), &"raw".into())
    );
    for (spoilt, said) in [
        ("reserialized", "a formatter changed its blanks"),
        ("unknown-key", "is not known at api.talkdeskapp.com"),
        ("other-curve", "another curve"),
    ] {
        let (_, file) = emitted(&stage, "app.installed", &["--spoil", spoilt]);
        let refused = verify(&file, &[]).failed_with(1);
        assert!(refused.stderr().contains(said), "{}", refused.stderr());
        assert!(refused.stdout().is_empty());
        let refused = verify(&file, &["--json"]).failed_with(1).json();
        assert_eq!(refused["verdict"], "refused");
    }
    let acme = [
        "sandbox",
        "emit-event",
        "app.installed",
        "--account",
        "acme",
    ];
    let keyless = ran(&stage, &[&acme[..], &["--spoil", "other-key"]].concat());
    let said = keyless.failed_with(2).stderr();
    assert!(said.contains("“acme” has no key pair"), "{said}");
}

#[test]
fn a_body_of_a_hundred_megabytes_is_not_read_to_its_end() {
    let stage = Stage::set();
    let mut command = stage.outside(&["talkdesk", "verify-event", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("proofkey starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let (block, mut taken) = (vec![b' '; 64 << 10], 0);
    while taken < 100 << 20 && pipe.write_all(&block).is_ok() {
        taken += block.len();
    }
    drop(pipe);
    // What the pipe itself holds comes on top.
    assert!(taken < 2 << 20, "{taken} bytes were taken");
    let output = child.wait_with_output().expect("proofkey ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("larger than 1 MiB"), "{said}");
}
