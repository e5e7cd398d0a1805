//! Account in, URL out: what is refused, what is found in an address, and where a value may end up.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proofkey_core::connection::{Finding, Severity};
use proofkey_core::provider::{self, Catalogue, LabelDefect, Provider, label_defect, locate};
use proptest::prelude::*;

/// Read once: the properties below ask for it thousands of times.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);

fn talkdesk() -> &'static Provider {
    CATALOGUE.provider("talkdesk").expect("built in")
}

fn variables(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn fields(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.field.as_str())
        .collect()
}

/// Lines of the corpus: class, a tab, the name with Rust's escapes for what cannot be seen.
fn corpus() -> Vec<(String, String)> {
    include_str!("../../../tests/data/hostile-accounts.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (class, name) = line.split_once('\t').expect("a class and a name");
            (class.to_owned(), unescape(name))
        })
        .collect()
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('\\') => out.push('\\'),
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).expect("hexadecimal");
                out.push(char::from_u32(code).expect("a character"));
            }
            other => panic!("unknown escape {other:?} in {text}"),
        }
    }
    out
}

fn class_of(name: &str) -> &'static str {
    match label_defect(name) {
        Some(LabelDefect::Empty) => "empty",
        Some(LabelDefect::Control) => "control",
        Some(LabelDefect::Blank) => "blank",
        Some(LabelDefect::NonAscii) => "non_ascii",
        Some(LabelDefect::Delimiter) => "delimiter",
        Some(LabelDefect::Character) => "character",
        Some(LabelDefect::UpperCase) => "upper_case",
        Some(LabelDefect::HyphenEdge) => "hyphen_edge",
        Some(LabelDefect::TooLong) => "too_long",
        Some(LabelDefect::Encoded) => "encoded",
        Some(LabelDefect::Reserved) => "reserved",
        None => "pattern",
    }
}

#[test]
fn no_hostile_name_makes_an_address() {
    let talkdesk = talkdesk();
    let corpus = corpus();
    assert!(corpus.len() >= 300, "{}", corpus.len());
    let distinct: std::collections::BTreeSet<&String> = corpus.iter().map(|(_, n)| n).collect();
    assert_eq!(distinct.len(), corpus.len(), "a name is listed twice");
    for (class, name) in &corpus {
        assert_eq!(class_of(name), class, "{name:?}");
        let us = variables(&[("account", name), ("region", "us")]);
        let findings = provider::resolve(talkdesk, &us).expect_err(name);
        assert_eq!(fields(&findings), ["variables.account"], "{name:?}");
        assert!(
            findings
                .iter()
                .all(|f| f.summary.is_ascii() && !f.summary.contains(char::is_control)),
            "{findings:?}"
        );
        for region in &talkdesk.regions {
            assert!(
                provider::detection_url(talkdesk, name, region).is_err(),
                "{name:?}"
            );
        }
    }
}

#[test]
fn locating_a_hostile_name_changes_nothing_unsaid() {
    let talkdesk = talkdesk();
    for (class, name) in corpus() {
        let located = locate(talkdesk, &name);
        let Some(account) = located.account else {
            assert!(
                located
                    .findings
                    .iter()
                    .any(|f| f.severity == Severity::Blocking),
                "{name:?}"
            );
            continue;
        };
        if located.taken_from.is_some() {
            let address = name.strip_prefix("https://").unwrap_or(&name);
            assert_eq!((address, account.as_str()), ("acme.talkdeskid.com", "acme"));
            continue;
        }
        assert!(
            ["upper_case", "blank", "control"].contains(&class.as_str()),
            "{name:?}"
        );
        assert_eq!(account, name.trim().to_ascii_lowercase());
        assert!(
            located
                .findings
                .iter()
                .any(|f| f.severity == Severity::Note),
            "{name:?}"
        );
    }
}

#[test]
fn an_account_is_found_in_names_and_addresses_of_every_family() {
    let talkdesk = talkdesk();
    for (input, account, region) in [
        ("acme", "acme", None),
        ("Acme", "acme", None),
        (" acme\n", "acme", None),
        ("https://acme.talkdeskid.com", "acme", Some("us")),
        ("https://acme.talkdeskid.eu/oauth/token", "acme", Some("eu")),
        ("acme.talkdeskidca.com", "acme", Some("ca")),
        (
            "https://acme.talkdeskid.au/?next=https://evil.com/",
            "acme",
            Some("au"),
        ),
        ("acme.mytalkdesk.com", "acme", Some("us")),
        ("HTTPS://ACME.MYTALKDESK.EU/atlas#/home", "acme", Some("eu")),
        ("http://acme.mytalkdeskca.com/login?x=1", "acme", Some("ca")),
    ] {
        let located = locate(talkdesk, input);
        assert_eq!(located.account.as_deref(), Some(account), "{input}");
        assert_eq!(located.region.as_deref(), region, "{input}");
        assert_eq!(located.taken_from.is_some(), region.is_some(), "{input}");
        assert!(
            located
                .findings
                .iter()
                .all(|f| f.severity == Severity::Note),
            "{input}"
        );
    }
}

#[test]
fn an_address_that_only_resembles_one_yields_no_account() {
    let talkdesk = talkdesk();
    for input in [
        "",
        "   ",
        "https://acme.talkdeskid.com.evil.com",
        "https://acme.talkdeskid.com.evil.com/oauth/token",
        "https://evil.com/acme.talkdeskid.com",
        "https://evil.com?acme.talkdeskid.com",
        "https://evil.com#acme.talkdeskid.com",
        "https://evil.com\\.talkdeskid.com",
        "https://evil.com\\@acme.talkdeskid.com",
        "https://acme@evil.com",
        "https://user:pw@acme.talkdeskid.com",
        "https://acme.talkdeskid.com@evil.com/",
        "https://acme.talkdeskid.com:8443/",
        "https://acme.talkdeskid.com.",
        "https://acme.talkdeskid.co",
        "https://acmetalkdeskid.com",
        "https://talkdeskid.com",
        "https://.talkdeskid.com",
        "https://a.b.talkdeskid.com",
        "https://www.talkdeskid.com",
        "https://xn--acme.talkdeskid.com",
        "https://-acme.talkdeskid.com",
        "https://acme.talkdeskid\u{3002}com",
        "https://\u{430}cme.talkdeskid.com",
        "https://acme%2etalkdeskid.com",
        "https://acme.talkdeskid.com%00.evil.com",
        "https://acme.talkdes\nkid.com",
        "https://acme.talkdeskid.com /x",
        "javascript://acme.talkdeskid.com/%0aalert(1)",
        "file://acme.talkdeskid.com/etc/passwd",
        "//acme.talkdeskid.com",
        "https:///acme.talkdeskid.com",
        "https:acme.talkdeskid.com",
        "https://127.0.0.1",
        "https://[::1]",
        "https://api.talkdeskapp.com/account",
        "<https://acme.talkdeskid.com>",
        "\"acme\"",
    ] {
        let located = locate(talkdesk, input);
        assert_eq!(located.account, None, "{input:?}");
        assert!(
            located
                .findings
                .iter()
                .any(|f| f.severity == Severity::Blocking),
            "{input:?}"
        );
    }
}

#[test]
fn an_api_address_tells_the_region_but_no_account() {
    let located = locate(talkdesk(), "https://api.talkdeskapp.eu/account");
    assert_eq!(
        (located.account, located.region.as_deref()),
        (None, Some("eu"))
    );
}

#[test]
fn each_region_has_its_own_endpoints() {
    let talkdesk = talkdesk();
    for (region, id_host, api) in [
        ("us", "talkdeskid.com", "https://api.talkdeskapp.com/"),
        ("eu", "talkdeskid.eu", "https://api.talkdeskapp.eu/"),
        ("ca", "talkdeskidca.com", "https://api.talkdeskappca.com/"),
    ] {
        let variables = variables(&[("account", "acme"), ("region", region)]);
        let endpoints = provider::resolve(talkdesk, &variables).expect("complete");
        assert_eq!(
            endpoints.token_url().unwrap().as_str(),
            format!("https://acme.{id_host}/oauth/token")
        );
        assert_eq!(endpoints.api_base.as_str(), api);
        assert_eq!(
            provider::region(talkdesk, &variables).expect("known").id,
            region
        );
    }
}

#[test]
fn a_region_typed_by_hand_takes_checked_hosts_only() {
    let talkdesk = talkdesk();
    let custom = |id_host: &str, api_base: &str| {
        let typed = [
            ("account", "acme"),
            ("region", "custom"),
            ("id_host", id_host),
            ("api_base", api_base),
        ];
        provider::resolve(talkdesk, &variables(&typed))
    };
    let endpoints = custom("talkdeskid.co.uk", "https://api.talkdeskapp.co.uk").expect("complete");
    assert_eq!(
        endpoints.token_url().unwrap().as_str(),
        "https://acme.talkdeskid.co.uk/oauth/token"
    );
    let findings = custom("https://talkdeskid.co.uk", "http://api.example.com").expect_err("wrong");
    assert_eq!(
        fields(&findings),
        ["variables.id_host", "variables.api_base"]
    );
    let findings = custom("", "").expect_err("missing");
    assert_eq!(
        fields(&findings),
        ["variables.id_host", "variables.api_base"]
    );
    for host in [
        "evil.com/",
        "evil.com#",
        "127.0.0.1",
        "com",
        "a@b.com",
        "b.com:1",
        "[::1]",
    ] {
        assert!(custom(host, "https://api.example.com").is_err(), "{host}");
    }
}

#[test]
fn everything_wrong_with_the_variables_is_said_at_once() {
    let typed = variables(&[("account", "-"), ("region", "mars"), ("acount", "acme")]);
    let findings = provider::resolve(talkdesk(), &typed).expect_err("wrong");
    assert_eq!(
        fields(&findings),
        ["variables.account", "variables.region", "variables.acount"]
    );
    let nothing = provider::resolve(talkdesk(), &BTreeMap::new()).expect_err("missing");
    assert_eq!(fields(&nothing), ["variables.account", "variables.region"]);
}

#[test]
fn a_typed_value_never_replaces_one_from_the_closed_list() {
    let typed = variables(&[
        ("account", "acme"),
        ("region", "us"),
        ("id_host", "evil.com"),
        ("api_base", "https://evil.com"),
    ]);
    let endpoints = provider::resolve(talkdesk(), &typed).expect("complete");
    assert_eq!(
        endpoints.token_url().unwrap().host_str(),
        Some("acme.talkdeskid.com")
    );
    assert_eq!(endpoints.api_base.host_str(), Some("api.talkdeskapp.com"));
}

proptest! {
    #[test]
    fn whatever_is_typed_the_host_is_a_label_and_the_suffix(
        account in prop_oneof!["[a-z0-9-]{0,70}", ".{0,40}", "[a-z.@/:#?%\\\\\\[\\]]{0,20}"],
        region in prop::sample::select(vec!["us", "eu", "ca"]),
    ) {
        let talkdesk = talkdesk();
        let typed = variables(&[("account", &account), ("region", region)]);
        if let Ok(endpoints) = provider::resolve(talkdesk, &typed) {
            let suffix = &talkdesk.regions.iter().find(|r| r.id == region).expect("known").values["id_host"];
            let expected = format!("{account}.{suffix}");
            for url in [endpoints.token.as_ref(), endpoints.jwks.as_ref(), endpoints.authorization.as_ref()] {
                let url = url.expect("given by the file");
                prop_assert_eq!(url.host_str(), Some(expected.as_str()));
                prop_assert_eq!((url.scheme(), url.port(), url.username()), ("https", None, ""));
            }
            prop_assert!(label_defect(&account).is_none());
        }
    }

    #[test]
    fn whatever_is_pasted_a_located_account_is_a_label(input in ".{0,60}") {
        if let Some(account) = locate(talkdesk(), &input).account {
            prop_assert!(label_defect(&account).is_none());
        }
    }

    #[test]
    fn a_pasted_address_survives_no_foreign_ending(ending in "[a-z0-9.:@\\\\%-]{1,20}") {
        let input = format!("https://acme.talkdeskid.com{ending}");
        prop_assert_eq!(locate(talkdesk(), &input).account, None);
    }
}
