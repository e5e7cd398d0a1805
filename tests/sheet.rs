//! What a Talkdesk sheet says, what it refuses, and that it holds no secret.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use proofkey_core::border::{SecretMember, SheetAdditions, SheetLine, SheetValue, TalkdeskSheet};
use proofkey_core::error::{Code, Problem};
use proofkey_core::export::sheet::{SheetFormat, render, talkdesk_sheet};
use proofkey_core::provider::{
    Certainty, ClientAuthentication, CredentialField, Deadline, Grant, Pkce, StaticCredentials,
    TokenHeader,
};
use proofkey_tests::Proven;

fn sheet_with(proven: &mut Proven, additions: &SheetAdditions) -> Result<TalkdeskSheet, Problem> {
    proven.prove_again();
    let now = "2026-11-22T12:00:00Z".parse().expect("a time");
    let validated = proven.validated().expect("validated");
    talkdesk_sheet(&validated, additions, &proven.reference(), now)
}

fn sheet(proven: &mut Proven) -> TalkdeskSheet {
    sheet_with(proven, &SheetAdditions::default()).expect("a sheet")
}

/// A helpdesk below `/v2`, with client credentials.
fn helpdesk() -> Proven {
    let mut proven = Proven::acme();
    proven.provider.name = "Helpdesk".to_owned();
    proven.provider.custom_connection.unsuitable = None;
    proven.provider.custom_connection.base_path = Some("/v2".to_owned());
    proven
}

fn with_grant(grant: Grant) -> Proven {
    let mut proven = helpdesk();
    proven.connection.grant = grant;
    if !grant.is_oauth() {
        proven.connection.client_authentication = ClientAuthentication::None;
        proven.connection.scopes.clear();
        proven.provider.static_credentials = Some(StaticCredentials {
            identifier: Some(CredentialField {
                label: "E-mail address".to_owned(),
                help: "h".to_owned(),
            }),
            secret: CredentialField {
                label: "API token".to_owned(),
                help: "h".to_owned(),
            },
            username: "{identifier}/token".to_owned(),
            password: "{secret}".to_owned(),
        });
    }
    proven
}

fn line<'a>(sheet: &'a TalkdeskSheet, id: &str) -> &'a SheetLine {
    sheet
        .lines
        .iter()
        .find(|line| line.id == id)
        .unwrap_or_else(|| panic!("no line {id} in {:#?}", sheet.lines))
}

fn text<'a>(sheet: &'a TalkdeskSheet, id: &str) -> &'a str {
    match &line(sheet, id).value {
        SheetValue::Text { text } => text,
        other => panic!("{id} is {other:?}"),
    }
}

fn member(sheet: &TalkdeskSheet, id: &str) -> SecretMember {
    match &line(sheet, id).value {
        SheetValue::Secret { member, kept_in } => {
            assert_eq!(
                kept_in,
                "System keychain (Secret Service), item acme-support.1"
            );
            *member
        }
        other => panic!("{id} is {other:?}"),
    }
}

fn ids(sheet: &TalkdeskSheet) -> Vec<&str> {
    sheet.lines.iter().map(|line| line.id.as_str()).collect()
}

const HEAD: [&str; 4] = ["name", "description", "base_path", "type"];

#[test]
fn every_sheet_has_the_fields_that_talkdesk_names() {
    let sheet = sheet(&mut helpdesk());
    assert_eq!(ids(&sheet)[..4], HEAD);
    assert_eq!(text(&sheet, "name"), "Support dashboards");
    assert_eq!(text(&sheet, "base_path"), "https://api.talkdeskapp.eu/v2");
    let labels: Vec<_> = sheet.lines[..4]
        .iter()
        .map(|line| line.talkdesk_label.as_deref().expect("documented"))
        .collect();
    assert_eq!(
        labels,
        ["Name", "Description", "Base path", "Authentication type"]
    );
    let unlabelled = &sheet.lines[4..];
    assert!(unlabelled.iter().all(|line| line.talkdesk_label.is_none()));
}

#[test]
fn client_credentials_with_scopes() {
    let sheet = sheet(&mut helpdesk());
    assert_eq!(
        text(&sheet, "type"),
        "OAuth2 Client Credentials with scopes"
    );
    assert_eq!(
        ids(&sheet)[4..],
        ["token_address", "client_id", "client_secret", "scopes"]
    );
    assert_eq!(
        text(&sheet, "token_address"),
        "https://acme.talkdeskid.eu/oauth/token"
    );
    assert_eq!(text(&sheet, "scopes"), "account:read users:read");
    assert_eq!(member(&sheet, "client_id"), SecretMember::ClientId);
    assert_eq!(member(&sheet, "client_secret"), SecretMember::ClientSecret);
    assert!(sheet.register.is_none());
}

#[test]
fn client_credentials_without_scopes_names_the_other_version_as_a_guess() {
    let mut proven = helpdesk();
    proven.connection.scopes.clear();
    let sheet = sheet(&mut proven);
    assert_eq!(text(&sheet, "type"), "OAuth2 Client Credentials");
    let note = line(&sheet, "type").note.as_deref().expect("a note");
    assert!(note.contains("V2") && note.contains("guess"), "{note}");
    assert!(!ids(&sheet).contains(&"scopes"));
}

#[test]
fn additional_parameters_are_lines_of_client_credentials() {
    let mut proven = helpdesk();
    let parameters = &mut proven.provider.client_credentials.parameters;
    parameters.insert(
        "audience".to_owned(),
        "https://{account}.example/".to_owned(),
    );
    let own = ("organization".to_owned(), "org_1".to_owned());
    proven.connection.parameters.extend([own]);
    let sheet = sheet(&mut proven);
    assert_eq!(text(&sheet, "parameters.audience"), "https://acme.example/");
    assert_eq!(text(&sheet, "parameters.organization"), "org_1");
    let label = &line(&sheet, "parameters.audience").talkdesk_label;
    assert_eq!(
        label.as_deref(),
        Some("Additional authentication parameters")
    );
}

#[test]
fn authorization_code() {
    let mut proven = with_grant(Grant::AuthorizationCode);
    let code = proven.provider.authorization_code.as_mut().expect("code");
    code.pkce = Pkce::Required;
    code.parameters
        .insert("access_type".to_owned(), "offline".to_owned());
    let sheet = sheet(&mut proven);
    assert_eq!(text(&sheet, "type"), "OAuth2 Authorization Code Flow");
    assert_eq!(
        ids(&sheet)[4..],
        [
            "authorization_address",
            "token_address",
            "client_id",
            "client_secret",
            "scopes"
        ]
    );
    assert_eq!(line(&sheet, "scopes").certainty, Certainty::Unverified);
    for (said, what) in [
        ("does not serve for Talkdesk", "own redirect"),
        ("contradicts", "Workspace"),
        ("PKCE", "PKCE"),
        ("access_type=offline", "parameters"),
    ] {
        assert!(sheet.warnings.iter().any(|w| w.contains(said)), "{what}");
    }
    assert!(sheet.after.iter().any(|step| step.contains("“Authorize”")));
    let register = sheet.register.expect("a line");
    assert!(matches!(register.value, SheetValue::Ask { .. }));
}

#[test]
fn a_public_client_is_told_that_talkdesk_wants_a_secret() {
    let mut proven = with_grant(Grant::AuthorizationCode);
    proven.connection.client_authentication = ClientAuthentication::None;
    let sheet = sheet(&mut proven);
    let secret = &line(&sheet, "client_secret").value;
    assert!(matches!(secret, SheetValue::Ask { .. }), "{secret:?}");
    assert!(sheet.warnings[0].contains("no client secret"));
}

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
fn http_basic_says_what_is_put_together() {
    let sheet = sheet(&mut with_grant(Grant::HttpBasic));
    assert_eq!(text(&sheet, "type"), "HTTP Basic");
    assert_eq!(ids(&sheet)[4..], ["username", "password"]);
    assert_eq!(member(&sheet, "username"), SecretMember::Username);
    assert_eq!(member(&sheet, "password"), SecretMember::Password);
    let note = line(&sheet, "username").note.as_deref();
    assert_eq!(note, Some("Helpdesk wants ‹E-mail address›/token here."));
}

#[test]
fn a_fixed_word_of_http_basic_is_printed() {
    let mut proven = with_grant(Grant::HttpBasic);
    let file = proven.provider.static_credentials.as_mut().expect("some");
    file.identifier = None;
    file.username = "{secret}".to_owned();
    file.password = "X".to_owned();
    let sheet = sheet(&mut proven);
    assert_eq!(member(&sheet, "username"), SecretMember::Username);
    assert_eq!(text(&sheet, "password"), "X");
}

#[test]
fn an_api_key_fits_only_under_its_usual_name() {
    let mut proven = with_grant(Grant::ApiKey);
    proven.provider.token_header = TokenHeader {
        name: "X-API-Key".to_owned(),
        scheme: String::new(),
    };
    let fits = sheet(&mut proven);
    assert_eq!(text(&fits, "type"), "X-API-Key");
    assert_eq!(member(&fits, "api_key"), SecretMember::ApiKey);
    assert!(fits.warnings.is_empty(), "{:?}", fits.warnings);
    proven.provider.token_header.name = "api-token".to_owned();
    assert!(sheet(&mut proven).warnings[0].contains("api-token: key"));
}

#[test]
fn no_authentication_has_no_further_field() {
    let sheet = sheet(&mut with_grant(Grant::None));
    assert_eq!(text(&sheet, "type"), "No Authentication");
    assert_eq!(ids(&sheet), HEAD);
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
        "From 2027-02-16: The old address ends. Use the new one.",
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
    assert!(last.starts_with("Content ") && last.len() > 60, "{last}");
}

#[test]
fn markdown_carries_every_value_on_a_line_of_its_own() {
    let mut proven = with_grant(Grant::AuthorizationCode);
    proven.connection.name =
        "<script>alert(1)</script> | `x` **b** [l](https://e.example)".to_owned();
    let sheet = sheet(&mut proven);
    let rendered = render(&sheet, SheetFormat::Markdown);
    let verbatim: Vec<&str> = rendered
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    let values: Vec<&str> = sheet
        .lines
        .iter()
        .filter_map(|line| match &line.value {
            SheetValue::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(verbatim, values);
    let heading = rendered.text().lines().next().expect("a heading");
    assert_eq!(
        heading,
        r"# Talkdesk sheet: \<script>alert(1)\</script> \| \`x\` \*\*b\*\* \[l\](https\://e.example)"
    );
}
