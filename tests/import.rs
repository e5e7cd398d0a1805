//! A config file from anywhere: refused with everything that is wrong, and trusted with nothing.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use proofkey_core::error::Problem;
use proofkey_core::export::{self, ExportFormat, ExportSecrets, import};
use proofkey_tests::Proven;
use serde_json::{Value, json};

fn exported() -> Value {
    let proven = Proven::acme();
    let validated = proven.validated().expect("validated");
    let secrets = ExportSecrets::Redacted(proven.reference());
    let document = export::document(&validated, secrets).expect("a document");
    let rendered = export::render(&document, ExportFormat::Json).expect("rendered");
    serde_json::from_slice(rendered.bytes()).expect("JSON")
}

fn problems(text: &[u8]) -> Vec<Problem> {
    import::read(text).err().unwrap_or_default()
}

fn fields(file: &Value) -> Vec<String> {
    let problems = problems(file.to_string().as_bytes());
    problems
        .into_iter()
        .filter_map(|problem| problem.field)
        .collect()
}

fn hosts(file: &Value) -> Vec<String> {
    let imported =
        import::read(file.to_string().as_bytes()).map_err(|problems| format!("{problems:?}"));
    imported
        .expect("imported")
        .untrusted_hosts(&Proven::acme().provider)
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_with_its_place() {
    let mut file = exported();
    file["grant"] = json!("password");
    file["scopes"] = json!(["a", 1, "b", null]);
    file["api_base"] = json!("javascript:alert(1)");
    file["connection"]["id"] = json!("../../etc/passwd");
    file["token_header"] = json!(7);
    file["surprise"] = json!(true);
    file["variables"] = json!({ "account": "twice", "a/b": 5 });
    file["client"]["reference"]["extra"] = json!("x");
    file["proof"]["checks"][3]["status"] = json!("perfect");
    file["proof"]["proven_at"] = json!("yesterday");
    file.as_object_mut().expect("an object").remove("provider");
    let mut found = fields(&file);
    found.sort();
    assert_eq!(
        found,
        [
            "/api_base",
            "/client/reference/extra",
            "/connection/id",
            "/grant",
            "/proof/checks/3/status",
            "/proof/proven_at",
            "/provider",
            "/scopes/1",
            "/scopes/3",
            "/surprise",
            "/token_header",
            "/variables/account",
            "/variables/a~1b",
        ]
    );
}

#[test]
fn no_problem_quotes_a_value() {
    let mut file = exported();
    file["client"] = json!({ "client_id": ["canary"], "client_secret": { "canary": "canary" } });
    file["grant"] = json!("canary");
    file["version"] = json!("canary");
    let told = format!("{:?}", problems(file.to_string().as_bytes()));
    assert!(!told.contains("canary"), "{told}");
    let cut = format!("{:?}", problems(br#"{"client":{"client_secret":"canary"#));
    assert!(cut.contains("line 1"), "{cut}");
    assert!(!cut.contains("canary"), "{cut}");
}

#[test]
fn a_newer_version_is_refused_and_not_guessed() {
    let mut file = exported();
    file["version"] = json!(2);
    file["grant"] = json!("a grant of the future");
    assert_eq!(fields(&file), ["/version"]);
}

#[test]
fn every_member_is_checked_for_presence_and_for_its_kind() {
    let whole = exported();
    for name in whole.as_object().expect("an object").keys() {
        let mut file = whole.clone();
        file.as_object_mut().expect("an object").remove(name);
        let is_optional = matches!(
            name.as_str(),
            "account" | "region" | "granted_scopes" | "test_call"
        );
        let expected = if is_optional {
            vec![]
        } else {
            vec![format!("/{name}")]
        };
        assert_eq!(fields(&file), expected, "without {name}");
        for odd in [json!(null), json!(5), json!([[]])] {
            let mut file = whole.clone();
            file[name] = odd.clone();
            let found = fields(&file);
            assert!(!found.is_empty(), "{name} as {odd}");
            assert!(
                found
                    .iter()
                    .all(|field| field.starts_with(&format!("/{name}"))),
                "{found:?}"
            );
        }
    }
}

#[test]
fn what_is_too_large_too_deep_doubled_or_no_object_is_refused() {
    let whole = exported().to_string();
    let doubled = whole.replacen('{', r#"{"provider":"talkdesk","#, 1);
    let deep = whole.replacen(
        '{',
        &format!(r#"{{"x":{}{},"#, "[".repeat(40), "]".repeat(40)),
        1,
    );
    let bottomless = "[".repeat(500_000);
    let large = format!("{whole}{}", " ".repeat(1024 * 1024));
    for (text, said) in [
        (doubled.as_str(), "/provider occurs twice"),
        (&deep, "nested too deeply"),
        (&bottomless, "not readable JSON"),
        (&large, "larger than 1 MiB"),
        ("[]", "no JSON object"),
        ("", "not readable JSON"),
        ("{\u{201c}version\u{201d}: 1}", "not readable JSON"),
    ] {
        let problems = problems(text.as_bytes());
        assert_eq!(problems.len(), 1, "{said}");
        assert!(
            problems[0].summary.contains(said),
            "{}",
            problems[0].summary
        );
    }
    assert_eq!(problems(b"\xff\xfe").len(), 1);
}

#[test]
fn hosts_that_only_the_file_knows_have_to_be_confirmed() {
    let whole = exported();
    assert_eq!(hosts(&whole), Vec::<String>::new());

    let mut other_token_url = whole.clone();
    other_token_url["token_url"] = json!("https://acme.talkdeskid.eu.evil.com/oauth/token");
    assert_eq!(hosts(&other_token_url), ["acme.talkdeskid.eu.evil.com"]);

    let mut other_path = whole.clone();
    other_path["api_base"] = json!("https://api.talkdeskapp.eu/elsewhere");
    assert_eq!(hosts(&other_path), ["api.talkdeskapp.eu"]);

    let mut look_alike = whole.clone();
    look_alike["api_base"] = json!("https://\u{430}pi.talkdeskapp.eu:8443/");
    assert_eq!(hosts(&look_alike), ["xn--pi-6kc.talkdeskapp.eu:8443"]);

    let mut typed = whole.clone();
    typed["region"] = json!("custom");
    typed["variables"] = json!({ "id_host": "id.evil.com", "api_base": "https://api.evil.com/v1" });
    typed["token_url"] = json!("https://acme.id.evil.com/oauth/token");
    typed["api_base"] = json!("https://api.evil.com/v1");
    assert_eq!(hosts(&typed), ["api.evil.com", "id.evil.com"]);
}

#[test]
fn no_damage_to_a_file_makes_the_reader_panic() {
    let whole = exported().to_string();
    for place in 0..whole.len() {
        for byte in [0, b'"', b'{', b'[', b'9', b'\\', 0xff] {
            let mut text = whole.clone().into_bytes();
            text[place] = byte;
            drop(import::read(&text));
        }
        drop(import::read(&whole.as_bytes()[..place]));
    }
}
