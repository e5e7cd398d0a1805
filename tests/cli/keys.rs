//! Key pairs on the command line: the private half goes in and never comes out.

use std::path::Path;

use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::signing_key::SigningKey;

use crate::stage::{Stage, text_of};

const PROVIDER: &str = include_str!("../data/signing.toml");

fn set() -> Stage {
    let stage = Stage::set();
    let folder = stage.path("config/providers");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("signing.toml"), PROVIDER).expect("a provider");
    stage
}

/// A key file that only its owner may read.
fn key_file(stage: &Stage, name: &str) -> String {
    let key = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let path = stage.path(name);
    std::fs::write(&path, key.to_pkcs8_pem().expect("a key").expose()).expect("written");
    set_mode(&path, 0o600);
    path.display().to_string()
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions).expect("a mode");
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

const ADD: [&str; 8] = [
    "connection",
    "add",
    "acme",
    "--provider",
    "signing",
    "--client-id",
    "client-7f3a",
    "--no-validate",
];

fn add(stage: &Stage, more: &[&str], stdin: Option<&str>) -> crate::stage::Ran {
    let arguments: Vec<&str> = ADD.iter().chain(more).copied().collect();
    stage.run(&arguments, stdin)
}

#[test]
fn a_new_key_is_listed_shown_and_taken_over_and_only_its_public_half_is_printed() {
    let stage = set();
    let made = stage
        .run(&["key", "new", "Acme reports", "--alg", "ES384"], None)
        .succeeded();
    let printed = made.stdout();
    for part in [
        "\"kty\": \"EC\"",
        "\"crv\": \"P-384\"",
        "BEGIN PUBLIC KEY",
        "acme-reports",
    ] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    assert!(
        !printed.contains("PRIVATE") && !printed.contains("\"d\""),
        "{printed}"
    );
    assert!(
        made.stderr().contains("--key acme-reports"),
        "{}",
        made.stderr()
    );

    let listed = stage.run(&["key", "list"], None).succeeded().stdout();
    assert!(
        listed.contains("acme-reports") && listed.contains("ES384"),
        "{listed}"
    );
    let show = ["key", "show", "acme-reports", "--public", "jwks"];
    let set = stage.run(&show, None).succeeded().json();
    let before = set["keys"][0].clone();
    assert_eq!(before["alg"], "ES384");

    add(&stage, &["--key", "acme-reports"], None).succeeded();
    let listed = stage.run(&["key", "list"], None).succeeded().stdout();
    assert!(listed.contains("No key waits"), "{listed}");
    let show = ["key", "show", "acme", "--public", "jwk"];
    assert_eq!(stage.run(&show, None).succeeded().json(), before);
    let page = stage
        .run(&["connection", "show", "acme"], None)
        .succeeded()
        .stdout();
    assert!(
        page.contains("Private key     saved, never shown"),
        "{page}"
    );
    assert!(page.contains("ES384"), "{page}");
}

#[test]
fn a_key_that_is_not_needed_is_removed_only_when_that_is_meant() {
    let stage = set();
    stage.run(&["key", "new", "Spare"], None).succeeded();
    stage.run(&["key", "remove", "spare"], None).failed_with(2);
    stage
        .run(&["key", "remove", "spare", "--yes"], None)
        .succeeded();
    stage.run(&["key", "show", "spare"], None).failed_with(2);
}

#[test]
fn a_private_key_comes_from_a_file_or_standard_input_and_makes_the_client_sign() {
    let stage = set();
    let file = key_file(&stage, "key.pem");
    let added = add(
        &stage,
        &["--private-key-file", &file, "--key-id", "k1", "--json"],
        None,
    );
    let view = added.succeeded().json();
    assert_eq!(view["client_authentication"], "private_key_jwt");
    assert_eq!(view["signing"]["algorithm"], "ES256");

    let text = text_of(file.as_ref());
    let edit = [
        "connection",
        "edit",
        "acme",
        "--private-key-file",
        "-",
        "--key-id",
        "k1",
        "--no-validate",
        "--json",
    ];
    let edited = stage.run(&edit, Some(&text)).succeeded().json();
    assert_eq!(edited["signing"], view["signing"]);
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_refused_with_the_command_to_run() {
    let stage = set();
    let file = key_file(&stage, "key.pem");
    set_mode(file.as_ref(), 0o640);
    let refused = add(
        &stage,
        &["--private-key-file", &file, "--key-id", "k1"],
        None,
    );
    let said = refused.failed_with(4).stderr();
    assert!(said.contains(&format!("chmod 600 {file}")), "{said}");
}

#[test]
fn everything_that_is_missing_names_the_option_that_gives_it() {
    let stage = set();
    let said = add(&stage, &["--auth", "private_key_jwt"], None)
        .failed_with(2)
        .stderr();
    for option in ["--private-key-file", "--key", "--key-id"] {
        assert!(said.contains(option), "{option} in {said}");
    }
    let both = ["--client-secret-stdin", "--private-key-file", "-"];
    add(&stage, &both, Some("x")).failed_with(2);
}
