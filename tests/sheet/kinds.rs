//! A sheet for each way of signing in that Talkdesk has and Proofkey can prove.

use proofkey_core::border::{SecretMember, SheetValue};
use proofkey_core::connection::Signing;
use proofkey_core::provider::{
    Certainty, ClientAuthentication, Grant, Pkce, SigningAlgorithm, TokenHeader,
};

use crate::stage::{HEAD, helpdesk, ids, line, member, sheet, text, with_grant};

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

/// Talkdesk names the type and none of its fields, so that nothing of it has a label of its pages.
#[test]
fn a_client_that_signs_shows_what_signing_needs_and_its_key_only_by_name() {
    let mut proven = helpdesk();
    proven.connection.client_authentication = ClientAuthentication::PrivateKeyJwt;
    proven.connection.signing = Some(Signing {
        algorithm: SigningAlgorithm::Es256,
        key_id: Some("key-7".to_owned()),
        thumbprint: "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U".to_owned(),
    });
    let signed = sheet(&mut proven);
    let fields = [
        "token_address",
        "client_id",
        "private_key",
        "algorithm",
        "key_id",
        "audience",
        "scopes",
    ];
    assert_eq!(ids(&signed)[4..], fields);
    assert_eq!(member(&signed, "private_key"), SecretMember::PrivateKey);
    assert_eq!(text(&signed, "algorithm"), "ES256");
    assert_eq!(text(&signed, "key_id"), "key-7");
    assert_eq!(text(&signed, "audience"), text(&signed, "token_address"));
    let unlabelled = &signed.lines[4..];
    assert!(unlabelled.iter().all(|line| line.talkdesk_label.is_none()));
    let certain = |id| line(&signed, id).certainty;
    assert_eq!(certain("algorithm"), Certainty::Unverified);
    // A key without an id shows none.
    proven.connection.signing.as_mut().expect("it signs").key_id = None;
    assert!(!ids(&sheet(&mut proven)).contains(&"key_id"));
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
fn http_basic_says_what_is_put_together() {
    let sheet = sheet(&mut with_grant(Grant::HttpBasic));
    assert_eq!(text(&sheet, "type"), "HTTP Basic");
    assert_eq!(ids(&sheet)[4..], ["username", "password"]);
    assert_eq!(member(&sheet, "username"), SecretMember::Username);
    assert_eq!(member(&sheet, "password"), SecretMember::Password);
    let note = line(&sheet, "username").note.as_deref();
    assert_eq!(note, Some("Put together: ‹E-mail address›/token."));
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
