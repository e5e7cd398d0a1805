//! Rules of a provider file, each broken once: the field that is told, and nothing else.

mod asking;
mod looking;

use proofkey_core::provider::{Provider, RESERVED_PARAMETERS, parse};

const SYSTEM: &str = include_str!("../../../../tests/data/complete-provider.toml");

/// The file with `from` replaced by `to`, which must be there once.
fn with(from: &str, to: &str) -> String {
    assert_eq!(SYSTEM.matches(from).count(), 1, "{from}");
    SYSTEM.replacen(from, to, 1)
}

fn read(text: &str) -> Result<Provider, Vec<String>> {
    parse("complete.toml", text).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| {
                assert!(!problem.summary.is_empty() && !problem.remedy.is_empty());
                assert!(problem.line > 1 || problem.field.is_empty(), "{problem:?}");
                problem.field
            })
            .collect()
    })
}

fn told(from: &str, to: &str) -> Vec<String> {
    read(&with(from, to)).err().unwrap_or_default()
}

#[test]
fn the_file_that_uses_every_key_is_valid() {
    read(SYSTEM).expect("valid");
}

#[test]
fn each_rule_is_told_at_its_field() {
    let mut wrong = Vec::new();
    for &(from, to, field) in asking::RULES.iter().chain(looking::RULES) {
        let fields = told(from, to);
        if fields != [field] {
            wrong.push(format!("{to}: {fields:?}, not {field}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_grant_that_is_not_offered_has_no_parts() {
    let without = |grant: &str| told(GRANTS, &GRANTS.replace(grant, ""));
    assert_eq!(without("\"client_credentials\", "), ["client_credentials"]);
    let both = GRANTS
        .replace("\"http_basic\", ", "")
        .replace(", \"api_key\"", "");
    assert_eq!(
        told(GRANTS, &both),
        ["static_credentials", "probes[1].grant"]
    );
    let mut fields = told(GRANTS, "grants = [\"api_key\"]");
    fields.sort();
    for field in [
        "authorization_code",
        "client_authentication",
        "client_credentials",
        "endpoints.token",
    ] {
        assert!(
            fields.iter().any(|told| told == field),
            "{field}: {fields:?}"
        );
    }
}

const GRANTS: &str =
    "grants = [\"client_credentials\", \"authorization_code\", \"http_basic\", \"api_key\"]";

#[test]
fn what_the_flows_set_themselves_can_be_set_in_no_request() {
    for name in RESERVED_PARAMETERS {
        for (from, section) in [
            ("audience = \"{audience}\"", "client_credentials.parameters"),
            (
                "lives = \"{minutes}\"",
                "authorization_code.token_parameters",
            ),
            ("access_type = \"offline\"", "authorization_code.parameters"),
            ("again = \"yes\"", "authorization_code.refresh_parameters"),
        ] {
            for name in [name.to_owned(), name.to_ascii_uppercase()] {
                let told = told(from, &format!("{name} = \"x\""));
                assert_eq!(told, [format!("{section}.{name}")], "{name}");
            }
            let dotted = name.replace('_', ".");
            assert_eq!(told(from, &format!("\"{dotted}\" = \"x\"")).len(), 1);
        }
    }
}
