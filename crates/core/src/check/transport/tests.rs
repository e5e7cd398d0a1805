use super::*;
use crate::border::{RegionSighting, Sighting};
use crate::check::fixtures::Case;
use crate::check::region::tests::sighting;
use crate::check::report::RemedyAction;

const HOST: &str = "acme.talkdeskid.com";

fn verdict(kind: Kind, sightings: &[RegionSighting]) -> Check {
    let case = Case::default();
    let around = Surroundings {
        terms: case.terms(),
        host: HOST,
        elsewhere: Elsewhere {
            account: Some("acme"),
            here: Some("us"),
            sightings,
        },
    };
    failed(CheckId::Tls, &around, &TransportError::unsent(kind, HOST))
}

fn address() -> std::net::IpAddr {
    std::net::Ipv4Addr::new(10, 0, 0, 7).into()
}

fn all_kinds() -> Vec<Kind> {
    let text = || "x".to_owned();
    vec![
        Kind::UnknownHost,
        Kind::ResolverSilent,
        Kind::Refused,
        Kind::Unreachable,
        Kind::ConnectTimeout,
        Kind::TlsUnknownIssuer {
            issuer: text(),
            subject: text(),
        },
        Kind::TlsExpired { not_after: text() },
        Kind::TlsNotYetValid { not_before: text() },
        Kind::TlsWrongName {
            names: vec![text()],
        },
        Kind::TlsIsAuthority { subject: text() },
        Kind::TlsCallerRefused { reason: text() },
        Kind::TlsOther { reason: text() },
        Kind::FirstByteTimeout,
        Kind::TotalTimeout,
        Kind::Closed,
        Kind::BodyTooLarge { limit: 1 },
        Kind::ProxyRefused { status: Some(407) },
        Kind::ProxyUnsupported,
        Kind::NotHttps,
        Kind::NotLoopback { address: address() },
        Kind::PrivateAddress { address: address() },
        Kind::Encoded { encoding: text() },
        Kind::Malformed { reason: text() },
    ]
}

#[test]
fn every_kind_has_a_sentence_of_its_own_and_a_way_on() {
    let mut summaries = std::collections::BTreeSet::new();
    for kind in all_kinds() {
        let check = verdict(kind.clone(), &[]);
        assert!(check.remedy.is_some(), "{kind:?}");
        assert!(check.summary.ends_with('.'), "{}", check.summary);
        assert!(summaries.insert(check.summary), "{kind:?}");
    }
}

#[test]
fn an_unknown_host_is_mistyped_unless_the_account_answers_elsewhere() {
    let check = verdict(Kind::UnknownHost, &[]);
    assert_eq!(
        check.summary,
        "The name acme.talkdeskid.com does not exist."
    );
    assert!(check.causes[0].summary.contains("mistyped"));

    let sightings = [
        sighting("us", Sighting::Absent),
        sighting("eu", Sighting::Found),
    ];
    let check = verdict(Kind::UnknownHost, &sightings);
    assert_eq!(
        check.causes[0].action,
        Some(RemedyAction::SwitchRegion {
            region: "eu".to_owned()
        })
    );
    assert!(check.evidence.contains_key("region_eu"));
}

#[test]
fn a_silent_name_server_is_not_called_a_typo() {
    let check = verdict(Kind::ResolverSilent, &[]);
    assert_eq!(check.causes.len(), 1);
    assert!(check.causes[0].summary.contains("offline"));
}

#[test]
fn an_unknown_authority_is_named_and_taken_for_an_inspecting_proxy() {
    let check = verdict(
        Kind::TlsUnknownIssuer {
            issuer: "Contoso Web Gateway\u{202e}".to_owned(),
            subject: "acme.talkdeskid.com".to_owned(),
        },
        &[],
    );
    assert!(check.summary.contains("“Contoso Web Gateway\\u{202e}”"));
    assert!(check.causes[0].summary.contains("inspects"));
    assert!(check.causes[0].remedy.contains("--ca-file"));
}

#[test]
fn a_self_signed_certificate_is_first_taken_for_an_impostor() {
    let check = verdict(
        Kind::TlsUnknownIssuer {
            issuer: "router.local".to_owned(),
            subject: "router.local".to_owned(),
        },
        &[],
    );
    assert!(check.causes[0].summary.contains("in place of"));
}

#[test]
fn a_wrong_date_points_at_the_server_or_at_the_clock() {
    let expired = verdict(
        Kind::TlsExpired {
            not_after: "2026-11-20T08:00:00Z".to_owned(),
        },
        &[],
    );
    assert!(expired.summary.ends_with("expired on 2026-11-20."));
    assert!(expired.causes[1].summary.contains("clock is ahead"));
    let early = verdict(
        Kind::TlsNotYetValid {
            not_before: "2027-01-01T00:00:00Z".to_owned(),
        },
        &[],
    );
    assert!(early.causes[0].summary.contains("clock is behind"));
}

#[test]
fn a_certificate_for_another_name_says_for_which() {
    let check = verdict(
        Kind::TlsWrongName {
            names: vec!["guest.hotel.example".to_owned()],
        },
        &[],
    );
    assert!(check.summary.contains("“guest.hotel.example”"));
}
