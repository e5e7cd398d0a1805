//! Values that a pasted address has elsewhere than before its ending: whole hosts, whole addresses, and
//! parts of its path.

use proofkey_core::connection::Severity;
use proofkey_core::provider::{self, locate_variable, parse};

use crate::variables;

const OTHERS: &str = r#"schema = 1
id = "realm"
name = "Realm"
summary = "A server of one's own."
category = "Identity"
as_of = "2026-11"
grants = ["client_credentials"]
client_authentication = ["client_secret_basic"]
probes = []
guide = []
variables = [
  { name = "base", label = "Base address", help = "Up to /realms.", example = "https://id.example.com", kind = "https_url" },
  { name = "realm", label = "Realm", help = "After /realms/.", example = "acme", kind = "text", pattern = "[A-Za-z0-9_-]+" },
  { name = "tenant", label = "Tenant", help = "A number.", example = "1234-abcd", kind = "text", pattern = "[0-9a-f]{4}-[0-9a-f]{4}" },
  { name = "domain", label = "Domain", help = "Where people sign in.", example = "acme.idp.example", kind = "host", pattern = "[a-z]+[.]idp[.]example" },
]
[endpoints]
token = "{base}/realms/{realm}/token"
authorization = "https://login.cloud.example/{tenant}/authorize"
api_base = "https://{domain}/api"
[token_header]
name = "authorization"
scheme = "Bearer"
[scopes]
separator = " "
free_text = true
entries = []
"#;

/// The variable, what is pasted for it, and what is found.
const FOUND: &[(&str, &str, Option<&str>)] = &[
    (
        "base",
        "https://id.example.com",
        Some("https://id.example.com"),
    ),
    (
        "base",
        "id.example.com:8443/auth",
        Some("https://id.example.com:8443/auth"),
    ),
    (
        "base",
        "HTTPS://ID.example.com/auth?x=1#y",
        Some("https://id.example.com/auth"),
    ),
    (
        "base",
        "http://localhost:8080",
        Some("http://localhost:8080"),
    ),
    ("base", "http://id.example.com", None),
    ("base", "https://me@id.example.com", None),
    ("base", "https://id.example.com\\@evil.example", None),
    ("realm", "https://id.example.com:443/", None),
    (
        "realm",
        "https://id.example.com/auth/realms/acme/account",
        Some("acme"),
    ),
    ("realm", "https://id.example.com/realms/a%2fb/account", None),
    ("realm", "acme", None),
    (
        "tenant",
        "https://login.cloud.example/1234-abcd/v2.0",
        Some("1234-abcd"),
    ),
    ("tenant", "https://login.cloud.example/common/v2.0", None),
    ("tenant", "https://evil.example/1234-abcd/v2.0", None),
    (
        "domain",
        "https://acme.idp.example/app/UserHome",
        Some("acme.idp.example"),
    ),
    ("domain", "ACME.idp.example", Some("acme.idp.example")),
    ("domain", "https://acme-admin.idp.example/", None),
    ("domain", "https://acme.idp.example:8443/", None),
    ("nothing", "acme", None),
];

#[test]
fn hosts_addresses_and_texts_are_found_where_the_endpoints_have_them() {
    let provider = parse("realm.toml", OTHERS).expect("valid");
    for &(name, input, found) in FOUND {
        let located = locate_variable(&provider, name, input);
        assert_eq!(located.account.as_deref(), found, "{name}: {input}");
        let changed = found.is_some_and(|found| found != input);
        assert_eq!(located.taken_from.is_some(), changed, "{name}: {input}");
        assert!(
            located
                .findings
                .iter()
                .all(|one| one.severity == Severity::Note)
        );
    }
    let endpoints = provider::resolve(
        &provider,
        &variables(&[
            ("base", "https://id.example.com:8443/auth"),
            ("realm", "Acme"),
            ("tenant", "1234-abcd"),
            ("domain", "acme.idp.example"),
        ]),
    )
    .expect("complete");
    assert_eq!(
        endpoints.token_url().expect("there").as_str(),
        "https://id.example.com:8443/auth/realms/Acme/token"
    );
}

/// A system whose people know it by an address that has the team in its path.
fn teams() -> provider::Provider {
    let file = OTHERS
        .replace("probes = []", "probes = []\npasted_addresses = [\"https://app.teams.example/go/{team}\", \"https://app.teams.example/tenants/{tenant}\"]")
        .replace(
            "variables = [",
            "variables = [\n  { name = \"team\", label = \"Team\", help = \"A word.\", example = \"acme\", kind = \"host_label\" },",
        )
        .replace("https://{domain}/api", "https://{team}.teams.example/api");
    parse("realm.toml", &file).expect("valid")
}

#[test]
fn a_name_is_found_in_the_path_of_an_address_that_the_file_lists() {
    let teams = teams();
    for (input, left_out) in [
        ("https://app.teams.example/go/acme", false),
        ("app.teams.example/go/acme/", false),
        ("HTTPS://App.Teams.Example/go/Acme", false),
        ("https://app.teams.example/go/acme/settings", true),
        ("https://app.teams.example/go/acme?tab=1", true),
        ("https://app.teams.example/go/acme#top", true),
        ("https://app.teams.example/x/../go/acme", false),
        ("https://acme.teams.example", false),
    ] {
        let located = locate_variable(&teams, "team", input);
        assert_eq!(located.account.as_deref(), Some("acme"), "{input}");
        assert_eq!(located.region, None, "{input}");
        assert!(located.taken_from.is_some(), "{input}");
        let mut findings = located.findings.iter();
        assert!(
            findings.all(|one| one.severity == Severity::Note),
            "{input}"
        );
        let mut findings = located.findings.iter();
        let said = findings.any(|one| one.summary.contains("What follows it"));
        assert_eq!(said, left_out, "{input}: {:?}", located.findings);
    }
    let tenant = "https://app.teams.example/tenants/1234-abcd/users";
    let located = locate_variable(&teams, "tenant", tenant);
    assert_eq!(located.account.as_deref(), Some("1234-abcd"));
}

#[test]
fn nothing_is_taken_from_an_address_that_only_resembles_a_listed_one() {
    let teams = teams();
    for (input, sentence) in [
        ("https://app.teams.example/", "the team stands behind /go/"),
        (
            "https://app.teams.example/go/",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/go",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/go//acme",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/Go/acme",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/go/../acme",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/go/a%63me",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example/go/\u{430}cme",
            "the team stands behind /go/",
        ),
        (
            "https://app.teams.example.evil.example/go/acme",
            "evil.example",
        ),
        (
            "https://app.teams.example@evil.example/go/acme",
            "a user name before its host",
        ),
        ("https://app.teams.example:8443/go/acme", "names a port"),
        ("https://evil.example/go/acme", "is no sign-in address"),
        (
            "https://app.teams.example/go/www",
            "www is never an account",
        ),
        ("https://app.teams.example/go/-acme", "hyphen"),
    ] {
        let located = locate_variable(&teams, "team", input);
        assert_eq!(located.account, None, "{input}");
        assert_eq!(located.taken_from, None, "{input}");
        let told = located.findings.last().expect("a reason");
        assert_eq!(told.severity, Severity::Blocking, "{input}");
        assert!(told.summary.contains(sentence), "{input}: {told:?}");
    }
    let told = locate_variable(&teams, "team", "https://evil.example/").findings;
    let remedy = &told[0].remedy;
    assert!(
        remedy.ends_with("It ends in teams.example, or begins with https://app.teams.example/go/."),
        "{remedy}"
    );
}

#[test]
fn a_listed_address_that_could_not_be_trusted_is_refused() {
    for (address, rule) in [
        (
            "https://{team}.teams.example/go/{team}",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example/go-{team}",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example/{team}/go",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example/{team}/{tenant}",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example/go?team={team}",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example/go",
            "ends in a slash and one name",
        ),
        (
            "https://app.teams.example:8443/go/{team}",
            "ends in a slash and one name",
        ),
        ("{base}/go/{team}", "ends in a slash and one name"),
        (
            "http://app.teams.example/go/{team}",
            "Plain http is for this machine only",
        ),
        (
            "https://app.teams.example/go/{crew}",
            "No variable is called crew",
        ),
        (
            "https://app.teams.example/go/{base}",
            "{base} is nothing that stands in a path",
        ),
    ] {
        let file = OTHERS.replace(
            "probes = []",
            &format!("probes = []\npasted_addresses = [\"{address}\"]"),
        );
        let file = file.replace("name = \"realm\"", "name = \"team\"");
        let file = file.replace("{realm}", "{team}");
        let faults = parse("realm.toml", &file).expect_err(address);
        let [fault] = faults.as_slice() else {
            panic!("{address}: {faults:#?}");
        };
        assert_eq!(fault.field, "pasted_addresses[0]", "{address}");
        assert!(fault.summary.contains(rule), "{address}: {}", fault.summary);
    }
}
