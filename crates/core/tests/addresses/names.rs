//! The name of an account, typed or pasted: what is refused, and what is found in an address.

use std::collections::BTreeSet;

use proofkey_core::connection::Severity;
use proofkey_core::provider::{self, LabelDefect, label_defect, locate};
use proptest::prelude::*;

use crate::corpus::corpus;
use crate::{fields, talkdesk, variables};

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
    let distinct: BTreeSet<&String> = corpus.iter().map(|(_, n)| n).collect();
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

proptest! {
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
