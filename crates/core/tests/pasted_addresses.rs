//! Pasted addresses of every built-in system: what is found in them, and how a wrong one is told apart.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proofkey_core::connection::Severity;
use proofkey_core::provider::{
    self, Catalogue, Provider, Region, VariableKind, label_defect, locate, locate_variable, parse,
};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);

/// Every built-in provider whose first host label is found in addresses, with one such address for
/// each of its regions.
fn addressed() -> Vec<(&'static Provider, Option<&'static Region>, String)> {
    let mut all = Vec::new();
    for provider in CATALOGUE.providers() {
        let Some(variable) = label(provider) else {
            continue;
        };
        let regions: Vec<Option<&Region>> = match provider.regions.as_slice() {
            [] => vec![None],
            some => some
                .iter()
                .filter(|region| region.asks.is_empty())
                .map(Some)
                .collect(),
        };
        for region in regions {
            let endpoints = provider::resolve(provider, &typed(provider, region))
                .unwrap_or_else(|findings| panic!("{}: {findings:#?}", provider.id));
            let hosts = [endpoints.token.as_ref(), Some(&endpoints.api_base)];
            let host = hosts
                .into_iter()
                .flatten()
                .filter_map(|url| url.host_str())
                .find(|host| host.starts_with(&format!("{}.", variable.example)));
            if let Some(host) = host {
                all.push((provider, region, host.to_owned()));
            }
        }
    }
    all
}

fn label(provider: &Provider) -> Option<&provider::Variable> {
    provider
        .variables
        .iter()
        .find(|one| one.kind == VariableKind::HostLabel)
}

/// The file's own examples.
fn typed(provider: &Provider, region: Option<&Region>) -> BTreeMap<String, String> {
    provider
        .variables
        .iter()
        .map(|variable| {
            let value = match region {
                Some(region) if variable.kind == VariableKind::Region => &region.id,
                _ => &variable.example,
            };
            (variable.name.clone(), value.clone())
        })
        .collect()
}

/// What was said that keeps an address from being taken.
fn refusal(provider: &Provider, input: &str) -> String {
    let located = locate(provider, input);
    assert_eq!(located.account, None, "{}: {input}", provider.id);
    let blocking: Vec<_> = located
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Blocking)
        .collect();
    assert_eq!(blocking.len(), 1, "{}: {input}: {blocking:#?}", provider.id);
    assert!(blocking[0].summary.is_ascii() && !blocking[0].remedy.is_empty());
    blocking[0].summary.clone()
}

#[test]
fn the_account_and_its_region_are_found_in_an_address_of_every_system() {
    let all = addressed();
    assert!(all.iter().any(|(provider, _, _)| provider.id == "zendesk"));
    for (provider, region, host) in all {
        let example = &label(provider).expect("there").example;
        for input in [
            host.clone(),
            format!("https://{host}"),
            format!("https://{host}/"),
            format!("  HTTPS://{}/agent/dashboard?x=1#y\n", host.to_uppercase()),
        ] {
            let located = locate(provider, &input);
            assert_eq!(
                located.account.as_ref(),
                Some(example),
                "{}: {input}",
                provider.id
            );
            assert_eq!(
                located.region.as_ref(),
                region.map(|one| &one.id),
                "{input}"
            );
            assert!(located.taken_from.is_some());
            let said = located
                .findings
                .iter()
                .any(|one| one.summary.contains("left out"));
            assert_eq!(said, input.contains("dashboard"), "{input}");
            assert!(
                located
                    .findings
                    .iter()
                    .all(|one| one.severity == Severity::Note)
            );
        }
    }
}

/// Addresses that are made from a right one and lead elsewhere, with words of what is said.
fn wrong(host: &str) -> Vec<(String, &'static str)> {
    let (example, suffix) = host.split_once('.').expect("a label and an ending");
    vec![
        (
            format!("https://{host}.evil.example/x"),
            "It belongs to whoever owns evil.example.",
        ),
        (
            format!("https://{example}-{suffix}"),
            "There is no dot before",
        ),
        (
            format!("https://{example}{suffix}"),
            "There is no dot before",
        ),
        (
            format!("https://{suffix}"),
            "The part before it is missing.",
        ),
        (
            format!("https://one.{host}"),
            "has more parts than a sign-in address",
        ),
        (format!("https://{host}."), "ends in a dot"),
        (format!("https://{host}:8443/"), "names a port (:8443)"),
        (format!("https://me@{host}"), "a user name before its host"),
        (
            format!("https://evil.example\\@{host}"),
            "a blank, a line break or a backslash",
        ),
        (
            format!("https://\u{430}cme.{suffix}"),
            "only look like plain ones",
        ),
        (
            format!("https://{example}.{}", suffix.replace('.', "\u{3002}")),
            "only look like plain ones",
        ),
        (
            "https://192.0.2.7/".to_owned(),
            "is the number of a computer",
        ),
        (
            "https://[2001:db8::7]/".to_owned(),
            "is the number of a computer",
        ),
        (format!("ftp://{host}"), "does not begin with ftp"),
        (
            format!("https://www.{suffix}"),
            "www is never an account of its own",
        ),
        (
            "https://login.evil.example/".to_owned(),
            "is no sign-in address of",
        ),
    ]
}

#[test]
fn each_wrong_address_of_every_system_has_its_own_sentence() {
    let all = addressed();
    for (provider, _, host) in &all {
        let (example, suffix) = host.split_once('.').expect("a label and an ending");
        // Below the ending of another region, a spliced name is that region's.
        let inner = all.iter().any(|(one, _, other)| {
            let (_, rest) = other.split_once('.').expect("a label and an ending");
            one.id == provider.id && suffix.ends_with(&format!(".{rest}"))
        });
        if inner {
            continue;
        }
        for (input, sentence) in wrong(host) {
            let told = refusal(provider, &input);
            assert!(told.contains(sentence), "{}: {input}: {told}", provider.id);
        }
        let close = suffix.replacen("com", "co", 1);
        if close != suffix {
            let told = refusal(provider, &format!("https://{example}.{close}"));
            assert!(
                told.contains("only resembles"),
                "{}: {close}: {told}",
                provider.id
            );
        }
    }
}

#[test]
fn an_address_of_one_system_is_none_of_another() {
    let all = addressed();
    for (provider, _, _) in &all {
        for (other, _, host) in &all {
            let located = locate(provider, &format!("https://{host}/"));
            // Two files may be about the same system.
            let same = addressed().iter().any(|(one, _, own)| {
                one.id == provider.id && own.split_once('.') == host.split_once('.')
            });
            if let Some(account) = located.account {
                assert!(
                    same,
                    "{} takes {account} from {host} of {}",
                    provider.id, other.id
                );
            }
        }
    }
}

#[test]
fn no_hostile_label_reaches_another_host_of_any_system() {
    let corpus = include_str!("../../../tests/data/hostile-accounts.txt");
    let names: Vec<String> = corpus
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| unescape(line.split_once('\t').expect("a class and a name").1))
        .collect();
    assert!(names.len() >= 300);
    let mut systems = 0;
    for provider in CATALOGUE.providers() {
        let labels: Vec<&provider::Variable> = provider
            .variables
            .iter()
            .filter(|variable| {
                matches!(
                    variable.kind,
                    VariableKind::HostLabel | VariableKind::Host | VariableKind::HttpsUrl
                )
            })
            .collect();
        systems += usize::from(!labels.is_empty());
        let region = provider.regions.first();
        let usual = usual_hosts(provider);
        for variable in labels {
            for name in &names {
                let mut values = typed(provider, region);
                values.insert(variable.name.clone(), name.clone());
                let Ok(endpoints) = provider::resolve(provider, &values) else {
                    continue;
                };
                for url in [
                    endpoints.token.as_ref(),
                    Some(&endpoints.api_base),
                    endpoints.authorization.as_ref(),
                    endpoints.jwks.as_ref(),
                    endpoints.revocation.as_ref(),
                    endpoints.userinfo.as_ref(),
                    endpoints.pushed_authorization.as_ref(),
                    endpoints.metadata.as_ref(),
                ]
                .into_iter()
                .flatten()
                {
                    assert_reaches_only(&usual, variable, name, url);
                }
            }
        }
    }
    assert!(systems >= 3, "{systems}");
}

/// The hosts of the endpoints for the file's own examples.
fn usual_hosts(provider: &Provider) -> Vec<String> {
    let examples = typed(provider, provider.regions.first());
    let usual = provider::resolve(provider, &examples).expect("complete");
    [
        usual.token.as_ref(),
        Some(&usual.api_base),
        usual.authorization.as_ref(),
        usual.metadata.as_ref(),
    ]
    .into_iter()
    .flatten()
    .filter_map(|url| url.host_str().map(str::to_owned))
    .collect()
}

/// A name of the corpus that makes an address at all is, in it, exactly what was typed.
fn assert_reaches_only(
    usual: &[String],
    variable: &provider::Variable,
    name: &str,
    url: &url::Url,
) {
    let place = format!("{}: {name:?} -> {url}", variable.name);
    let host = url.host_str().expect("a host");
    assert!(
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
        "{place}"
    );
    if usual.iter().any(|one| one == host) {
        return;
    }
    match variable.kind {
        VariableKind::HostLabel => {
            assert!(label_defect(name).is_none(), "{place}");
            let rest = host.strip_prefix(&format!("{name}.")).expect(&place);
            let ends = usual
                .iter()
                .any(|usual| usual.split_once('.').map(|(_, rest)| rest) == Some(rest));
            assert!(ends, "{place}");
        }
        VariableKind::Host => assert_eq!(host, name, "{place}"),
        _ => assert!(name.contains(&format!("://{host}")), "{place}"),
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some('u') => {
                    let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(&digits, 16).expect("hexadecimal");
                    out.push(char::from_u32(code).expect("a character"));
                }
                other => out.extend(other),
            },
            other => out.push(other),
        }
    }
    out
}

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
        &BTreeMap::from(
            [
                ("base", "https://id.example.com:8443/auth"),
                ("realm", "Acme"),
                ("tenant", "1234-abcd"),
                ("domain", "acme.idp.example"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        ),
    )
    .expect("complete");
    assert_eq!(
        endpoints.token_url().expect("there").as_str(),
        "https://id.example.com:8443/auth/realms/Acme/token"
    );
}

#[test]
fn an_address_that_cannot_be_taken_apart_is_refused_for_what_is_wrong_with_it() {
    let zendesk = CATALOGUE.provider("zendesk").expect("built in");
    let typed = |value: &str| BTreeMap::from([("subdomain".to_owned(), value.to_owned())]);
    for (value, said) in [
        (
            "https://acme.zendesk.com.evil.example/agent",
            "evil.example",
        ),
        ("acme.freshdesk.com", "acme.freshdesk.com"),
    ] {
        let findings = provider::resolve(zendesk, &typed(value)).unwrap_err();
        assert!(
            findings[0].summary.contains(said),
            "{}",
            findings[0].summary
        );
        assert!(
            findings[0].remedy.contains("zendesk.com"),
            "{}",
            findings[0].remedy
        );
    }
}
