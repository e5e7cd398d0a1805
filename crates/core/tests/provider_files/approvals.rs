//! What a file may say of a person's approval, and what it cannot change.

use proofkey_core::provider::{self, parse};

/// A file whose authorization code section and endpoints hold these lines.
fn approving(endpoints: &str, section: &str) -> String {
    format!(
        r#"schema = 1
id = "crm"
name = "CRM"
summary = "A CRM."
category = "CRM"
as_of = "2026-11"
variables = []
grants = ["authorization_code"]
client_authentication = ["client_secret_basic"]
probes = []
guide = []
[endpoints]
token = "https://crm.example/token"
api_base = "https://crm.example"
{endpoints}
[token_header]
name = "authorization"
scheme = "Bearer"
[scopes]
separator = " "
free_text = true
entries = [{{ name = "offline_access", group = "Usual" }}]
{section}
"#
    )
}

const AUTHORIZATION: &str = "authorization = \"https://crm.example/authorize\"";

fn section(lines: &str) -> String {
    let policy = if lines.contains("redirect = ") {
        ""
    } else {
        "redirect = \"loopback_any_port\""
    };
    format!(
        "[authorization_code]\npkce = \"required\"\ncertainty = \"documented\"\n{policy}\n{lines}"
    )
}

#[test]
fn an_approval_needs_its_section_and_its_addresses() {
    let told = |endpoints: &str, section: &str| -> Vec<String> {
        match parse("crm.toml", &approving(endpoints, section)) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|problem| problem.field).collect(),
        }
    };
    assert!(told(AUTHORIZATION, &section("")).is_empty());
    assert_eq!(told(AUTHORIZATION, ""), ["grants"]);
    assert_eq!(told("", &section("")), ["endpoints.authorization"]);
    for (lines, field) in [
        ("pushed_requests = \"required\"", "pushed_requests"),
        ("pushed_requests = \"supported\"", "pushed_requests"),
        ("response_issuer = \"sent\"", "response_issuer"),
        ("redirect = \"loopback_fixed_port\"", "redirect_ports"),
        ("redirect_ports = [49213]", "redirect_ports"),
        ("refresh_scope = \"offline\"", "refresh_scope"),
        (
            "suggested_scopes = [\"offline_access\", \"x\"]",
            "suggested_scopes[1]",
        ),
        ("notes = [\"\"]", "notes[0]"),
        ("keep = [\"sid\", \"refresh_token\"]", "keep[1]"),
        ("keep = [\"a b\"]", "keep[0]"),
    ] {
        let expected = format!("authorization_code.{field}");
        assert_eq!(told(AUTHORIZATION, &section(lines)), [expected], "{lines}");
    }
    let metadata = format!("{AUTHORIZATION}\nmetadata = \"https://crm.example/m\"");
    assert_eq!(told(&metadata, &section("")), ["endpoints.metadata"]);
    let whole =
        format!("{metadata}\nissuer = \"https://crm.example\"\njwks = \"https://crm.example/k\"");
    let full = section(
        "redirect = \"loopback_fixed_port\"\nredirect_ports = [49213, 49214]\n\
         response_issuer = \"sent\"\nrefresh_scope = \"offline_access\"\nkeep = [\"sid\"]\n\
         id_token_algorithms = [\"ES256\"]\nparameters = { access_type = \"offline\" }",
    );
    assert!(told(&whole, &full).is_empty(), "{:?}", told(&whole, &full));
    for ports in ["[80]", "[49213, 49213]", "[0]"] {
        let lines = format!("redirect = \"loopback_fixed_port\"\nredirect_ports = {ports}");
        let fields = told(AUTHORIZATION, &section(&lines));
        assert!(
            fields[0].starts_with("authorization_code.redirect_ports["),
            "{ports}: {fields:?}"
        );
    }
}

#[test]
fn a_file_cannot_set_what_the_flow_itself_sets() {
    for name in [
        "client_id",
        "redirect_uri",
        "Redirect_URI",
        "state",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "response_type",
        "response_mode",
        "scope",
        "request",
        "request_uri",
        "client_secret",
        "a b",
        "a&redirect_uri",
        "",
    ] {
        let lines = section(&format!("parameters = {{ \"{name}\" = \"x\" }}"));
        let problems = parse("crm.toml", &approving(AUTHORIZATION, &lines)).expect_err(name);
        assert!(
            problems[0]
                .field
                .starts_with("authorization_code.parameters."),
            "{problems:?}"
        );
    }
    for name in [
        "grant_type",
        "refresh_token",
        "scope",
        "client_id",
        "client_assertion",
    ] {
        let lines = section(&format!("refresh_parameters = {{ {name} = \"x\" }}"));
        assert!(
            parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err(),
            "{name}"
        );
    }
    let lines = section("parameters = { prompt = \"a\\nb\" }");
    assert!(parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err());
    // A value is encoded when it is sent, so it cannot become a parameter of its own.
    let lines = section("parameters = { audience = \"x&redirect_uri=https://evil.example\" }");
    assert!(parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_ok());
}

#[test]
fn a_file_can_only_choose_signatures_with_a_published_key() {
    let endpoints = format!("{AUTHORIZATION}\njwks = \"https://crm.example/keys\"");
    for name in [
        "none", "NONE", "HS256", "HS512", "RS1", "ES256K", "rs256", "",
    ] {
        let lines = section(&format!("id_token_algorithms = [\"RS256\", \"{name}\"]"));
        let problems = parse("crm.toml", &approving(&endpoints, &lines)).expect_err(name);
        assert_eq!(
            problems[0].field,
            "authorization_code.id_token_algorithms[1]"
        );
    }
    for name in provider::ID_TOKEN_ALGORITHMS {
        let lines = section(&format!("id_token_algorithms = [\"{name}\"]"));
        assert!(
            parse("crm.toml", &approving(&endpoints, &lines)).is_ok(),
            "{name}"
        );
    }
    let lines = section("id_token_algorithms = [\"RS256\"]");
    assert!(
        parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err(),
        "no keys to check with"
    );
}

#[test]
fn other_names_are_said_once_and_differ_from_the_name() {
    let whole = approving(AUTHORIZATION, &section(""));
    let named = |names: &str| {
        let text = whole.replacen(
            "name = \"CRM\"\n",
            &format!("name = \"CRM\"\nalso_known_as = {names}\n"),
            1,
        );
        parse("crm.toml", &text)
    };
    let read = named(r#"["Customers", "Sales desk"]"#).map(|provider| provider.also_known_as);
    assert_eq!(read.unwrap(), ["Customers", "Sales desk"]);
    for (names, field) in [
        (r#"["Customers", ""]"#, "also_known_as[1]"),
        (r#"["CRM"]"#, "also_known_as[0]"),
        (r#"["Customers", "Customers"]"#, "also_known_as[1]"),
        ("\"Customers\"", "also_known_as"),
    ] {
        let problems = named(names).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, [field], "{names}");
    }
}
