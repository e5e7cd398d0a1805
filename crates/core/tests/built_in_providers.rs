//! The providers that come along: each value says where it comes from, and nothing in a file promises
//! what the system cannot hold.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeSet;

use proofkey_core::provider::{
    Catalogue, Certainty, ClientAuthentication, Grant, Probe, Provider, RedirectPolicy,
    RefreshPolicy, ScopeUse,
};
use toml::{Table, Value};

/// Sections in which each value that a file writes has to be backed.
const BACKED: [&str; 16] = [
    "endpoints",
    "grants",
    "client_authentication",
    "client_assertion",
    "service_tokens",
    "basic_encoding",
    "body_format",
    "client_credentials",
    "authorization_code",
    "static_credentials",
    "token_response",
    "refresh",
    "token_header",
    "probes",
    "lifetimes",
    "known_errors",
];

#[test]
fn the_systems_that_were_promised_are_there() {
    let catalogue = Catalogue::built_in();
    let ids: Vec<&str> = catalogue.providers().map(|it| it.id.as_str()).collect();
    let promised = [
        "api-key",
        "auth0",
        "custom-oauth",
        "dataverse",
        "entra",
        "freshdesk",
        "google",
        "http-basic",
        "hubspot",
        "intercom",
        "keycloak",
        "none",
        "okta",
        "okta-custom",
        "pipedrive",
        "salesforce",
        "servicenow",
        "shopify",
        "slack",
        "slack-user",
        "talkdesk",
        "zendesk",
        "zendesk-token",
        "zoho-crm",
    ];
    assert_eq!(ids, promised);
}

#[test]
fn every_value_says_where_it_comes_from() {
    let mut bare = Vec::new();
    for (name, text) in files() {
        let file: Table = text.parse().expect("TOML");
        let backed = paths_with_evidence(&provider(&name));
        for section in BACKED {
            if let Some(value) = file.get(section) {
                leaves(section, value, &mut |path| {
                    if !backed.iter().any(|known| covers(known, path)) {
                        bare.push(format!("{name}: {path}"));
                    }
                });
            }
        }
    }
    assert!(
        bare.is_empty(),
        "without evidence:\n  {}",
        bare.join("\n  ")
    );
}

#[test]
fn whatever_is_not_documented_says_why() {
    let mut silent = Vec::new();
    for provider in all() {
        let noted: Vec<&str> = provider
            .evidence
            .iter()
            .filter(|evidence| evidence.note.is_some())
            .flat_map(|evidence| evidence.values.iter().map(String::as_str))
            .collect();
        for evidence in &provider.evidence {
            if evidence.certainty != Certainty::Documented && evidence.note.is_none() {
                silent.push(format!("{}: {:?}", provider.id, evidence.values));
            }
        }
        for path in doubtful(&provider) {
            if !noted.iter().any(|known| covers(known, path)) {
                silent.push(format!("{}: {path}", provider.id));
            }
        }
        for region in &provider.regions {
            if region.certainty != Certainty::Documented && region.note.is_none() {
                silent.push(format!("{}: regions.{}", provider.id, region.id));
            }
        }
    }
    assert!(
        silent.is_empty(),
        "without a word why:\n  {}",
        silent.join("\n  ")
    );
}

#[test]
fn nobody_without_a_sign_in_passes_a_test_call_that_the_file_chose() {
    for provider in all() {
        for probe in provider.probes.iter().filter(|probe| is_chosen(probe)) {
            let judged = !probe.requires.is_empty() || probe.matches.is_some();
            assert!(
                judged || probe.scope.is_some(),
                "{}: {} succeeds for anybody who answers with JSON",
                provider.id,
                probe.path
            );
        }
    }
}

#[test]
fn calls_that_answer_without_a_sign_in_are_told_by_what_they_say() {
    let rules = |id: &str, path: &str| -> Vec<String> {
        let provider = provider(&format!("{id}.toml"));
        let mut of_path = provider.probes.iter().filter(|probe| probe.path == path);
        let first = of_path.next().expect("the call");
        assert!(
            of_path.all(|other| other.requires == first.requires),
            "{id}"
        );
        first.requires.iter().map(|it| it.pointer.clone()).collect()
    };
    // Anonymous callers get a user without an id, and a refusal is a 200 with ok = false.
    assert_eq!(rules("zendesk", "/users/me.json"), ["/user/id"]);
    assert_eq!(rules("zendesk-token", "/users/me.json"), ["/user/id"]);
    assert_eq!(rules("slack", "/auth.test"), ["/ok"]);
    assert_eq!(rules("slack-user", "/auth.test"), ["/ok"]);
    // The list of versions one level up needs no token.
    assert_eq!(rules("salesforce", "/services/data/v62.0/"), ["/identity"]);
}

#[test]
fn grants_redirects_and_refreshes_go_together() {
    for provider in all() {
        let id = &provider.id;
        let secretless = provider.client_authentication == [ClientAuthentication::None];
        let by_itself = provider.grants.contains(&Grant::ClientCredentials);
        assert!(!(secretless && by_itself), "{id}");
        let Some(approval) = &provider.authorization_code else {
            continue;
        };
        if approval.redirect == RedirectPolicy::LoopbackFixedPort {
            // One of them may be taken by another program.
            assert!(approval.redirect_ports.len() >= 2, "{id}");
        }
        if let Some(refresh) = &approval.refresh_scope {
            assert_ne!(provider.refresh.policy, RefreshPolicy::None, "{id}");
            assert!(approval.suggested_scopes.contains(refresh), "{id}");
        }
        for always in &provider.scopes.always {
            assert!(approval.suggested_scopes.contains(always), "{id}");
        }
        assert!(
            approval.redirect == RedirectPolicy::LoopbackAnyPort || copies(&provider, REDIRECTS),
            "{id}: no step registers the redirect address"
        );
    }
}

#[test]
fn the_steps_fit_the_grants_they_are_for() {
    for provider in all() {
        let id = &provider.id;
        let several = provider.grants.len() > 1;
        for step in &provider.guide {
            let copies = step.copy.as_deref();
            if copies == Some(REDIRECTS) && several {
                assert_eq!(step.grant, Some(Grant::AuthorizationCode), "{id}");
            }
            let unsent = provider.client_credentials.scope == ScopeUse::Unsupported;
            if copies == Some("scopes") && unsent {
                assert_eq!(step.grant, Some(Grant::AuthorizationCode), "{id}");
            }
        }
        let fixed = provider.category != "Your own";
        let dated = provider.guide.iter().any(|step| {
            let words = step.uncertain.as_deref().unwrap_or_default();
            words.contains("As of November 2026")
        });
        assert!(
            !fixed || dated,
            "{id}: no step says as of when the menus are"
        );
    }
}

#[test]
fn a_refusal_has_one_meaning_and_every_file_its_sources() {
    for provider in all() {
        let mut seen = BTreeSet::new();
        for known in &provider.known_errors {
            let mark = format!(
                "{:?} {:?} {:?} {:?}",
                known.from, known.status, known.error, known.contains
            );
            assert!(seen.insert(mark.clone()), "{}: {mark}", provider.id);
        }
        assert!(!provider.sources.is_empty(), "{}", provider.id);
        assert!(!provider.evidence.is_empty(), "{}", provider.id);
    }
}

#[test]
fn known_ends_are_told_with_their_day() {
    let days = |id: &str| -> Vec<String> {
        let provider = provider(&format!("{id}.toml"));
        let days = provider.deadlines.into_iter().filter_map(|it| it.on);
        days.collect()
    };
    assert_eq!(days("hubspot"), ["2027-02-16"]);
    assert_eq!(days("shopify"), ["2026-04-01", "2027-01-01"]);
    assert_eq!(days("zendesk"), ["2027-04-01"]);
    assert_eq!(days("zendesk-token"), ["2026-10-27", "2027-04-30"]);
    assert_eq!(provider("salesforce.toml").deadlines.len(), 2);
}

const REDIRECTS: &str = "redirect_uris";

fn copies(provider: &Provider, what: &str) -> bool {
    provider
        .guide
        .iter()
        .any(|step| step.copy.as_deref() == Some(what))
}

/// A call that the file names itself, with something presented: neither one that the person entered
/// nor one of a system without a sign-in.
fn is_chosen(probe: &Probe) -> bool {
    probe.path.starts_with('/')
}

/// Sections that hold something less than documented by their own word.
fn doubtful(provider: &Provider) -> Vec<&'static str> {
    let probes = provider.probes.iter().map(|it| it.certainty);
    let errors = provider.known_errors.iter().map(|it| it.certainty);
    let deadlines = provider.deadlines.iter().map(|it| it.certainty);
    let approval = provider.authorization_code.iter().map(|it| it.certainty);
    let detection = provider.detection.iter().map(|it| it.certainty);
    let sections: [(_, Vec<Certainty>); 5] = [
        ("probes", probes.collect()),
        ("known_errors", errors.collect()),
        ("deadlines", deadlines.collect()),
        ("authorization_code", approval.collect()),
        ("detection", detection.collect()),
    ];
    let unsure = |it: &Certainty| *it != Certainty::Documented;
    let sections = sections
        .into_iter()
        .filter(|(_, said)| said.iter().any(unsure));
    sections.map(|(section, _)| section).collect()
}

fn paths_with_evidence(provider: &Provider) -> Vec<String> {
    let values = provider.evidence.iter().flat_map(|it| it.values.clone());
    values.collect()
}

/// Whether what is said of `known` holds for `path`: the same, or something below it.
fn covers(known: &str, path: &str) -> bool {
    path.strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The paths of the values that are no tables. What a file says of its own certainty, and what it tells
/// people, needs no evidence.
fn leaves(path: &str, value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                if !matches!(key.as_str(), "certainty" | "notes") {
                    leaves(&format!("{path}.{key}"), value, found);
                }
            }
        }
        _ => found(path),
    }
}

fn all() -> Vec<Provider> {
    Catalogue::built_in().providers().cloned().collect()
}

fn provider(file: &str) -> Provider {
    let id = file.trim_end_matches(".toml");
    let catalogue = Catalogue::built_in();
    catalogue.provider(id).expect("built in").clone()
}

/// Name and text of each file of the folder.
fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../providers");
    let entries = std::fs::read_dir(folder).expect("the folder of providers");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a readable file");
            (name.into_owned(), text)
        })
        .collect()
}
