//! What a running practice Talkdesk is told from another terminal.

use proofkey_core::Secret;
use proofkey_core::signing_key::SigningKey;
use serde_json::Value;

use crate::practice::{Practice, shell};
use crate::stage::Stage;

#[test]
fn an_event_is_written_as_a_file_with_its_headers_beside_it() {
    let stage = Stage::set();
    let practice = Practice::start(&stage);
    assert!(
        practice.said.contains("sandbox key wallace"),
        "{}",
        practice.said
    );
    let folder = stage.path("events").display().to_string();
    let told = practice.commands("credentials, and says how to take it in");
    let told = format!("{told} --out '{folder}' --json");
    let ran = Stage::ran(shell(&stage, &told), None).succeeded();
    let written = ran.json();
    let read = |name: &str| {
        let path = written[0][name].as_str().expect("a path");
        std::fs::read_to_string(path).expect("a file")
    };
    let event: Value = serde_json::from_str(&read("file")).expect("an event");
    assert_eq!(event["type"], "app.installed");
    assert_eq!(event["data"]["account_name"], "wallace");
    let headers = read("headers_file");
    assert!(headers.contains("X-Hub-Ecdsa-Signature: 30"), "{headers}");
    let path = |name: &str| written[0][name].as_str().expect("a path").to_owned();
    let (event, headers) = (path("file"), path("headers_file"));
    says_who_may_read_it(&stage, &event, &headers);
    let ran = stage.outside(&["sandbox", "emit-event", "app.renamed"]);
    let said = Stage::ran(ran, None).failed_with(2).stderr();
    assert!(said.contains("app.credentials_rotated"), "{said}");
}

/// An event is taken from a file that others may read, because browsers and mail programs write such files;
/// it is said with the command that puts it right.
#[cfg(unix)]
fn says_who_may_read_it(stage: &Stage, event: &str, headers: &str) {
    use std::os::unix::fs::PermissionsExt;
    let chmod = format!("chmod 600 {event}");
    let written = std::fs::metadata(event).expect("a file").permissions();
    assert_eq!(written.mode() & 0o777, 0o600);
    let import = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(event, mode).expect("a mode");
        let import = ["talkdesk", "import-event", event, "--headers-file", headers];
        let mut command = stage.outside(&import);
        command.args(["--practice", "--no-validate"]);
        Stage::ran(command, None)
    };
    let said = import(0o644).succeeded().stderr();
    assert!(said.contains(&chmod), "{said}");
    let said = import(0o600).failed_with(2).stderr();
    assert!(
        said.contains("was taken in before") && !said.contains(&chmod),
        "{said}"
    );
}

#[cfg(not(unix))]
fn says_who_may_read_it(_stage: &Stage, _event: &str, _headers: &str) {}

#[test]
fn a_client_that_signs_is_added_and_proven_by_what_can_be_pasted() {
    let stage = Stage::set();
    let practice = Practice::start(&stage);
    let told = practice.commands("Or have a client sign");
    let said = Stage::ran(shell(&stage, &told), None).succeeded().stdout();
    assert!(said.contains("client ID and private key"), "{said}");
    let proven = stage.outside(&["validate", "Signed"]);
    Stage::ran(proven, None).succeeded();
}

#[test]
fn the_key_of_a_practice_account_is_printed_and_a_public_one_registered() {
    let stage = Stage::set();
    let key = Stage::ran(stage.outside(&["sandbox", "key", "wallace"]), None).succeeded();
    let key = SigningKey::read(&Secret::new(key.stdout().trim().to_owned()), None);
    let Ok(key) = key else { panic!("no key") };
    let file = stage.path("public.pem");
    std::fs::write(&file, key.public().pem()).expect("a file");
    let file = file.display().to_string();
    let register = ["sandbox", "register-key", "acme", &file, "--alg", "ES256"];
    let said = Stage::ran(stage.outside(&register), None)
        .failed_with(2)
        .stderr();
    assert!(said.contains("No practice server runs"), "{said}");
    let _practice = Practice::start(&stage);
    Stage::ran(stage.outside(&register), None).succeeded();
    let wrong = ["sandbox", "register-key", "acme", &file, "--alg", "PS256"];
    let said = Stage::ran(stage.outside(&wrong), None)
        .failed_with(2)
        .stderr();
    assert!(said.contains("another kind"), "{said}");
    let said = Stage::ran(stage.outside(&["sandbox", "key", "acme"]), None)
        .failed_with(2)
        .stderr();
    assert!(said.contains("wallace"), "{said}");
}
