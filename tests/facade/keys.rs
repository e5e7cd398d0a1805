//! Keys of clients that sign: made and kept, taken over, entered, kept on edits, and never lost halfway.

use proofkey_core::border::NewKey;
use proofkey_core::connection::{ConnectionDraft, Finding, Severity, SigningDraft};
use proofkey_core::provider::{ClientAuthentication, SigningAlgorithm};
use proofkey_core::signing_key::SigningKey;
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_core::{Code, Secret};
use proofkey_tests::Mood;

use crate::stage::{Stage, draft};

fn set() -> Stage {
    let stage = Stage::set();
    let folder = stage.home.path().join("providers");
    std::fs::create_dir(&folder).expect("a folder");
    let provider = include_str!("../data/signing.toml");
    std::fs::write(folder.join("signing.toml"), provider).expect("written");
    stage.reopened()
}

fn signed(signing: SigningDraft) -> ConnectionDraft {
    ConnectionDraft {
        provider: "signing".to_owned(),
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        scopes: vec!["read".to_owned()],
        variables: std::collections::BTreeMap::new(),
        client_secret: None,
        signing,
        ..draft("signing-client-7f3a", "")
    }
}

fn entered(key: &SigningKey, key_id: &str) -> SigningDraft {
    SigningDraft {
        private_key: Some(key.to_pkcs8_pem().expect("a key")),
        key_id: Some(key_id.to_owned()),
        ..SigningDraft::default()
    }
}

fn pair(algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key")
}

fn document(stage: &Stage, name: &str) -> SecretDocument {
    let connection = stage.stored(name);
    let name = SecretName {
        connection: connection.id,
        generation: connection.secrets,
    };
    stage.vault.read(&name).expect("read").expect("there")
}

fn blocking(findings: &[Finding]) -> Vec<&str> {
    let blocking = findings
        .iter()
        .filter(|one| one.severity == Severity::Blocking);
    blocking.map(|one| one.field.as_str()).collect()
}

#[tokio::test]
async fn a_key_that_was_made_goes_over_to_the_connection_and_its_public_half_stays_readable() {
    let stage = set();
    let made = stage
        .proofkey
        .make_key(NewKey {
            name: "Acme reports".to_owned(),
            ..NewKey::default()
        })
        .await
        .expect("made");
    assert_eq!(made.key_id.as_ref(), Some(&made.thumbprint));
    assert!(made.jwk.contains(&made.thumbprint) && !made.jwk.contains("\"d\""));
    let taken = SigningDraft {
        kept_key: Some("Acme reports".to_owned()),
        ..SigningDraft::default()
    };
    let view = stage.add(signed(taken)).await;
    let signing = view.signing.expect("it signs");
    assert_eq!(signing.thumbprint, made.thumbprint);
    assert_eq!(signing.key_id, made.key_id);
    assert!(stage.proofkey.kept_keys().expect("listed").keys.is_empty());
    assert_eq!(stage.vault.names().len(), 1, "{:?}", stage.vault.names());
    let public = stage.proofkey.public_key(&view.id).await.expect("shown");
    assert_eq!((public.jwk, public.pem), (made.jwk, made.pem));
    assert!(public.in_use);
}

#[tokio::test]
async fn a_save_that_fails_leaves_a_kept_key_where_it_was() {
    let stage = set();
    let made = stage
        .proofkey
        .make_key(NewKey::default())
        .await
        .expect("made");
    let taken = || SigningDraft {
        kept_key: Some(made.id.clone()),
        ..SigningDraft::default()
    };
    for working in 0..4 {
        stage.vault.fail_after(working);
        let _whatever = stage.proofkey.add(signed(taken())).await;
        stage.vault.fail_after(usize::MAX);
        stage.proofkey.vault_status().await;
        let kept = stage.proofkey.kept_keys().expect("listed").keys;
        let connections = stage.proofkey.connections().expect("listed").connections;
        assert!(kept.len() + connections.len() >= 1, "lost after {working}");
        for connection in connections {
            stage
                .proofkey
                .public_key(&connection.id)
                .await
                .expect("its key");
            stage
                .proofkey
                .remove(&connection.id)
                .await
                .expect("removed");
        }
        if kept.is_empty() {
            return;
        }
    }
}

#[tokio::test]
async fn a_key_that_could_not_be_kept_leaves_nothing_behind() {
    let stage = set();
    for working in 0..3 {
        stage.vault.fail_after(working);
        let made = stage.proofkey.make_key(NewKey::default()).await;
        stage.vault.fail_after(usize::MAX);
        stage.proofkey.vault_status().await;
        let kept = stage.proofkey.kept_keys().expect("listed").keys;
        assert_eq!(kept.len(), stage.vault.names().len(), "after {working}");
        assert_eq!(made.is_ok(), !kept.is_empty(), "after {working}");
        for key in kept {
            stage.proofkey.remove_key(&key.id).await.expect("removed");
        }
        assert!(stage.vault.names().is_empty(), "after {working}");
    }
    stage.vault.set_mood(Mood::Locked);
    let problem = stage.proofkey.make_key(NewKey::default()).await;
    assert_eq!(problem.expect_err("locked").code, Code::VaultDenied);
}

#[tokio::test]
async fn keys_and_connections_never_share_a_document_in_the_vault() {
    let stage = set();
    let named = |name: &str| NewKey {
        name: name.to_owned(),
        ..NewKey::default()
    };
    let key = stage.proofkey.make_key(named("Acme")).await.expect("made");
    let again = stage.proofkey.make_key(named("Acme")).await;
    assert_eq!(again.expect_err("taken").code, Code::AlreadyExists);
    let connection = stage
        .add(signed(entered(&pair(SigningAlgorithm::Es256), "k1")))
        .await;
    assert_ne!(key.id, connection.id);
    stage.proofkey.remove_key(&key.id).await.expect("removed");
    stage
        .proofkey
        .public_key(&connection.id)
        .await
        .expect("still there");
}

#[tokio::test]
async fn an_edit_keeps_the_key_and_what_is_said_of_it_until_another_is_given() {
    let stage = set();
    let first = pair(SigningAlgorithm::Es256);
    let view = stage.add(signed(entered(&first, "k1"))).await;
    let change = async |signing: SigningDraft| {
        let draft = ConnectionDraft {
            client_id: None,
            ..signed(signing)
        };
        stage.proofkey.change(&view.id, draft).await
    };
    let same = change(SigningDraft::default())
        .await
        .map_err(|it| it.problem);
    assert_eq!(same.expect("changed").signing, view.signing);
    let renamed = SigningDraft {
        key_id: Some("k2".to_owned()),
        ..SigningDraft::default()
    };
    let renamed = change(renamed)
        .await
        .map_err(|it| it.problem)
        .expect("changed");
    let signing = renamed.signing.expect("it signs");
    assert_eq!(signing.key_id.as_deref(), Some("k2"));
    assert_eq!(signing.thumbprint, first.public().thumbprint());

    let wrong = SigningDraft {
        algorithm: Some(SigningAlgorithm::Ps256),
        ..SigningDraft::default()
    };
    let wrong = change(wrong).await.expect_err("the stored key cannot");
    assert_eq!(wrong.problem.field.as_deref(), Some("signing.algorithm"));

    let second = pair(SigningAlgorithm::Es384);
    let other = change(entered(&second, "k3"))
        .await
        .map_err(|it| it.problem);
    let signing = other.expect("changed").signing.expect("it signs");
    assert_eq!(signing.algorithm, SigningAlgorithm::Es384);
    let kept = document(&stage, &view.id).private_key.expect("a key");
    let kept = SigningKey::read(&kept, None).expect("PKCS#8");
    assert!(kept.public().same_as(&second.public()));
}

#[tokio::test]
async fn a_client_that_stops_signing_keeps_no_key_and_needs_a_secret() {
    let stage = set();
    let view = stage
        .add(signed(entered(&pair(SigningAlgorithm::Es256), "k1")))
        .await;
    let to_secret = |secret: Option<&str>| ConnectionDraft {
        client_authentication: ClientAuthentication::ClientSecretBasic,
        client_id: None,
        client_secret: secret.map(|secret| Secret::new(secret.to_owned())),
        ..signed(SigningDraft::default())
    };
    let review = stage
        .proofkey
        .review(&to_secret(None), Some(&view.id))
        .expect("reviewed");
    assert_eq!(blocking(&review.findings), ["client_secret"]);
    let secret = Some("Yk3vW8sQ0pLr6TzN1mXc7bJd5hGf2aEu");
    let changed = stage.proofkey.change(&view.id, to_secret(secret)).await;
    assert!(
        changed
            .map_err(|it| it.problem)
            .expect("changed")
            .signing
            .is_none()
    );
    assert!(document(&stage, &view.id).private_key.is_none());
    // And back: now the key is what is missing.
    let back = ConnectionDraft {
        client_id: None,
        ..signed(SigningDraft::default())
    };
    let review = stage
        .proofkey
        .review(&back, Some(&view.id))
        .expect("reviewed");
    let missing = ["signing.private_key", "signing.key_id"];
    assert_eq!(blocking(&review.findings), missing);
}

#[tokio::test]
async fn everything_wrong_with_a_key_is_said_at_its_own_field() {
    let stage = set();
    let es256 = pair(SigningAlgorithm::Es256);
    let others = pair(SigningAlgorithm::Es256).public().pem();
    let review = |signing: SigningDraft| {
        let review = stage
            .proofkey
            .review(&signed(signing), None)
            .expect("reviewed");
        blocking(&review.findings).join(" ")
    };
    let with = |change: &dyn Fn(&mut SigningDraft)| {
        let mut signing = entered(&es256, "k1");
        change(&mut signing);
        review(signing)
    };
    assert_eq!(with(&|_| {}), "");
    assert_eq!(with(&|it| it.key_id = None), "signing.key_id");
    assert_eq!(
        with(&|it| it.key_id = Some("a\u{7}b".to_owned())),
        "signing.key_id"
    );
    let algorithm = |algorithm| move |it: &mut SigningDraft| it.algorithm = Some(algorithm);
    assert_eq!(
        with(&algorithm(SigningAlgorithm::Es384)),
        "signing.algorithm"
    );
    assert_eq!(
        with(&algorithm(SigningAlgorithm::EdDsa)),
        "signing.algorithm"
    );
    assert_eq!(
        with(&|it| it.public_key = Some(others.clone())),
        "signing.public_key"
    );
    let public = |it: &mut SigningDraft| it.private_key = Some(Secret::new(others.clone()));
    assert_eq!(with(&public), "signing.private_key");
    assert_eq!(
        with(&|it| it.kept_key = Some("other".to_owned())),
        "signing.kept_key signing.kept_key"
    );
    // Several at once, and in an order that a form has.
    let several = with(&|it| {
        it.key_id = None;
        it.algorithm = Some(SigningAlgorithm::Ps256);
        it.public_key = Some(others.clone());
    });
    assert_eq!(
        several,
        "signing.algorithm signing.key_id signing.public_key"
    );
    assert_eq!(
        review(entered(&pair(SigningAlgorithm::Es512), "k1")),
        "signing.private_key"
    );
    let absent = review(SigningDraft::default());
    assert_eq!(absent, "signing.private_key signing.key_id");
}

#[tokio::test]
async fn what_a_client_without_a_key_is_given_of_one_is_refused() {
    let stage = set();
    let draft = ConnectionDraft {
        client_authentication: ClientAuthentication::ClientSecretJwt,
        client_secret: Some(Secret::new("short".to_owned())),
        ..signed(entered(&pair(SigningAlgorithm::Es256), "k1"))
    };
    let review = stage.proofkey.review(&draft, None).expect("reviewed");
    let refused = ["signing.private_key", "signing.key_id"];
    assert_eq!(blocking(&review.findings), refused);
    let short = review
        .findings
        .iter()
        .find(|it| it.summary.contains("32 bytes"));
    assert_eq!(short.map(|it| it.severity), Some(Severity::Warning));
}

#[tokio::test]
async fn an_encrypted_key_is_opened_once_however_many_steps_look_at_it() {
    let stage = set();
    let mut signing = SigningDraft {
        private_key: Some(Secret::new(
            include_str!("../data/wallace-encrypted.pem").to_owned(),
        )),
        key_id: Some("k1".to_owned()),
        ..SigningDraft::default()
    };
    let proofkey = &stage.proofkey;
    proofkey.open_key(&mut signing).await.expect("looked at");
    assert!(signing.needs_passphrase());
    signing.passphrase = Some(Secret::new("practice passphrase".to_owned()));
    proofkey.open_key(&mut signing).await.expect("opened");
    assert!(!signing.needs_passphrase());
    // Whoever opened it again would fail now.
    signing.passphrase = Some(Secret::new("another passphrase".to_owned()));
    let view = stage.add(signed(signing)).await;
    assert_eq!(
        view.signing.expect("it signs").algorithm,
        SigningAlgorithm::Es256
    );
}

#[tokio::test]
async fn an_audience_that_stands_in_for_the_issuer_is_said() {
    let stage = set();
    let note = |provider: &str, client_authentication| {
        let urls = [
            ("token_url", "https://as.example.com/token"),
            ("api_base", "https://as.example.com"),
        ];
        let draft = ConnectionDraft {
            provider: provider.to_owned(),
            client_authentication,
            variables: urls
                .map(|(name, url)| (name.to_owned(), url.to_owned()))
                .into(),
            ..signed(SigningDraft::default())
        };
        let review = stage.proofkey.review(&draft, None).expect("reviewed");
        let mut notes = review.findings.into_iter();
        notes.any(|it| it.severity == Severity::Note && it.summary.contains("No issuer"))
    };
    assert!(note("custom-oauth", ClientAuthentication::PrivateKeyJwt));
    assert!(note("custom-oauth", ClientAuthentication::ClientSecretJwt));
    assert!(!note(
        "custom-oauth",
        ClientAuthentication::ClientSecretBasic
    ));
    assert!(!note("signing", ClientAuthentication::PrivateKeyJwt));
}
