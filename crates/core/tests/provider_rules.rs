//! Rules of a provider file, each broken once: the field that is told, and nothing else.

use proofkey_core::provider::{Provider, RESERVED_PARAMETERS, parse};

const SYSTEM: &str = include_str!("../../../tests/data/complete-provider.toml");

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

/// What is replaced, by what, and the field that is told.
const RULES: &[(&str, &str, &str)] = &[
    // Addresses bring no parameter along that the flows set, however its name is written.
    (
        "https://{org}.crm.example/token\"",
        "https://{org}.crm.example/token?tenant=1&Client.Secret=x\"",
        "endpoints.token",
    ),
    (
        "/authorize\"",
        "/authorize?redirect.uri=https://evil.example\"",
        "endpoints.authorization",
    ),
    (
        "/authorize\"",
        "/authorize?{realm}=x\"",
        "endpoints.authorization",
    ),
    (
        "jwks = ",
        "pushed_authorization = \"https://{org}.crm.example/par?request=x\"\njwks = ",
        "endpoints.pushed_authorization",
    ),
    // Grants and what they need.
    (
        "token = \"https://{org}.crm.example/token\"",
        "",
        "endpoints.token",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"none\"]",
        "client_authentication",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{user}\"",
        "static_credentials.username",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{identifier}:\"",
        "static_credentials.username",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{identifier\"",
        "static_credentials.username",
    ),
    (
        "password = \"{secret}\"",
        "password = \"X\"",
        "static_credentials.password",
    ),
    (
        "identifier = { label = \"E-mail address\", help = \"Of the person the key belongs to.\" }",
        "",
        "static_credentials.username",
    ),
    (
        "secret = { label = \"API token\"",
        "secret = { label = \"\"",
        "static_credentials.secret.label",
    ),
    // Signing.
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"client_secret_post\"]\nclient_assertion = { lifetime_seconds = 59 }",
        "client_assertion",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { lifetime_seconds = 0 }",
        "client_assertion.lifetime_seconds",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { lifetime_seconds = 301 }",
        "client_assertion.lifetime_seconds",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { algorithms = [] }",
        "client_assertion.algorithms",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { algorithms = [\"ES256\", \"ES256\"] }",
        "client_assertion.algorithms[1]",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"client_secret_jwt\"]\nclient_assertion = { keys = \"issued\" }",
        "client_assertion.keys",
    ),
    // Parameters and scopes.
    (
        "audience = \"{audience}\"",
        "audience = \"{audiense}\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "audience = \"{audience\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "audience = \"{place}\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "\"a b\" = \"x\"",
        "client_credentials.parameters.a b",
    ),
    (
        "lives = \"{minutes}\"",
        "grant_type = \"password\"",
        "authorization_code.token_parameters.grant_type",
    ),
    (
        "name = \"{api}/.default\"",
        "name = \"{apis}/.default\"",
        "scopes.entries[1].name",
    ),
    (
        "always = [\"base\"]",
        "always = [\"basis\"]",
        "scopes.always[0]",
    ),
    (
        "suggested_scopes = [\"tickets\"]",
        "suggested_scopes = [\"ticket\"]",
        "client_credentials.suggested_scopes[0]",
    ),
    (
        "scope = \"required\"",
        "scope = \"unsupported\"",
        "client_credentials.suggested_scopes",
    ),
    (
        "response_server = \"accounts-server\"",
        "response_server = \"iss\"",
        "authorization_code.response_server",
    ),
    // Answers.
    (
        "success_status = [200, 201]",
        "success_status = []",
        "token_response.success_status",
    ),
    (
        "success_status = [200, 201]",
        "success_status = [200, 400]",
        "token_response.success_status",
    ),
    (
        "token_types = [\"bearer\", \"bot\"]",
        "token_types = []",
        "token_response.token_types",
    ),
    (
        "token_members = [\"access_token\"]",
        "token_members = []",
        "token_response.token_members",
    ),
    (
        "token_members = [\"access_token\"]",
        "token_members = [\"refresh_token\"]",
        "token_response.token_members[0]",
    ),
    (
        "scope_separator = \",\"",
        "scope_separator = \";\"",
        "token_response.scope_separator",
    ),
    (
        "member = \"instance_url\"",
        "member = \"access_token\"",
        "endpoints.api_base_from.member",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = []",
        "endpoints.api_base_from.hosts",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"crm.example\", \"example\"]",
        "endpoints.api_base_from.hosts[1]",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"m.example\"]",
        "endpoints.api_base_from.hosts",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"*.crm.example\", \"crm.example\"]",
        "endpoints.api_base_from.hosts[0]",
    ),
    (
        "assumed_seconds = 7200",
        "assumed_seconds = 0",
        "lifetimes.assumed_seconds",
    ),
    (
        "policy = \"rotating\"",
        "policy = \"none\"",
        "refresh.policy",
    ),
    // Probes.
    (
        "path = \"/v2/{org}/me\"",
        "path = \"/v2/{orgs}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"/v2/{api}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"{org}\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"//{org}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"@evil.example/{org}\"",
        "probes[0].path",
    ),
    (
        "path = \"{test_path}\"",
        "path = \"/x{test_path}\"",
        "probes[1].path",
    ),
    (
        "pointer = \"/id\"",
        "pointer = \"id\"",
        "probes[0].requires[0].pointer",
    ),
    (
        "OData-Version = \"4.0\"",
        "Authorization = \"Bearer x\"",
        "probes[0].headers.Authorization",
    ),
    (
        "OData-Version = \"4.0\"",
        "Cookie = \"x\"",
        "probes[0].headers.Cookie",
    ),
    (
        "OData-Version = \"4.0\"",
        "hOsT = \"evil.example\"",
        "probes[0].headers.hOsT",
    ),
    (
        "OData-Version = \"4.0\"",
        "X-API-Key = \"x\"",
        "probes[0].headers.X-API-Key",
    ),
    (
        "OData-Version = \"4.0\"",
        "X = \"a\\r\\nb\"",
        "probes[0].headers.X",
    ),
    // Knowledge.
    (
        "on = \"2027-02-16\"",
        "on = \"2027-02-30\"",
        "deadlines[0].on",
    ),
    ("on = \"2027-02-16\"", "on = \"soon\"", "deadlines[0].on"),
    (
        "remedy = \"Move to version 3.\"",
        "remedy = \" \"",
        "deadlines[0].remedy",
    ),
    ("status = 401\n", "", "known_errors[0]"),
    ("status = 401\n", "status = 40\n", "known_errors[0].status"),
    (
        "from = \"token\"",
        "from = \"authorization\"",
        "known_errors[0].status",
    ),
    (
        "values = [\"endpoints.api_base\"]",
        "values = [\"endpoints.tokens\"]",
        "evidence[0].values[0]",
    ),
    (
        "values = [\"endpoints.api_base\"]",
        "values = []",
        "evidence[0].values",
    ),
    (
        "source = \"https://crm.example/docs\"",
        "source = \"ftp://crm.example\"",
        "evidence[0].source",
    ),
    (
        "source = \"https://crm.example/docs\"",
        "source = \"\"",
        "evidence[0].source",
    ),
    (
        "base_path = \"/api/v2\"",
        "base_path = \"api/v2\"",
        "custom_connection.base_path",
    ),
    (
        "base_path = \"/api/v2\"",
        "base_path = \"/api/v2/\"",
        "custom_connection.base_path",
    ),
    // Addresses.
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"http://{org}.crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{org}crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://crm.example@{org}/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{audience}.crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{org}.crm.example:8443/keys\"",
        "endpoints.jwks",
    ),
];

#[test]
fn each_rule_is_told_at_its_field() {
    let mut wrong = Vec::new();
    for &(from, to, field) in RULES {
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
