//! `proofkey validator serve --check-config`, and what is read again when the service is told to.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::Value;

use crate::validator_serve::{SECRET, Service, configuration, upstream};

struct Checked {
    status: Option<i32>,
    told: String,
    why: String,
}

fn checked(config: &Path, more: &[&str]) -> Checked {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofkey"));
    command
        .args(["validator", "serve", "--check-config", "--config"])
        .arg(config)
        .args(more)
        .env_clear();
    let output = command.output().expect("proofkey runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Checked {
        status: output.status.code(),
        told: text(output.stdout),
        why: text(output.stderr),
    }
}

#[test]
fn a_configuration_is_explained_or_all_that_is_wrong_with_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let right = checked(&config, &[]);
    assert_eq!(right.status, Some(0));
    for part in [
        "The configuration is right.",
        "127.0.0.1:0",
        "POST /desk",
        "/me",
        "HTTP Basic",
        "/user/id",
    ] {
        assert!(right.told.contains(part), "{part}\n{}", right.told);
    }
    std::fs::write(&config, "listen = \"0.0.0.0:1\"\nupstream_failure = 200\n").expect("mistakes");
    let wrong = checked(&config, &[]);
    assert_eq!((wrong.status, wrong.told.as_str()), (Some(2), ""));
    for part in [
        "line 1, listen",
        "line 2, upstream_failure",
        "integration",
        "[tls]",
        "[callers]",
    ] {
        assert!(wrong.why.contains(part), "{part}\n{}", wrong.why);
    }
    let none = checked(&folder.path().join("none.toml"), &[]);
    assert_eq!(none.status, Some(2));
    assert!(
        !none.why.contains("line") && none.why.contains("none.toml"),
        "{}",
        none.why
    );
}

#[test]
fn a_program_gets_one_document_also_of_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let document = |more: &[&str]| {
        let checked = checked(&config, more);
        assert_eq!(checked.why, "");
        let document: Value = serde_json::from_str(&checked.told).expect("one document");
        (checked.status, document)
    };
    let (status, right) = document(&["--json"]);
    assert_eq!((status, &right["right"]), (Some(0), &Value::Bool(true)));
    assert_eq!(right["integrations"][0]["path"], "/desk");

    let text =
        "lisen = \"a\"\n[[integration]]\npath = \"/a\"\nprovider = \"nobody\"\nfields = {}\n";
    std::fs::write(&config, text).expect("mistakes");
    let (status, wrong) = document(&["--json"]);
    assert_eq!((status, &wrong["right"]), (Some(2), &Value::Bool(false)));
    let mistakes = wrong["mistakes"].as_array().expect("a list");
    let places: Vec<String> = mistakes
        .iter()
        .map(|it| format!("{} {}", it["line"], it["field"]))
        .collect();
    assert_eq!(
        places,
        [
            "1 \"lisen\"",
            "1 \"listen\"",
            "4 \"integration[0].provider\""
        ]
    );
    let remedy = mistakes[2]["remedy"].as_str().expect("text");
    assert!(remedy.contains("--config-dir"), "{remedy}");
}

const DESK: &str = "extends = \"http-basic\"\nid = \"my-desk\"\nname = \"My desk\"\n\n[[probes]]\npath = \"/me\"\n\
    success_status = [STATUS]\nproves = \"the desk knows the user\"\ncertainty = \"inferred\"\n";

fn provider(folder: &Path, text: &str) {
    let path = folder.join("providers/my-desk.toml");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
}

fn desk(folder: &Path) -> std::path::PathBuf {
    let config = folder.join("validator.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\n[health]\nlisten = \"127.0.0.1:0\"\n\n[[integration]]\npath = \"/desk\"\n\
         provider = \"my-desk\"\nfixed = {{ api = \"http://{}\" }}\nfields = {{ user = \"string\", password = \"secret\" }}\n",
        upstream()
    );
    std::fs::write(&config, text).expect("written");
    config
}

#[test]
fn a_reload_reads_provider_files_again() {
    let folder = tempfile::tempdir().expect("a folder");
    provider(folder.path(), &DESK.replace("STATUS", "201"));
    let config = desk(folder.path());
    let before = format!("set -- \"$@\" --config-dir {};", folder.path().display());
    let service = Service::start(&config, &before, Stdio::null(), None);
    assert_eq!(service.post("/desk", SECRET).0, 401);
    provider(folder.path(), &DESK.replace("STATUS", "200"));
    service.signal(Signal::HUP);
    service.until("reloaded");
    assert_eq!(service.post("/desk", SECRET).0, 200);

    // What is gone is gone for the service as well, which keeps what it had and says so.
    provider(folder.path(), "id = 5");
    service.signal(Signal::HUP);
    let why = service.until("not_reloaded")["detail"].to_string();
    assert!(why.contains("my-desk") && !why.contains(".;"), "{why}");
    assert_eq!(service.post("/desk", SECRET).0, 200);
    service.ended();
}

#[test]
fn provider_files_that_are_left_out_are_named_and_a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configuration(folder.path(), "/desk", "");
    let dir = folder.path().display().to_string();
    provider(folder.path(), "id = 5");
    let told = checked(&config, &["--config-dir", &dir]).told;
    assert!(
        told.contains("Warning: ") && told.contains("my-desk.toml, line 1"),
        "{told}"
    );

    provider(folder.path(), &DESK.replace("STATUS", "200"));
    let told = checked(&config, &["--config-dir", &dir]).told;
    assert!(!told.contains("Warning"), "{told}");

    let path = folder.path().join("providers/my-desk.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).expect("set");
    let told = checked(&config, &["--config-dir", &dir]).told;
    assert!(
        told.contains("everybody on this computer may change it"),
        "{told}"
    );

    // Why a provider is not known is told with that it is not.
    provider(folder.path(), "id = 5");
    let why = checked(&desk(folder.path()), &["--config-dir", &dir]).why;
    let cause = why.find("my-desk.toml, line 1");
    assert!(
        cause.is_some() && cause < why.find("There is no provider called my-desk"),
        "{why}"
    );

    let none = checked(&config, &["--config-dir", &format!("{dir}/none")]);
    assert!(
        none.status == Some(2) && none.why.contains("not there"),
        "{}",
        none.why
    );
}
