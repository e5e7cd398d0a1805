//! Files of the store: what comes back, what is named, what is never taken for nothing.

use std::fs;

use proofkey_core::Code;
use proofkey_core::border::{ProxyChoice, Settings, Theme};
use proofkey_core::connection::{ConnectionId, Store, custody};
use proofkey_tests::{MemoryVault, document, sample, secret_of};

use crate::stage::{create, names};

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
    assert_eq!(create(&store, &vault, "Acme").id.as_str(), "acme-3");
    assert_eq!(create(&store, &vault, "ACME").id.as_str(), "acme-4");
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
