//! What a sheet refuses, and what it warns of.

use proofkey_core::border::{SheetAdditions, SheetValue};
use proofkey_core::check::{Check, CheckId, CheckStatus};
use proofkey_core::error::Code;
use proofkey_core::provider::{
    BodyFormat, Catalogue, Certainty, ClientAuthentication, Deadline, Grant,
};

use crate::stage::{helpdesk, line, sheet, sheet_with, text, with_grant};

#[test]
fn talkdesks_redirect_url_is_checked_and_kept() {
    let typed = |url: &str| SheetAdditions {
        redirect_url: Some(url.to_owned()),
        description: None,
    };
    let mut proven = with_grant(Grant::AuthorizationCode);
    let url = "https://acme.mytalkdesk.eu/callback";
    let sheet = sheet_with(&mut proven, &typed(url)).expect("a sheet");
    let register = sheet.register.expect("a line");
    assert_eq!(
        register.value,
        SheetValue::Text {
            text: url.to_owned()
        }
    );
    let other = sheet_with(&mut proven, &typed("https://acme.example/callback"));
    let note = other.expect("a sheet").register.expect("a line").note;
    assert!(note.expect("a remark").contains("does not look like"));
    let refused = sheet_with(&mut proven, &typed("http://acme.mytalkdesk.eu/"));
    let problem = refused.expect_err("refused");
    assert_eq!(problem.code, Code::DraftInvalid);
    assert_eq!(problem.field.as_deref(), Some("redirect_url"));
}

#[test]
fn doubts_about_the_system_are_said() {
    let mut proven = helpdesk();
    proven.connection.practice = true;
    proven.provider.client_authentication = vec![ClientAuthentication::ClientSecretPost];
    proven.provider.token_header.scheme = "Helpdesk-token".to_owned();
    proven.provider.token_response.token_types = vec!["bot".to_owned()];
    proven.provider.custom_connection.notes = vec!["Mind the gap.".to_owned()];
    proven.provider.deadlines = vec![Deadline {
        on: Some("2027-02-16".to_owned()),
        summary: "The old address ends.".to_owned(),
        remedy: "Use the new one.".to_owned(),
        grant: None,
        certainty: Certainty::Documented,
        source: "https://vendor.example".to_owned(),
    }];
    let warnings = sheet(&mut proven).warnings;
    for (index, said) in [
        "practice",
        "authorization: Helpdesk-token token",
        "in the body of the token request",
        "token type",
        "Mind the gap.",
        "From 16 February 2027: The old address ends. Use the new one.",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(warnings[index].contains(said), "{said}: {warnings:#?}");
    }
}

#[test]
fn an_unsuitable_system_is_refused_in_the_words_of_its_file() {
    let mut proven = helpdesk();
    let reason = "Talkdesk does not connect to itself.";
    proven.provider.custom_connection.unsuitable = Some(reason.to_owned());
    let problem = sheet_with(&mut proven, &SheetAdditions::default()).expect_err("refused");
    assert_eq!(problem.code, Code::ExportNotRepresentable);
    assert_eq!(problem.summary, reason);
}

#[test]
fn a_base_path_that_breaks_a_rule_of_talkdesk_is_refused() {
    for appended in [
        "/account",
        "/v2?x=1",
        "/v2#top",
        "v2",
        "/../v2",
        "@evil.example",
        ".evil.example",
        "/a b",
    ] {
        let mut proven = helpdesk();
        proven.provider.custom_connection.base_path = Some(appended.to_owned());
        let problem = sheet_with(&mut proven, &SheetAdditions::default()).expect_err(appended);
        assert_eq!(problem.field.as_deref(), Some("base_path"), "{appended}");
    }
    let mut proven = helpdesk();
    proven.provider.custom_connection.base_path = None;
    assert_eq!(
        text(&sheet(&mut proven), "base_path"),
        "https://api.talkdeskapp.eu"
    );
}

#[test]
fn an_address_that_a_cloud_cannot_reach_is_warned_of() {
    let mut proven = helpdesk();
    proven.provider.endpoints.api_base = "http://127.0.0.1:8080".to_owned();
    let warnings = sheet(&mut proven).warnings;
    assert!(
        warnings[0].contains("cannot reach 127.0.0.1"),
        "{warnings:?}"
    );
    assert!(warnings.iter().any(|w| w.contains("unencrypted")));
}

#[test]
fn only_a_proven_connection_has_a_sheet() {
    let mut proven = helpdesk();
    proven.prove_again();
    assert!(proven.validated().is_ok());
    proven.connection.scopes.clear();
    let problem = proven.validated().err().expect("refused");
    assert_eq!(problem.code, Code::ExportNotValidated);
}

#[test]
fn values_that_cannot_be_seen_are_refused_instead_of_altered() {
    for value in ["two\nlines", "blank at the end ", "zero\u{200b}width", ""] {
        let mut proven = helpdesk();
        let own = ("audience".to_owned(), value.to_owned());
        proven.connection.parameters.extend([own]);
        let problem = sheet_with(&mut proven, &SheetAdditions::default()).expect_err(value);
        assert_eq!(problem.code, Code::ExportNotRepresentable);
        assert_eq!(problem.field.as_deref(), Some("parameters.audience"));
    }
    let additions = SheetAdditions {
        redirect_url: None,
        description: Some("a\u{202e}b".to_owned()),
    };
    let problem = sheet_with(&mut helpdesk(), &additions).expect_err("refused");
    assert_eq!(problem.field.as_deref(), Some("description"));
}

#[test]
fn the_proof_is_dated_and_names_what_it_is_of() {
    let sheet = sheet(&mut helpdesk());
    assert_eq!(
        sheet.proof[0],
        "Proven on 22 November 2026 at 09:30 UTC by Proofkey 0.1.0, against the live service."
    );
    let last = sheet.proof.last().expect("a line");
    let id = last.strip_prefix("Fingerprint of what was proven, as in a config file: ");
    assert!(id.is_some_and(|id| id.len() > 60), "{last}");
}

/// A server of which only the issuer is known, as "providers new" writes it.
fn by_issuer() -> proofkey_tests::Proven {
    let mut proven = helpdesk();
    let provider = &mut proven.provider;
    let token = "https://login.example/token".to_owned();
    provider.endpoints.token = Some(token);
    provider.endpoints.issuer = Some("https://login.example".to_owned());
    provider.endpoints.userinfo = Some("https://login.example/userinfo".to_owned());
    "https://login.example".clone_into(&mut provider.endpoints.api_base);
    provider.custom_connection.base_path = None;
    provider.probes.truncate(1);
    "/userinfo".clone_into(&mut provider.probes[0].path);
    proven
}

#[test]
fn the_address_of_a_sign_in_server_is_not_offered_as_that_of_the_system() {
    let sheet = sheet(&mut by_issuer());
    let SheetValue::Ask { hint } = &line(&sheet, "base_path").value else {
        panic!("{:#?}", sheet.lines);
    };
    assert!(hint.contains("https://login.example."), "{hint}");
    assert!(
        sheet.warnings[0].contains("sign-in server"),
        "{:#?}",
        sheet.warnings
    );

    let mut elsewhere = by_issuer();
    elsewhere.provider.endpoints.api_base = "https://api.example".to_owned();
    let sheet = crate::stage::sheet(&mut elsewhere);
    assert_eq!(text(&sheet, "base_path"), "https://api.example");
}

#[test]
fn a_proof_without_a_call_of_the_api_says_so() {
    let mut proven = by_issuer();
    proven.provider.probes.clear();
    let api = |check: &&mut Check| check.id == CheckId::Api;
    let api = proven.report.checks.iter_mut().find(api).expect("a check");
    api.status = CheckStatus::Skipped;
    "No harmless test call is known.".clone_into(&mut api.summary);
    let sheet = sheet(&mut proven);
    let said = &sheet.warnings[0];
    assert!(said.contains("no call of an API"), "{:#?}", sheet.warnings);
    let named = "Not part of it: No harmless test call is known.";
    assert!(
        sheet.proof.contains(&named.to_owned()),
        "{:#?}",
        sheet.proof
    );
}

#[test]
fn no_file_repeats_what_every_sheet_says_of_json() {
    for provider in Catalogue::built_in().providers() {
        let notes = &provider.custom_connection.notes;
        if provider.body_format == BodyFormat::Json {
            assert!(
                !notes.iter().any(|note| note.contains("JSON")),
                "{notes:#?}"
            );
        }
    }
}
