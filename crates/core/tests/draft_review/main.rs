//! A draft is judged as a whole: everything wrong with it comes at once, and no secret is repeated.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod parameters;
mod redirects;
mod scopes;

use std::collections::BTreeMap;

use proofkey_core::Secret;
use proofkey_core::connection::{
    ConnectionDraft, DraftReview, Redirect, Severity, SigningDraft, review,
};
use proofkey_core::provider::{Catalogue, ClientAuthentication, Grant, Provider, RedirectHost};
use proofkey_core::system::entropy::OsEntropy;

const ID: &str = "0f3c9a7be41d4d5c8a62b7701c9e5d13";
const SECRET: &str = "kW9z2Qm7Lr4Tx8Vb1Nc6Hs3Jf5Gd0PyAeUiOqRtYwZkXvBnMcLhSgDfJaKsLqPo";

fn talkdesk() -> Provider {
    Catalogue::built_in()
        .provider("talkdesk")
        .expect("built in")
        .clone()
}

fn draft() -> ConnectionDraft {
    ConnectionDraft {
        name: "Support dashboards".to_owned(),
        provider: "talkdesk".to_owned(),
        grant: Grant::ClientCredentials,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: None,
        scopes: vec!["account:read".to_owned()],
        practice: false,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::from([
            ("account".to_owned(), "acme".to_owned()),
            ("region".to_owned(), "eu".to_owned()),
        ]),
        client_id: Some(Secret::new(ID.to_owned())),
        client_secret: Some(Secret::new(SECRET.to_owned())),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

fn told(review: &DraftReview) -> Vec<(&str, Severity)> {
    review
        .findings
        .iter()
        .map(|f| (f.field.as_str(), f.severity))
        .collect()
}

#[test]
fn a_good_draft_has_endpoints_and_no_finding() {
    let review = review(&talkdesk(), &draft(), false);
    assert_eq!(review.findings, []);
    let endpoints = review.endpoints.expect("resolved");
    assert_eq!(
        endpoints.token_url().unwrap().as_str(),
        "https://acme.talkdeskid.eu/oauth/token"
    );
}

#[test]
fn everything_wrong_comes_at_once_and_leads_to_its_field() {
    let draft = ConnectionDraft {
        name: "two\nlines".to_owned(),
        provider: "zendesk".to_owned(),
        grant: Grant::AuthorizationCode,
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        scopes: vec![
            "account:read users:read".to_owned(),
            "account:read".to_owned(),
        ],
        variables: BTreeMap::from([("account".to_owned(), "acme.com".to_owned())]),
        client_id: None,
        client_secret: Some(Secret::new(format!("{SECRET}\n"))),
        ..draft()
    };
    let mut provider = talkdesk();
    provider.grants = vec![Grant::ClientCredentials];
    provider.client_authentication = vec![ClientAuthentication::ClientSecretBasic];
    let review = review(&provider, &draft, false);
    let blocking = |field| (field, Severity::Blocking);
    assert_eq!(
        told(&review),
        [
            blocking("name"),
            blocking("provider"),
            blocking("grant"),
            blocking("client_authentication"),
            blocking("variables.account"),
            blocking("variables.region"),
            blocking("scopes"),
            blocking("client_id"),
            blocking("client_secret"),
            blocking("signing.private_key"),
            blocking("signing.key_id"),
        ]
    );
    assert!(review.is_blocked() && review.endpoints.is_none());
    assert!(review.findings.iter().all(|f| !f.remedy.is_empty()));
}

#[test]
fn a_changed_connection_keeps_credentials_that_are_left_out_but_not_emptied_ones() {
    let kept = ConnectionDraft {
        client_id: None,
        client_secret: None,
        ..draft()
    };
    assert_eq!(told(&review(&talkdesk(), &kept, true)), []);
    let missing = [
        ("client_id", Severity::Blocking),
        ("client_secret", Severity::Blocking),
    ];
    assert_eq!(told(&review(&talkdesk(), &kept, false)), missing);
    let emptied = || Some(Secret::new(String::new()));
    let emptied = ConnectionDraft {
        client_id: emptied(),
        client_secret: emptied(),
        ..draft()
    };
    assert_eq!(told(&review(&talkdesk(), &emptied, true)), missing);
}

#[test]
fn equal_and_exchanged_credentials_are_warned_of() {
    let pair = |id: &str, secret: &str| ConnectionDraft {
        client_id: Some(Secret::new(id.to_owned())),
        client_secret: Some(Secret::new(secret.to_owned())),
        ..draft()
    };
    for (id, secret, word) in [(SECRET, SECRET, "same"), (SECRET, ID, "exchanged")] {
        let review = review(&talkdesk(), &pair(id, secret), false);
        assert_eq!(told(&review), [("client_secret", Severity::Warning)]);
        assert!(review.findings[0].summary.contains(word));
    }
}

#[test]
fn an_unusual_account_name_is_taken_with_a_warning() {
    let mut draft = draft();
    draft.variables.insert(
        "account".to_owned(),
        "a-very-long-account-name-indeed".to_owned(),
    );
    let review = review(&talkdesk(), &draft, false);
    assert_eq!(told(&review), [("variables.account", Severity::Warning)]);
    assert!(review.endpoints.is_some());
}

#[test]
fn an_unsettled_address_is_asked_for_with_a_suggestion() {
    let mut draft = draft();
    draft.variables.insert("region".to_owned(), "au".to_owned());
    let first = review(&talkdesk(), &draft, false);
    assert_eq!(told(&first), [("variables.api_base", Severity::Blocking)]);
    assert!(
        first.findings[0]
            .remedy
            .contains("https://api.talkdeskapp.au")
    );
    draft.variables.insert(
        "api_base".to_owned(),
        "https://api.mytalkdesk.au".to_owned(),
    );
    let second = review(&talkdesk(), &draft, false);
    assert_eq!(second.findings, []);
    let endpoints = second.endpoints.expect("resolved");
    assert_eq!(endpoints.api_base.as_str(), "https://api.mytalkdesk.au/");
}

#[test]
fn no_finding_repeats_a_client_id_or_secret() {
    let spoilt = |value: &str| Some(Secret::new(format!("Basic “{value}\n {value}\u{200b}")));
    let draft = ConnectionDraft {
        client_id: spoilt(ID),
        client_secret: spoilt(SECRET),
        ..draft()
    };
    let review = review(&talkdesk(), &draft, false);
    assert!(review.is_blocked());
    let said = format!("{review:?}");
    for value in [ID, SECRET] {
        for piece in value.as_bytes().windows(5).map(String::from_utf8_lossy) {
            assert!(!said.contains(piece.as_ref()), "{piece}");
        }
    }
}

#[test]
fn an_address_that_only_one_grant_needs_is_asked_for_with_that_grant() {
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider("custom-oauth").expect("built in");
    let mut by_hand = ConnectionDraft {
        provider: provider.id.clone(),
        scopes: Vec::new(),
        variables: BTreeMap::from([
            (
                "token_url".to_owned(),
                "https://id.example.com/token".to_owned(),
            ),
            ("api_base".to_owned(), "https://api.example.com".to_owned()),
        ]),
        ..draft()
    };
    let alone = review(provider, &by_hand, false);
    assert_eq!(blocking(&alone), Vec::<&str>::new());
    let endpoints = alone.endpoints.expect("endpoints");
    assert!(endpoints.authorization.is_none() && endpoints.revocation.is_none());

    by_hand.grant = Grant::AuthorizationCode;
    by_hand.redirect = Some(Redirect::loopback(
        RedirectHost::Address,
        vec![61_234],
        &OsEntropy,
    ));
    let missing = review(provider, &by_hand, false);
    assert_eq!(blocking(&missing), ["variables.authorization_url"]);

    by_hand.variables.insert(
        "authorization_url".to_owned(),
        "https://id.example.com/authorize".to_owned(),
    );
    let approved = review(provider, &by_hand, false);
    assert_eq!(blocking(&approved), Vec::<&str>::new());
    let authorization = approved.endpoints.and_then(|it| it.authorization);
    assert_eq!(
        authorization.map(String::from).as_deref(),
        Some("https://id.example.com/authorize")
    );
}

fn blocking(review: &DraftReview) -> Vec<&str> {
    told(review)
        .into_iter()
        .filter(|(_, severity)| *severity == Severity::Blocking)
        .map(|(field, _)| field)
        .collect()
}

#[test]
fn a_client_without_a_secret_can_only_have_a_person_approve() {
    let mut provider = talkdesk();
    provider
        .client_authentication
        .push(ClientAuthentication::None);
    let public = |grant, secret: Option<&str>| ConnectionDraft {
        grant,
        client_authentication: ClientAuthentication::None,
        client_secret: secret.map(|secret| Secret::new(secret.to_owned())),
        ..draft()
    };
    let approval = review(&provider, &public(Grant::AuthorizationCode, None), false);
    assert!(!approval.is_blocked(), "{:?}", approval.findings);
    let empty = review(
        &provider,
        &public(Grant::AuthorizationCode, Some("")),
        false,
    );
    assert!(!empty.is_blocked(), "{:?}", empty.findings);
    let with_secret = review(
        &provider,
        &public(Grant::AuthorizationCode, Some(SECRET)),
        false,
    );
    assert!(told(&with_secret).contains(&("client_secret", Severity::Blocking)));
    let alone = review(&provider, &public(Grant::ClientCredentials, None), false);
    assert!(told(&alone).contains(&("client_authentication", Severity::Blocking)));
    assert!(!told(&alone).contains(&("client_secret", Severity::Blocking)));
}
