use super::super::tests::{file, made};
use super::*;
use crate::integration::presents::Presents;

/// The field of each finding, in order of the file.
fn wrong(text: &str) -> Vec<String> {
    let findings = Integration::of(&file(text), &Catalogue::built_in()).err();
    let fields = findings.unwrap_or_default().into_iter().map(|it| it.field);
    fields.collect()
}

#[test]
fn fields_find_their_use_by_name_kind_or_word() {
    let key = made(
        "path = \"/\"\nprovider = \"freshdesk\"\nfields = { domain = \"label\", key = \"secret\" }",
    );
    assert!(matches!(key.presents, Presents::Basic { .. }));
    let renamed = made(
        r#"
        path = "/"
        provider = "zendesk-token"
        [fields]
        shop = "label"
        person = { kind = "string", as = "identifier" }
        note = "string"
        key = { kind = "secret", as = "secret" }
        other = "secret"
        "#,
    );
    let asks = renamed.explains().asks;
    assert_eq!(
        asks,
        ["GET https://{shop}.zendesk.com/api/v2/users/me.json"]
    );
    let token = made(
        "path = \"/\"\nprovider = \"zendesk\"\nfields = { subdomain = \"label\", access_token = \"secret\", refresh_token = \"secret\" }",
    );
    assert!(matches!(token.presents, Presents::Token { .. }));
    let client = made(
        "path = \"/\"\nprovider = \"zendesk\"\nfields = { subdomain = \"label\", client_id = \"string\", client_secret = \"secret\" }",
    );
    assert!(matches!(client.presents, Presents::Client(_)));
}

#[test]
fn what_is_wrong_comes_all_at_once_by_its_place() {
    assert_eq!(wrong("path = \"x\"\nfields = {}"), ["path", "provider"]);
    assert_eq!(
        wrong("path = \"/\"\nprovider = \"nobody\"\nfields = {}"),
        ["provider"]
    );
    assert_eq!(
        wrong(
            r#"
            path = "/a//b"
            provider = "zendesk-token"
            fields = { subdomain = "string", email = "string", "1x" = "secret" }
            returns = { email = "$.user.email", id = "user.id" }
            in_flight = 0
            timeout_ms = 5
            "#,
        ),
        [
            "path",
            "fields.1x",
            "in_flight",
            "timeout_ms",
            "returns.email",
            "returns.id",
            "fields.subdomain"
        ]
    );
}

#[test]
fn a_client_is_never_guessed_and_a_credential_is_never_shown() {
    let fields = "subdomain = \"label\", email = \"string\", api_token = \"secret\"";
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"zendesk\"\nfields = {{ {fields} }}"
        )),
        ["fields", "fields"]
    );
    let fields = "subdomain = \"label\", client_id = \"string\", client_secret = \"string\"";
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"zendesk\"\nfields = {{ {fields} }}"
        )),
        ["fields.client_secret"]
    );
    let fields = "domain = \"label\", one = \"secret\", two = \"secret\"";
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"freshdesk\"\nfields = {{ {fields} }}"
        )),
        ["fields"]
    );
}

#[test]
fn no_caller_chooses_a_host_an_address_or_a_path() {
    let wrong = wrong(
        r#"
        path = "/"
        provider = "custom-oauth"
        [fields]
        token_url = "string"
        api_base = "label"
        test_path = "label"
        client_id = "string"
        client_secret = "secret"
        "#,
    );
    assert_eq!(
        wrong,
        ["fields.token_url", "fields.api_base", "fields.test_path"]
    );
}

#[test]
fn fixed_values_are_checked_and_belong_to_nobody_else() {
    let client = "client_id = \"string\", client_secret = \"secret\"";
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"talkdesk\"\nfixed = {{ region = \"mars\", stray = \"x\" }}\nfields = {{ account = \"label\", {client} }}"
        )),
        ["fixed.region", "fixed.stray"]
    );
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"talkdesk\"\nfixed = {{ region = \"eu\" }}\nfields = {{ account = \"label\", region = \"string\", {client} }}"
        )),
        ["fields.region"]
    );
    assert_eq!(
        wrong(&format!(
            "path = \"/\"\nprovider = \"talkdesk\"\nfields = {{ {client} }}"
        )),
        ["fields.account", "fields.region"]
    );
}

#[test]
fn a_call_of_ones_own_names_fields_that_there_are() {
    let own = |rest: &str| {
        wrong(&format!(
            "path = \"/\"\nfields = {{ shop = \"label\", user = \"string\", key = \"secret\", n = \"integer\" }}\n{rest}"
        ))
    };
    let base = "[upstream]\napi_base = \"https://{shop}.example.com\"\npath = \"/me\"\n";
    assert_eq!(own(&format!("{base}token = \"key\"")), [""; 0]);
    assert_eq!(own(base), ["upstream"]);
    assert_eq!(own(&format!("{base}token = \"user\"")), ["upstream.token"]);
    assert_eq!(
        own(&format!(
            "{base}token = \"key\"\nheader = {{ name = \"X\", field = \"key\" }}"
        )),
        ["upstream"]
    );
    assert_eq!(
        own(&format!(
            "{base}header = {{ name = \"host\", field = \"key\" }}"
        )),
        ["upstream.header.name"]
    );
    assert_eq!(
        own(&format!(
            "{base}basic = {{ username = \"{{user}}\", password = \"x\" }}"
        )),
        ["upstream.basic"]
    );
    assert_eq!(
        own(&format!(
            "{base}basic = {{ username = \"{{n}}\", password = \"{{nobody}}\" }}"
        )),
        ["upstream.basic.username", "upstream.basic.password"]
    );
    assert_eq!(
        own(&format!("grant = \"api_key\"\n{base}token = \"key\"")),
        ["grant"]
    );
    assert_eq!(
        own(
            "[upstream]\napi_base = \"https://{user}.example.com\"\npath = \"/me\"\ntoken = \"key\""
        ),
        ["fields.user"]
    );
    assert_eq!(
        own("[upstream]\napi_base = \"http://example.com\"\npath = \"/{key}\"\ntoken = \"key\""),
        ["upstream.path", "upstream.api_base"]
    );
    assert_eq!(
        own(&format!("fixed = {{ x = \"1\" }}\n{base}token = \"key\"")),
        ["fixed.x"]
    );
}

/// The same with what is said of each.
pub(super) fn findings(text: &str) -> Vec<String> {
    let findings = Integration::of(&file(text), &Catalogue::built_in()).err();
    let said = findings.unwrap_or_default().into_iter();
    said.map(|it| format!("{}: {} {}", it.field, it.summary, it.remedy))
        .collect()
}

#[test]
fn a_field_that_does_not_fit_is_told_apart_from_one_that_is_not_there() {
    let call = |fields: &str, token: &str| {
        findings(&format!(
            "path = \"/\"\nfields = {{ {fields} }}\n[upstream]\n\
             api_base = \"https://crm.example.com\"\npath = \"/me\"\ntoken = \"{token}\""
        ))
    };
    for (fields, token, cause) in [
        (
            "access_token = \"secret\"",
            "acces_token",
            "no field acces_token. Write access_token.",
        ),
        ("key = \"string\"", "key", "is not a secret"),
        (
            "key = { kind = \"secret\", optional = true }",
            "key",
            "may be missing",
        ),
    ] {
        let said = call(fields, token);
        assert!(said.len() == 1 && said[0].contains(cause), "{said:?}");
    }
    let desk = |fields: &str| {
        findings(&format!(
            "path = \"/\"\nprovider = \"zendesk-token\"\nfields = {{ subdomain = \"label\", email = \"string\", {fields} }}"
        ))
    };
    let two = desk("api_token = \"secret\", pin = \"secret\"");
    assert!(
        two.len() == 1
            && two[0].contains("could be api_token or pin")
            && two[0].contains("Write api_token = { kind = \"secret\", as = \"secret\" }"),
        "{two:?}"
    );
    let none = findings("path = \"/a/../b\"\nprovider = \"none\"\nfields = {}");
    assert!(
        none.len() == 2 && none[0].contains("\"/a/../b\""),
        "{none:?}"
    );
    let grant = findings(
        "path = \"/\"\nprovider = \"zendesk-token\"\ngrant = \"api_key\"\nfields = { subdomain = \"label\" }",
    );
    assert!(
        grant
            .iter()
            .any(|it| it.contains("Write http_basic, or leave grant out.")),
        "{grant:?}"
    );
}
