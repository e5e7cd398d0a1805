//! The folder of connections, and connections together with their secrets.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use proofkey_core::Code;
use proofkey_core::Secret;
use proofkey_core::border::{ProxyChoice, Settings, Theme};
use proofkey_core::connection::{Connection, ConnectionId, Store, custody};
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_core::vault::{Generation, SecretName, Vault};
use proofkey_tests::{Actor, IDENTITY, MemoryVault, Mood, document, sample, sealed, secret_of};

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");

fn create(store: &Store, vault: &dyn Vault, name: &str) -> Connection {
    custody::save_with_secrets(store, vault, &sample(name), &document("secret 1"), None)
        .expect("saved")
}

fn names(vault: &MemoryVault) -> Vec<String> {
    vault.names().iter().map(ToString::to_string).collect()
}

/// What file and vault say together: the name of the connection and its client secret.
fn state(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Option<(String, String)> {
    let connection = match store.load(id) {
        Ok(connection) => connection,
        Err(problem) if problem.code == Code::NotFound => return None,
        Err(problem) => panic!("{problem}"),
    };
    let read = custody::read_document(vault, &connection).expect("secrets");
    Some((connection.name, secret_of(&read).to_owned()))
}

#[test]
fn a_connection_comes_back_as_it_was_saved() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let mut connection = sample("Support \"dashboards\" \u{1f511}");
    connection
        .variables
        .insert("note".to_owned(), "a\nb = [c]\n# d".to_owned());
    let saved = custody::save_with_secrets(&store, &vault, &connection, &document("s"), None)
        .expect("saved");
    assert_eq!(saved.id.as_str(), "support-dashboards");
    assert_eq!(store.load(&saved.id), Ok(saved.clone()));
    let listed = store.list().expect("listed").connections;
    assert_eq!(listed, std::slice::from_ref(&saved));
    let read = custody::read_document(&vault, &saved).expect("there");
    assert_eq!(secret_of(&read), "s");
}

#[test]
fn ids_are_unique_beside_files_that_cannot_be_read_and_secrets_of_other_folders() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    fs::write(home.path().join("connections/acme-2.toml"), "broken").expect("written");
    let elsewhere = tempfile::tempdir().expect("directory");
    let other = Store::open(elsewhere.path()).expect("store");
    assert_eq!(create(&other, &vault, "acme").id.as_str(), "acme");
    assert_eq!(create(&store, &vault, "acme").id.as_str(), "acme-3");
    assert_eq!(create(&store, &vault, "acme").id.as_str(), "acme-4");
    assert!(
        custody::reconcile(&store, &vault)
            .expect("reconciled")
            .is_empty()
    );
    assert_eq!(names(&vault), ["acme.1", "acme-3.1", "acme-4.1"]);
}

#[test]
fn files_that_cannot_be_understood_are_named_and_left_as_they_are() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let good = create(&store, &vault, "good");
    let text = fs::read_to_string(store.connection_path(&good.id)).expect("read");
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("zeros", vec![0; 300], "emptied by a crash"),
        ("empty", Vec::new(), "emptied by a crash"),
        (
            "newer",
            text.replace("version = 1", "version = 2").into(),
            "newer Proofkey (version 2)",
        ),
        (
            "strange",
            text.replace("version = 1", "version = 1\ncolour = 1")
                .into(),
            "line 2",
        ),
        (
            "stranger",
            text.clone().into(),
            "it describes the connection good",
        ),
        ("cut", text.as_bytes()[..text.len() / 2].to_vec(), "line"),
        ("latin", vec![0xff, 0xfe], "not text"),
    ];
    for (stem, content, _) in &cases {
        fs::write(
            home.path().join(format!("connections/{stem}.toml")),
            content,
        )
        .expect("written");
    }
    fs::write(home.path().join("connections/NOT AN ID.toml"), "x").expect("written");
    let words = custody::reconcile(&store, &vault).expect("reconciled");
    assert!(words.is_empty(), "{words:?}");
    let listing = store.list().expect("listed");
    assert_eq!(listing.connections, [good]);
    assert_eq!(listing.unreadable.len(), cases.len() + 1);
    for (stem, content, reason) in &cases {
        let path = home.path().join(format!("connections/{stem}.toml"));
        let named = listing
            .unreadable
            .iter()
            .find(|one| one.path == path)
            .expect("named");
        assert!(named.reason.contains(reason), "{stem}: {}", named.reason);
        let problem = store
            .load(&ConnectionId::from_name(stem))
            .expect_err("refused");
        assert_eq!(problem.code, Code::FileFailed);
        assert!(problem.summary.contains(stem), "{problem}");
        assert_eq!(&fs::read(&path).expect("read"), content);
    }
}

#[test]
fn a_file_cut_at_any_length_is_never_taken_for_none() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    let path = store.connection_path(&saved.id);
    let whole = fs::read(&path).expect("read");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("cut");
        match store.load(&saved.id) {
            // Only the end of the last line was cut off.
            Ok(read) => assert_eq!((read, length), (saved.clone(), whole.len() - 1)),
            Err(problem) => assert_eq!(problem.code, Code::FileFailed, "{length}: {problem}"),
        }
    }
}

#[test]
fn settings_draft_and_report_are_kept_and_a_broken_one_is_not_taken_for_none() {
    let home = tempfile::tempdir().expect("directory");
    let store = Store::open(home.path()).expect("store");
    assert_eq!(store.settings(), Ok(Settings::default()));
    let settings = Settings {
        theme: Theme::Dark,
        proxy: ProxyChoice::Manual {
            url: "http://proxy.example:3128".to_owned(),
        },
        ca_file: Some("/etc/ca.pem".to_owned()),
    };
    store.save_settings(&settings).expect("saved");
    assert_eq!(store.settings(), Ok(settings));
    fs::write(home.path().join("settings.toml"), "theme = 3").expect("broken");
    assert_eq!(store.settings().expect_err("named").code, Code::FileFailed);

    assert_eq!(store.draft(), Ok(None));
    store.keep_draft("{\"step\":3}").expect("kept");
    assert_eq!(store.draft(), Ok(Some("{\"step\":3}".to_owned())));
    let long = store
        .keep_draft(&"x".repeat((64 << 10) + 1))
        .expect_err("refused");
    assert_eq!(long.code, Code::DraftInvalid);
    store.discard_draft().expect("gone");
    store.discard_draft().expect("still gone");
    assert_eq!(store.draft(), Ok(None));
}

#[test]
fn a_change_moves_to_a_new_generation_and_the_old_secret_is_gone() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let first = create(&store, &vault, "acme");
    let second = custody::save_with_secrets(
        &store,
        &vault,
        &first,
        &document("secret 2"),
        Some(first.secrets),
    )
    .expect("saved");
    assert_eq!(second.secrets, Generation(2));
    assert_eq!(names(&vault), ["acme.2"]);
    let stale = custody::save_with_secrets(
        &store,
        &vault,
        &first,
        &document("lost update"),
        Some(first.secrets),
    );
    assert_eq!(stale.expect_err("refused").code, Code::AlreadyExists);
    assert_eq!(
        state(&store, &vault, &first.id),
        Some(("acme".to_owned(), "secret 2".to_owned()))
    );
    custody::remove_with_secrets(&store, &vault, &first.id).expect("removed");
    assert!(names(&vault).is_empty());
    assert!(store.list().expect("listed").connections.is_empty());
    let again = custody::remove_with_secrets(&store, &vault, &first.id);
    assert_eq!(again.expect_err("gone").code, Code::NotFound);
}

#[test]
fn a_vault_that_fails_at_any_call_leaves_old_or_new_and_no_orphan() {
    for call in 0..12 {
        let home = tempfile::tempdir().expect("directory");
        let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
        let mut connection = create(&store, &vault, "acme");
        let before = state(&store, &vault, &connection.id);
        "new".clone_into(&mut connection.name);
        vault.fail_after(call);
        let outcome = custody::save_with_secrets(
            &store,
            &vault,
            &connection,
            &document("secret 2"),
            Some(connection.secrets),
        );
        vault.fail_after(usize::MAX);
        let after = state(&store, &vault, &connection.id);
        match outcome {
            Ok(_) => assert_eq!(after, Some(("new".to_owned(), "secret 2".to_owned()))),
            Err(_) => assert_eq!(after, before, "call {call}"),
        }
        custody::reconcile(&store, &vault).expect("reconciled");
        assert_eq!(state(&store, &vault, &connection.id), after);
        assert_eq!(names(&vault).len(), 1, "call {call}");

        vault.fail_after(call);
        let removed = custody::remove_with_secrets(&store, &vault, &connection.id);
        vault.fail_after(usize::MAX);
        assert_eq!(
            state(&store, &vault, &connection.id).is_none(),
            removed.is_ok()
        );
        custody::reconcile(&store, &vault).expect("reconciled");
        assert_eq!(names(&vault).is_empty(), removed.is_ok(), "call {call}");
    }
}

#[test]
fn every_mood_of_the_vault_is_told_apart_and_changes_nothing() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    for (mood, code) in [
        (Mood::Locked, Code::VaultDenied),
        (Mood::Denied, Code::VaultDenied),
        (Mood::Absent, Code::VaultUnavailable),
        (Mood::Lies, Code::VaultUnavailable),
    ] {
        vault.set_mood(mood);
        let changed =
            custody::save_with_secrets(&store, &vault, &saved, &document("x"), Some(saved.secrets));
        assert_eq!(changed.expect_err("failed").code, code);
        let removed = custody::remove_with_secrets(&store, &vault, &saved.id);
        assert_eq!(removed.expect_err("failed").code, code);
        let reconciled = custody::reconcile(&store, &vault);
        assert_eq!(reconciled.expect_err("failed").code, code);
        vault.set_mood(Mood::Working);
        assert_eq!(
            state(&store, &vault, &saved.id),
            Some(("acme".to_owned(), "secret 1".to_owned()))
        );
    }
}

#[test]
fn a_missing_secret_is_reported_and_its_connection_kept() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    vault
        .remove(&SecretName {
            connection: saved.id.clone(),
            generation: saved.secrets,
        })
        .expect("removed");
    let words = custody::reconcile(&store, &vault).expect("reconciled");
    assert_eq!(words.len(), 1);
    assert!(words[0].contains("acme"), "{words:?}");
    assert_eq!(store.load(&saved.id), Ok(saved.clone()));
    let read = custody::read_document(&vault, &saved)
        .err()
        .expect("missing");
    assert_eq!(read.code, Code::SecretMissing);
}

#[test]
fn a_busy_folder_is_said_so_after_the_deadline() {
    let home = tempfile::tempdir().expect("directory");
    let store = Store::open(home.path()).expect("store");
    let held = store.lock().expect("locked");
    let problem = store
        .lock_within(Duration::from_millis(50))
        .expect_err("busy");
    assert!(problem.summary.contains("busy"), "{problem}");
    drop(held);
    store
        .lock_within(Duration::from_secs(10))
        .expect("free again");
}

#[test]
fn eight_processes_lose_no_edit_of_file_or_secret() {
    let home = tempfile::tempdir().expect("directory");
    let config = home.path().join("config");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let store = Store::open(&config).expect("store");
    let saved = create(&store, &vault, "acme");
    let config = config.to_str().expect("text").to_owned();
    let vault_name = sealed(&path);
    let arguments = [&vault_name, &config, "count", "acme", "50"];
    let actors: Vec<Actor> = (0..8).map(|_| Actor::start(ACTOR, &arguments)).collect();
    for actor in actors {
        assert!(actor.succeeded());
    }
    let counted = store.load(&saved.id).expect("there");
    assert_eq!(counted.variables["count"], "400");
    let secrets = custody::read_document(&vault, &counted).expect("there");
    assert_eq!(
        secrets.cached_token.expect("kept").access_token.expose(),
        "400"
    );
}

#[test]
fn processes_that_create_the_same_name_at_once_get_ids_of_their_own() {
    let home = tempfile::tempdir().expect("directory");
    let config = home.path().join("config");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let arguments = [
        &sealed(&path),
        config.to_str().expect("text"),
        "create",
        "acme",
        "5",
    ];
    let actors: Vec<Actor> = (0..4).map(|_| Actor::start(ACTOR, &arguments)).collect();
    for actor in actors {
        assert!(actor.succeeded());
    }
    let store = Store::open(&config).expect("store");
    assert_eq!(store.list().expect("listed").connections.len(), 20);
    assert_eq!(vault.list().expect("listed").len(), 20);
}

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

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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
