//! Pasted addresses of every built-in system: what is found in them, and how a wrong one is told apart.

use proofkey_core::connection::Severity;
use proofkey_core::provider::{self, Provider, Region, VariableKind, locate};

use crate::{CATALOGUE, examples, variables};

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
            let endpoints = provider::resolve(provider, &examples(provider, region))
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
            let same = all.iter().any(|(one, _, own)| {
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
fn an_address_that_cannot_be_taken_apart_is_refused_for_what_is_wrong_with_it() {
    let zendesk = CATALOGUE.provider("zendesk").expect("built in");
    for (value, said) in [
        (
            "https://acme.zendesk.com.evil.example/agent",
            "evil.example",
        ),
        ("acme.freshdesk.com", "acme.freshdesk.com"),
    ] {
        let findings = provider::resolve(zendesk, &variables(&[("subdomain", value)])).unwrap_err();
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

#[test]
fn the_addresses_that_a_file_lists_are_taken_apart() {
    let mut seen = 0;
    for provider in CATALOGUE.providers() {
        for address in &provider.pasted_addresses {
            let variable = label(provider).expect("an account");
            let pasted = address.replace(&format!("{{{}}}", variable.name), &variable.example);
            let located = locate(provider, &format!("{pasted}/settings"));
            assert_eq!(
                located.account.as_ref(),
                Some(&variable.example),
                "{pasted}"
            );
            seen += 1;
        }
    }
    assert!(seen > 0);
    let shopify = CATALOGUE.provider("shopify").expect("built in");
    let pasted = "https://admin.shopify.com/store/acme/products?x=1";
    let variables = variables(&[("shop", pasted)]);
    let endpoints = provider::resolve(shopify, &variables);
    // An address is taken apart before it is used, and never used as it is.
    assert!(endpoints.is_err());
    assert_eq!(locate(shopify, pasted).account.as_deref(), Some("acme"));
}
