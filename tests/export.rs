//! What a config file says, what it refuses, and how it comes back.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::check::{CheckId, CheckStatus, Verdict};
use proofkey_core::error::{Code, Problem};
use proofkey_core::export::{
    self, ExportFormat, ExportSecrets, Rendered, SecretsChoice, import, schema,
};
use proofkey_core::provider::Variable;
use proofkey_core::system::files::Replace;
use proofkey_core::vault::SecretDocument;
use proofkey_tests::{Proven, exports};
use proptest::prelude::*;
use serde_json::{Value, json};

const ID: &str = "canary-id-4711";
const SECRET: &str = "canary-secret-0815";

fn plain(proven: &Proven, secret: &str, format: ExportFormat) -> Result<Rendered, Problem> {
    let client_id = Secret::new(ID.to_owned());
    let stored = SecretDocument::new(client_id, Some(Secret::new(secret.to_owned())));
    let document = export::document(&proven.validated()?, ExportSecrets::Plain(&stored))?;
    export::render(&document, format)
}

fn redacted(proven: &Proven, format: ExportFormat) -> Rendered {
    let validated = proven.validated().expect("validated");
    let secrets = ExportSecrets::Redacted(proven.reference());
    let document = export::document(&validated, secrets).expect("a document");
    export::render(&document, format).expect("rendered")
}

/// All but the one that is refused without the secrets.
fn redactable() -> impl Iterator<Item = ExportFormat> {
    let all = ExportFormat::ALL.into_iter();
    all.filter(|format| *format != ExportFormat::KubernetesSecret)
}

fn code_of<T>(result: Result<T, Problem>) -> Option<Code> {
    result.err().map(|problem| problem.code)
}

#[test]
fn only_a_passed_proof_of_this_very_content_is_exported() {
    type Change = fn(&mut Proven);
    let changes: [(&str, Change); 11] = [
        ("another token endpoint in the provider file", |it| {
            it.provider.endpoints.token = Some("https://{account}.{id_host}/other".to_owned());
        }),
        ("another probe in the provider file", |it| {
            it.provider.probes[0].path = "/other".to_owned();
        }),
        ("other scopes", |it| it.connection.scopes.clear()),
        ("other secrets", |it| {
            it.connection.secrets = it.connection.secrets.next();
        }),
        ("another content", |it| it.report.content_id.push('0')),
        ("failed", |it| it.report.verdict = Verdict::Failed),
        ("of another connection", |it| {
            it.report.connection = "b".to_owned();
        }),
        ("of another provider", |it| {
            it.report.provider = "b".to_owned();
        }),
        ("another provider given", |it| {
            it.provider.id = "b".to_owned();
        }),
        ("a check is missing", |it| drop(it.report.checks.pop())),
        ("says passed, with a check that was not reached", |it| {
            it.report.checks[4].status = CheckStatus::NotReached;
        }),
    ];
    for (what, change) in changes {
        let mut proven = Proven::acme();
        assert!(proven.validated().is_ok());
        change(&mut proven);
        assert_eq!(
            code_of(proven.validated()),
            Some(Code::ExportNotValidated),
            "{what}"
        );
    }
}

#[test]
fn a_redacted_file_names_the_keychain_item_and_holds_no_secret() {
    let proven = Proven::acme();
    for format in redactable() {
        let rendered = redacted(&proven, format);
        assert!(!rendered.holds_secrets());
        let kept = match format {
            ExportFormat::Curl => "proofkey token 'acme-support'",
            _ => "acme-support.1",
        };
        assert!(rendered.text().contains(kept), "{format:?}");
        assert!(!rendered.text().contains("client_secret\":"));
        assert!(!rendered.text().contains("CLIENT_SECRET="));
        let preview = export::redacted_preview(
            &proven.validated().expect("validated"),
            SecretsChoice::Redacted,
            proven.reference(),
            format,
        );
        assert_eq!(preview.expect("preview").text, rendered.text());
    }
}

#[test]
fn a_kubernetes_secret_without_the_secrets_is_refused_with_the_way_out() {
    let proven = Proven::acme();
    let preview = export::redacted_preview(
        &proven.validated().expect("validated"),
        SecretsChoice::Redacted,
        proven.reference(),
        ExportFormat::KubernetesSecret,
    );
    let problem = preview.expect_err("refused");
    assert_eq!(problem.code, Code::ExportNotRepresentable);
    assert!(problem.summary.contains("would replace one"), "{problem:?}");
    assert!(problem.remedy.contains("plain text"), "{problem:?}");
}

#[test]
fn a_preview_of_a_plain_file_differs_from_it_only_in_the_secrets() {
    let proven = Proven::acme();
    for format in ExportFormat::ALL {
        let preview = export::redacted_preview(
            &proven.validated().expect("validated"),
            SecretsChoice::Plain,
            proven.reference(),
            format,
        )
        .expect("preview");
        let file = plain(&proven, SECRET, format).expect("rendered");
        assert!(file.holds_secrets());
        let mask = "\u{2022}".repeat(12);
        let mut masked = file.text().to_owned();
        for secret in [ID, SECRET] {
            let encoded = STANDARD.encode(secret);
            masked = masked.replace(secret, &mask).replace(&encoded, &mask);
        }
        assert_eq!(preview.text, masked, "{format:?}");
        assert!(!preview.text.contains("canary"));
    }
}

#[test]
fn practice_is_marked_and_absent_otherwise() {
    let mut proven = Proven::acme();
    let is_marked = |proven: &Proven, format| {
        let rendered = plain(proven, SECRET, format).expect("rendered");
        rendered.text().to_lowercase().contains("practice")
    };
    for format in ExportFormat::ALL {
        assert!(!is_marked(&proven, format), "{format:?}");
    }
    proven.connection.practice = true;
    proven.prove_again();
    for format in ExportFormat::ALL {
        assert!(is_marked(&proven, format), "{format:?}");
    }
}

#[test]
fn the_json_form_says_everything_the_connection_and_its_proof_say() {
    let proven = Proven::acme();
    let rendered = redacted(&proven, ExportFormat::Json);
    let file: Value = serde_json::from_slice(rendered.bytes()).expect("JSON");
    for (pointer, expected) in [
        ("/$schema", schema::CONFIG_FILE_ID),
        ("/provider", "talkdesk"),
        ("/account", "acme"),
        ("/region", "eu"),
        ("/token_url", "https://acme.talkdeskid.eu/oauth/token"),
        ("/api_base", "https://api.talkdeskapp.eu/"),
        ("/grant", "client_credentials"),
        ("/client_authentication", "client_secret_basic"),
        ("/basic_encoding", "form"),
        ("/scopes/1", "users:read"),
        ("/granted_scopes/0", "account:read"),
        ("/connection/id", "acme-support"),
        ("/connection/name", "Support dashboards"),
        ("/token_header/scheme", "Bearer"),
        ("/client/reference/service", "dev.proofkey"),
        ("/proof/verdict", "passed"),
        ("/proof/proven_at", "2026-11-22T09:30:00.25Z"),
        ("/proof/checks/8/id", "vault"),
        ("/proof/tool_version", "0.1.0"),
    ] {
        let found = file.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(expected), "{pointer}");
    }
    assert_eq!(file["version"], 1);
}

#[test]
fn a_null_character_is_refused_by_every_format_and_a_carriage_return_by_dotenv() {
    let proven = Proven::acme();
    for format in ExportFormat::ALL {
        let problem = plain(&proven, "a\0b", format).err().expect("refused");
        assert_eq!(problem.code, Code::ExportNotRepresentable);
        assert_eq!(problem.field.as_deref(), Some("/client/client_secret"));
    }
    let problem = plain(&proven, "top\rsecret", ExportFormat::Dotenv)
        .err()
        .expect("refused");
    assert_eq!(problem.code, Code::ExportNotRepresentable);
    assert!(
        problem.summary.contains("/client/client_secret"),
        "{}",
        problem.summary
    );
    assert!(
        problem.remedy.contains("JSON, YAML or TOML"),
        "{}",
        problem.remedy
    );
    assert!(!format!("{problem:?}").contains("top"), "{problem:?}");
}

#[test]
fn file_names_are_made_of_the_id() {
    let proven = Proven::acme();
    let names = ExportFormat::ALL.map(|format| export::file_name(&proven.connection, format));
    assert_eq!(
        names,
        [
            "acme-support.proofkey.json",
            "acme-support.proofkey.yaml",
            "acme-support.proofkey.toml",
            "acme-support.proofkey.env",
            "acme-support.proofkey.sh",
            "acme-support.docker.env",
            "acme-support.secret.yaml",
            "acme-support.postman_environment.json",
            "acme-support.nexla.json",
            "acme-support.curl.sh",
        ]
    );
}

#[test]
fn a_file_is_written_privately_once_and_replaced_only_when_asked() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("acme.json");
    let rendered = plain(&Proven::acme(), SECRET, ExportFormat::Json).expect("rendered");
    let outcome = export::write(&path, &rendered, Replace::Never).expect("written");
    assert_eq!(
        (outcome.mode.as_str(), outcome.holds_secrets),
        ("0600", true)
    );
    assert_eq!(fs::read(&path).expect("read"), rendered.bytes());

    let other = redacted(&Proven::acme(), ExportFormat::Json);
    let refused = export::write(&path, &other, Replace::Never);
    assert_eq!(code_of(refused), Some(Code::AlreadyExists));
    assert_eq!(fs::read(&path).expect("read"), rendered.bytes());
    export::write(&path, &other, Replace::Existing).expect("replaced");
    assert_eq!(fs::read(&path).expect("read"), other.bytes());
}

#[cfg(unix)]
#[test]
fn links_and_folders_open_to_others_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let home = tempfile::tempdir().expect("a folder");
    let target = home.path().join("target");
    fs::write(&target, "untouched").expect("written");
    let link = home.path().join("link.json");
    symlink(&target, &link).expect("a link");
    let rendered = plain(&Proven::acme(), SECRET, ExportFormat::Json).expect("rendered");
    for replace in [Replace::Never, Replace::Existing] {
        assert!(export::write(&link, &rendered, replace).is_err());
    }
    assert_eq!(fs::read_to_string(&target).expect("read"), "untouched");

    let open = home.path().join("open");
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("opened");
    let path = open.join("acme.json");
    let refused = export::write(&path, &rendered, Replace::Never);
    assert_eq!(code_of(refused), Some(Code::FileFailed));
    assert!(!path.exists());
    let harmless = redacted(&Proven::acme(), ExportFormat::Json);
    export::write(&path, &harmless, Replace::Never).expect("no secret, no refusal");
}

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/config-file-1.schema.json");
    let published = fs::read_to_string(&path).expect("the published schema");
    let is_current = published == schema::config_file();
    assert!(
        is_current,
        "docs/schema differs from the code: run `make generate`"
    );
}

#[test]
fn the_examples_in_the_documentation_and_the_page_are_what_the_code_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let guide = fs::read_to_string(root.join("docs/exports.md")).expect("the documentation");
    let is_current = exports::with_examples(&guide) == guide;
    assert!(
        is_current,
        "docs/exports.md differs from the code: run `make generate`"
    );
    for format in ExportFormat::ALL {
        let word = serde_json::to_value(format).expect("JSON");
        let start = format!("<!-- example: {} -->", word.as_str().expect("a word"));
        assert!(guide.contains(&start), "{format:?} is not shown");
    }
    let previews = fs::read_to_string(root.join("ui/src/ipc/exports.json")).expect("the previews");
    let previews: Value = serde_json::from_str(&previews).expect("JSON");
    let is_current = previews == exports::previews();
    assert!(
        is_current,
        "ui/src/ipc/exports.json differs from the code: run `make generate`"
    );
}

/// A variable that files carry in their own table.
fn free_text() -> Variable {
    let variable = json!({
        "name": "note", "label": "Note", "help": "Any text.", "example": "x", "kind": "text",
        "optional": true
    });
    serde_json::from_value(variable).expect("a variable")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_exported_is_imported(
        name in "[^\\x00]{0,40}",
        account in "[a-z][a-z0-9]{0,19}",
        scopes in proptest::collection::vec("[!#-\\[\\]-~]{1,20}", 0..5),
        note in "[ -~\u{e9}\u{1f600}]{0,40}",
        secret in "[^\\x00]{1,80}",
        practice: bool,
        is_plain: bool,
    ) {
        let mut proven = Proven::acme();
        proven.provider.variables.push(free_text());
        let connection = &mut proven.connection;
        connection.name = name;
        connection.scopes = scopes;
        connection.practice = practice;
        connection.variables.insert("account".to_owned(), account);
        connection.variables.insert("note".to_owned(), note);
        proven.prove_again();
        let rendered = if is_plain {
            plain(&proven, &secret, ExportFormat::Json).expect("rendered")
        } else {
            redacted(&proven, ExportFormat::Json)
        };
        let imported = import::read(rendered.bytes()).map_err(|problems| {
            TestCaseError::fail(format!("{problems:?}"))
        })?;
        let connection = &proven.connection;
        let draft = &imported.draft;
        prop_assert_eq!(&imported.id, &connection.id);
        prop_assert_eq!(&draft.name, &connection.name);
        prop_assert_eq!(&draft.provider, &connection.provider);
        prop_assert_eq!(draft.grant, connection.grant);
        prop_assert_eq!(draft.client_authentication, connection.client_authentication);
        prop_assert_eq!(draft.basic_encoding, Some(connection.basic_encoding));
        prop_assert_eq!(&draft.scopes, &connection.scopes);
        prop_assert_eq!(draft.practice, connection.practice);
        prop_assert_eq!(&draft.variables, &connection.variables);
        prop_assert_eq!(imported.claimed_proof.proven_at, proven.report.finished_at);
        prop_assert_eq!(imported.claimed_proof.checks.len(), CheckId::ALL.len());
        prop_assert_eq!(imported.reference.is_some(), !is_plain);
        let kept = draft.client_secret.as_ref().map(Secret::expose);
        prop_assert_eq!(kept, is_plain.then_some(secret.as_str()));
        prop_assert_eq!(imported.untrusted_hosts(&proven.provider), Vec::<String>::new());
    }
}
