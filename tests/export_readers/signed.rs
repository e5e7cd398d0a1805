//! The files of a connection whose client signs: its private key, read by programs that share no code with
//! ours, and read back by us.

use std::fs;
use std::process::Command;

use proofkey_core::Secret;
use proofkey_core::connection::Signing;
use proofkey_core::error::{Code, Problem};
use proofkey_core::export::{self, ExportFormat, ExportSecrets, Rendered, import};
use proofkey_core::provider::{ClientAuthentication, SigningAlgorithm};
use proofkey_core::signing_key::{KeyDefect, SigningKey};
use proofkey_core::vault::SecretDocument;
use proofkey_tests::Proven;

use crate::{Trial, by_the_schema, is_installed, node, program, python, shell};

/// One of each kind, with the longest that are made here.
fn keys() -> Vec<String> {
    let all = [
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es512,
        SigningAlgorithm::Ps256,
        SigningAlgorithm::EdDsa,
    ];
    all.map(|algorithm| {
        let key = SigningKey::generate(algorithm).expect("a key");
        key.to_pkcs8_pem().expect("PEM").expose().to_owned()
    })
    .to_vec()
}

fn proven(pem: &str, name: &str) -> Proven {
    let key = SigningKey::read(&Secret::new(pem.to_owned()), None);
    let key = key.map_err(KeyDefect::summary).expect("a key");
    let mut proven = Proven::acme();
    name.clone_into(&mut proven.connection.name);
    proven.connection.client_authentication = ClientAuthentication::PrivateKeyJwt;
    proven.connection.signing = Some(Signing {
        algorithm: key.suggested(&SigningAlgorithm::ALL).expect("one fits"),
        key_id: Some("key-7".to_owned()),
        thumbprint: key.public().thumbprint(),
    });
    proven.prove_again();
    proven
}

fn plain(proven: &Proven, pem: &str, format: ExportFormat) -> Result<Rendered, Problem> {
    let mut stored = SecretDocument::new(Secret::new("client-1".to_owned()), None);
    stored.private_key = Some(Secret::new(pem.to_owned()));
    let document = export::document(&proven.validated()?, ExportSecrets::Plain(&stored))?;
    export::render(&document, format)
}

fn redacted(proven: &Proven, format: ExportFormat) -> Result<Rendered, Problem> {
    let secrets = ExportSecrets::Redacted(proven.reference());
    let document = export::document(&proven.validated()?, secrets)?;
    export::render(&document, format)
}

/// Where a value comes twice, its second place is the connection's name.
fn trial(format: ExportFormat) -> Trial {
    let trial = Trial::of(format, keys(), |pem, format| {
        plain(&proven(pem, pem), pem, format)
    });
    assert_eq!(trial.refused, 0);
    trial
}

fn reads_keys(mut reader: Command) -> Command {
    reader.env("READ", "private_key");
    reader
}

#[test]
fn a_private_key_is_read_exactly_in_every_format_that_has_lines() {
    for (format, readers) in [
        (ExportFormat::Json, vec![python("json"), node("json")]),
        (ExportFormat::Yaml, vec![node("yaml"), node("js-yaml")]),
        (ExportFormat::Toml, vec![python("toml"), node("smol-toml")]),
        (
            ExportFormat::Dotenv,
            vec![
                shell("bash"),
                shell("dash"),
                node("node"),
                node("dotenv"),
                node("dotenv-17"),
            ],
        ),
        (
            ExportFormat::Shell,
            vec![
                shell("bash"),
                shell("dash"),
                python("environ:sh"),
                python("environ:bash"),
            ],
        ),
        (ExportFormat::KubernetesSecret, vec![node("kubernetes")]),
        (ExportFormat::Postman, vec![node("postman")]),
        (ExportFormat::Nexla, vec![node("nexla"), python("nexla")]),
    ] {
        let trial = trial(format);
        for reader in readers {
            let name = format!("{format:?} by {reader:?}");
            trial.ask(&name, reads_keys(reader));
        }
    }
    if is_installed("kubectl") {
        let trial = trial(ExportFormat::KubernetesSecret);
        trial.ask("kubectl", reads_keys(program("kubectl.py")));
    }
}

/// An env file of Docker has no line breaks, and curl cannot sign.
#[test]
fn a_format_that_cannot_hold_a_key_or_use_it_is_refused_by_the_name_of_the_key() {
    for pem in keys() {
        let proven = proven(&pem, "Signed");
        for format in [ExportFormat::DockerEnv, ExportFormat::Curl] {
            let problem = plain(&proven, &pem, format).err().expect("refused");
            assert_eq!(problem.code, Code::ExportNotRepresentable, "{format:?}");
            let field = problem.field.as_deref();
            assert_eq!(field, Some("/client/private_key"), "{format:?}");
            let told = format!("{} {}", problem.summary, problem.remedy);
            assert!(pem.lines().all(|line| !told.contains(line)), "{told}");
        }
    }
}

#[test]
fn a_signed_file_obeys_the_schema_and_is_read_back_with_its_key() {
    let home = tempfile::tempdir().expect("a folder");
    let mut paths = Vec::new();
    for (index, pem) in keys().into_iter().enumerate() {
        let proven = proven(&pem, "Signed");
        let signing = proven.connection.signing.clone().expect("it signs");
        let whole = plain(&proven, &pem, ExportFormat::Json).expect("rendered");
        let without = redacted(&proven, ExportFormat::Json).expect("rendered");
        for (kind, file, key) in [
            ("plain", &whole, Some(pem.as_str())),
            ("redacted", &without, None),
        ] {
            let imported = import::read(file.bytes())
                .map_err(|it| it.len())
                .expect("read");
            let provider = &proven.provider;
            assert_eq!(imported.lacking(provider).key.is_none(), key.is_some());
            assert_eq!(imported.thumbprint, Some(signing.thumbprint.clone()));
            let draft = imported.into_draft(provider).expect("a draft");
            assert_eq!(
                draft.client_authentication,
                ClientAuthentication::PrivateKeyJwt
            );
            assert_eq!(draft.signing.algorithm, Some(signing.algorithm));
            assert_eq!(draft.signing.key_id, signing.key_id);
            assert_eq!(draft.signing.private_key.as_ref().map(Secret::expose), key);
            let path = home.path().join(format!("{kind}-{index}.json"));
            fs::write(&path, file.bytes()).expect("written");
            paths.push(path);
        }
    }
    let verdicts = by_the_schema(home.path(), &paths);
    assert!(verdicts.lines().all(|it| it == "valid"), "{verdicts}");
}

#[test]
fn a_redacted_file_holds_no_line_of_the_key_in_any_format() {
    let pem = keys().remove(2);
    let proven = proven(&pem, "Signed");
    for format in ExportFormat::ALL {
        // Kubernetes and curl say why there is none.
        let Ok(file) = redacted(&proven, format) else {
            continue;
        };
        assert!(!file.holds_secrets(), "{format:?}");
        let held = pem.lines().any(|line| file.text().contains(line));
        assert!(!held, "{format:?}: {}", file.text());
    }
}
