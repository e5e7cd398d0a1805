//! The folder itself: writes that do not fit, links in the way, access rules.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use proofkey_core::Secret;
use proofkey_core::connection::Store;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_tests::{IDENTITY, MemoryVault, sealed};

use crate::stage::create;

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");

/// Runs the actor where no file may grow beyond `blocks` of 1 KiB, and says what it said.
fn with_file_limit(blocks: u32, arguments: &[&str]) -> String {
    let output = Command::new("bash")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"",
            &blocks.to_string(),
            ACTOR,
        ])
        .args(arguments)
        .output()
        .expect("started");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_write_that_does_not_fit_leaves_the_old_file_and_names_path_and_cause() {
    let home = tempfile::tempdir().expect("directory");
    let config = home.path().join("config");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    SealedFile::create(&path, &key).expect("made");
    let store = Store::open(&config).expect("store");
    store.keep_draft("old").expect("kept");
    let said = with_file_limit(
        4,
        &[
            &sealed(&path),
            config.to_str().expect("text"),
            "keep-draft",
            "60000",
        ],
    );
    assert!(said.contains("FileFailed"), "{said}");
    assert!(said.contains("wizard-draft.json"), "{said}");
    assert!(
        said.contains("does not allow a file of this size"),
        "{said}"
    );
    assert_eq!(store.draft(), Ok(Some("old".to_owned())));
    assert_eq!(leftovers(&config), 0);
}

#[test]
fn links_and_folders_in_the_way_are_refused_by_name() {
    let home = tempfile::tempdir().expect("directory");
    let store = Store::open(home.path()).expect("store");
    let target = home.path().join("precious");
    fs::write(&target, "precious").expect("written");
    let draft = home.path().join("wizard-draft.json");
    std::os::unix::fs::symlink(&target, &draft).expect("linked");
    let problem = store.keep_draft("x").expect_err("refused");
    assert!(problem.summary.contains("link"), "{problem}");
    assert_eq!(fs::read(&target).expect("read"), b"precious");
    fs::remove_file(&draft).expect("removed");
    fs::create_dir(&draft).expect("in the way");
    let problem = store.keep_draft("x").expect_err("refused");
    assert!(problem.summary.contains("not a regular file"), "{problem}");
    assert_eq!(leftovers(home.path()), 0);
}

#[test]
fn everything_kept_is_for_its_owner_alone_and_folders_are_tightened_again() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    store.keep_draft("x").expect("kept");
    for name in ["wizard-draft.json", "lock"] {
        assert_eq!(mode(&home.path().join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&store.connection_path(&saved.id)), 0o600);
    let connections = home.path().join("connections");
    fs::set_permissions(&connections, fs::Permissions::from_mode(0o755)).expect("widened");
    Store::open(home.path()).expect("store");
    assert_eq!(mode(&connections), 0o700);
}

fn leftovers(directory: &Path) -> usize {
    let entries = fs::read_dir(directory).expect("listed");
    entries
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with(".proofkey-")
        })
        .count()
}

#[test]
fn a_folder_that_was_there_keeps_its_access_rules_and_a_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a folder");
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o7777
    };
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o1755)).expect("set");
    Store::open(home.path()).expect("opened");
    assert_eq!(mode(home.path()), 0o1755);
    assert_eq!(mode(&home.path().join("connections")), 0o700);
    Store::open(&home.path().join("new")).expect("opened");
    assert_eq!(mode(&home.path().join("new")), 0o700);
    let file = home.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let refused = Store::open(&file).expect_err("refused");
    assert!(refused.summary.contains("not a folder"), "{refused}");
}
