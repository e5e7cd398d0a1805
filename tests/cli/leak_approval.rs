//! A person's approval brings more secrets than any other way: none of them may turn up anywhere.

use proofkey_core::Secret;
use proofkey_core::vault::Vault as _;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_tests::{Canary, Decision, Scanner};

use crate::approval::{ACCOUNT, Approval};
use crate::leak::files_below;
use crate::stage::{Stage, text_of};

/// Approves through a stub browser, at the highest log level; then refuses, pastes nonsense, refreshes
/// and proves. Everything that was printed, written or handed to the browser is searched for all that
/// the flow knew.
#[test]
#[expect(clippy::too_many_lines, reason = "one list of all that can be done")]
fn nothing_of_an_approval_is_printed_logged_written_or_handed_to_the_browser() {
    let stage = Stage::set();
    let log = stage.path("proofkey.log").display().to_string();
    let logged = ["--log", log.as_str(), "-vv"];
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    stage
        .add_for_approval("leaky", ACCOUNT, &logged)
        .succeeded();

    let approve = |decision: Decision, more: &[&str]| {
        let mut command = stage.command(&["authorize", "leaky", "--json"]);
        command
            .args(logged)
            .args(more)
            .env("BROWSER", stage.stub_browser());
        let approval = Approval::of(command);
        let landing = approval.landing(&stage, ACCOUNT, decision);
        let page = stage.browser().get(&landing);
        (approval.end(), landing, page)
    };
    let (denied, _, page) = approve(Decision::Deny, &[]);
    seen.push(("page after a refusal".to_owned(), page.body.into_bytes()));
    seen.push(("refused".to_owned(), denied.failed_with(3).all()));
    let (approved, landing, page) = approve(Decision::Approve, &[]);
    seen.push(("page after an approval".to_owned(), page.body.into_bytes()));
    seen.push(("approved".to_owned(), approved.succeeded().all()));

    let mut pasting = Approval::begin(&stage, "leaky", &["--paste", "--log", &log, "-vv"]);
    pasting.paste(landing.as_str());
    seen.push(("an old address pasted".to_owned(), pasting.end().all()));

    stage
        .run(
            &["token", "leaky", "--min-ttl", "1h", "--log", &log, "-vv"],
            None,
        )
        .succeeded();
    for arguments in [
        &["validate", "leaky", "--json"][..],
        &["connection", "show", "leaky", "--json"],
        &["connection", "show", "leaky"],
        &["connection", "list", "--json"],
        &["export", "leaky"],
        &["doctor"],
    ] {
        let mut arguments = arguments.to_vec();
        arguments.extend(logged);
        let ran = stage.run(&arguments, None).succeeded();
        seen.push((format!("{arguments:?}"), ran.all()));
    }
    files_below(&stage.path("."), &mut seen);
    for file in [
        "proofkey.log",
        "argv",
        "leaky.authorization.json",
        "vault.age",
    ] {
        assert!(seen.iter().any(|(name, _)| name.ends_with(file)), "{file}");
    }

    let canaries = secrets_of(&stage, &landing);
    let names: Vec<&str> = canaries.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "client secret",
        "code",
        "code verifier",
        "refresh token",
        "access token",
        "ID token",
    ] {
        assert!(names.contains(&name), "{name} is among {names:?}");
    }
    let client_id = stage.account(ACCOUNT).client_id;
    let canaries: Vec<Canary> = canaries
        .iter()
        .map(|(name, value)| Canary::known(name, &client_id, value))
        .collect();
    let scanner = Scanner::new(&canaries);
    for (name, bytes) in &seen {
        let leaks = scanner.search(name, bytes);
        assert!(leaks.is_empty(), "{leaks:?}");
    }
}

/// All that was secret in the flow: what the token endpoint received, and what the vault holds.
fn secrets_of(stage: &Stage, landing: &url::Url) -> Vec<(String, String)> {
    let mut secrets = vec![(
        "client secret".to_owned(),
        stage.account(ACCOUNT).client_secret,
    )];
    let mut add = |name: &str, value: &str| secrets.push((name.to_owned(), value.to_owned()));
    for (name, value) in landing.query_pairs() {
        if name == "code" {
            add("code", &value);
        }
    }
    for record in stage.sandbox.records() {
        for (name, value) in url::form_urlencoded::parse(&record.body) {
            match &*name {
                "code_verifier" => add("code verifier", &value),
                "refresh_token" => add("refresh token", &value),
                _ => {}
            }
        }
    }
    let identity = SealedKey::Identity(Secret::new(text_of(&stage.path("identity"))));
    let vault = SealedFile::open(&stage.path("vault.age"), &identity).expect("the vault");
    for name in vault.list().expect("its names") {
        let Some(document) = vault.read(&name).expect("a document") else {
            continue;
        };
        for (name, secret) in [
            ("refresh token", document.refresh_token.as_ref()),
            ("ID token", document.id_token.as_ref()),
            (
                "access token",
                document.cached_token.as_ref().map(|one| &one.access_token),
            ),
        ] {
            if let Some(secret) = secret {
                add(name, secret.expose());
            }
        }
        for (name, secret) in &document.kept {
            add(name, secret.expose());
        }
    }
    secrets
}
