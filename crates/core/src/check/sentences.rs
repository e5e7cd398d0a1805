//! No sentence of a report names what a system does not have.

use super::api;
use super::fixtures::{Case, connection};
use super::report::{Check, CheckId};
use super::transport::{self, Surroundings};
use crate::check::region::Elsewhere;
use crate::connection::Connection;
use crate::error::Quoted;
use crate::oauth::TokenErrorKind;
use crate::probe::{ProbeError, ProbeErrorKind, ProbeReply};
use crate::provider::{Catalogue, ClientAuthentication, Grant, Provider};
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};

const HOST: &str = "api.vendor.example";

fn words(status: u16, error: &str) -> Quoted {
    Quoted {
        status: Some(status),
        error: Some(error.to_owned()),
        description: None,
    }
}

fn case(provider: &Provider, grant: Grant) -> Case {
    let authentication = match grant {
        Grant::ClientCredentials | Grant::AuthorizationCode => provider.client_authentication[0],
        Grant::HttpBasic | Grant::ApiKey | Grant::None => ClientAuthentication::None,
    };
    let provider = Provider {
        // What the file itself says is judged where the file is read.
        known_errors: Vec::new(),
        ..provider.clone()
    };
    Case {
        connection: Connection {
            provider: provider.id.clone(),
            grant,
            client_authentication: authentication,
            scopes: Vec::new(),
            variables: std::collections::BTreeMap::new(),
            ..connection()
        },
        provider,
        ..Case::default()
    }
}

fn of_the_way(case: &Case) -> Vec<Check> {
    let text = || "x".to_owned();
    [
        Kind::UnknownHost,
        Kind::ResolverSilent,
        Kind::Refused,
        Kind::Unreachable,
        Kind::ConnectTimeout,
        Kind::FirstByteTimeout,
        Kind::TlsExpired { not_after: text() },
        Kind::TlsWrongName {
            names: vec![text()],
        },
        Kind::ProxyRefused { status: Some(503) },
    ]
    .into_iter()
    .map(|kind| {
        transport::failed(
            CheckId::Dns,
            &around(case),
            &TransportError::unsent(kind, HOST),
        )
    })
    .collect()
}

fn of_the_token(case: &Case) -> Vec<Check> {
    let kinds = [
        (401, "invalid_client"),
        (400, "invalid_scope"),
        (400, "unauthorized_client"),
        (404, "not_found"),
        (418, "teapot"),
        (503, "busy"),
    ]
    .map(|(status, error)| {
        let words = Box::new(words(status, error));
        (TokenErrorKind::Refused(words), Some(status))
    });
    let others = [
        (
            TokenErrorKind::Redirected {
                location_host: None,
            },
            Some(302),
        ),
        (
            TokenErrorKind::NotJson {
                content_type: None,
                looks_like_html: true,
            },
            Some(404),
        ),
        (
            TokenErrorKind::NotJson {
                content_type: None,
                looks_like_html: true,
            },
            Some(200),
        ),
        (TokenErrorKind::UnsafeToken, Some(200)),
    ];
    kinds
        .into_iter()
        .chain(others)
        .map(|(kind, status)| case.judged_kind(kind, status))
        .collect()
}

fn of_the_api(case: &Case) -> Vec<Check> {
    let terms = case.terms();
    let mut checks = vec![api::unasked(terms), api::account(terms, None)];
    let Some(probe) = case.provider.probes.first() else {
        return checks;
    };
    let reply = ProbeReply {
        status: 200,
        elapsed: std::time::Duration::ZERO,
        asked: format!("https://{HOST}/"),
        comparison: None,
    };
    checks.push(api::accepted(terms, probe, &reply));
    checks.push(api::indifferent(terms, &reply, true));
    checks.push(api::indifferent(terms, &reply, false));
    let refusals = [400, 401, 403, 404, 500]
        .map(|status| ProbeErrorKind::Refused(Box::new(words(status, "no"))));
    let others = [
        ProbeErrorKind::Unmet {
            said: "ok is false".to_owned(),
            words: Box::new(words(200, "no")),
        },
        ProbeErrorKind::Redirected {
            location_host: None,
        },
        ProbeErrorKind::NotJson {
            content_type: None,
            looks_like_html: true,
        },
        ProbeErrorKind::Busy { retry_after: None },
        ProbeErrorKind::Malformed {
            reason: "it is empty".to_owned(),
        },
        ProbeErrorKind::NotSendable {
            reason: "no".to_owned(),
        },
    ];
    checks.extend(refusals.into_iter().chain(others).map(|kind| {
        let error = ProbeError {
            kind,
            status: None,
            asked: format!("https://{HOST}/"),
        };
        api::refused(&around(case), probe, &error)
    }));
    checks
}

fn around(case: &Case) -> Surroundings<'_> {
    Surroundings {
        terms: case.terms(),
        host: HOST,
        elsewhere: Elsewhere::default(),
    }
}

/// Everything a person reads of a check, in lower case and without what the provider file calls its own.
fn text(case: &Case, check: &Check) -> String {
    let mut text = check.summary.clone();
    for more in check.remedy.iter().chain(
        check
            .causes
            .iter()
            .flat_map(|cause| [&cause.summary, &cause.remedy]),
    ) {
        text.push(' ');
        text.push_str(more);
    }
    let provider = &case.provider;
    let credentials = case.terms().credentials().in_a_sentence();
    // The last one is the host of the fixtures.
    let mut own: Vec<&str> = vec![case.terms().name(), &credentials, "acme.talkdeskid.com"];
    own.extend(
        provider
            .variables
            .iter()
            .map(|variable| variable.example.as_str()),
    );
    own.extend(
        provider
            .variables
            .iter()
            .map(|variable| variable.label.as_str()),
    );
    own.into_iter()
        .fold(text, |text, own| text.replace(own, "*"))
        .to_lowercase()
}

#[test]
fn every_built_in_provider_is_spoken_of_with_what_it_has() {
    let catalogue = Catalogue::built_in();
    let (mut judged, mut wrong) = (0, Vec::new());
    for (provider, _) in catalogue.origins() {
        for grant in provider.grants.iter().copied() {
            let case = case(provider, grant);
            let mut forbidden = vec!["talkdesk"];
            if provider.regions.len() < 2 {
                forbidden.push("region");
            }
            let mut checks = of_the_way(&case);
            checks.extend(of_the_api(&case));
            if grant.is_oauth() {
                checks.extend(of_the_token(&case));
            } else {
                forbidden.extend(["client", "token", "scope"]);
            }
            for check in &checks {
                let text = text(&case, check);
                let holes = [
                    "  ",
                    " .",
                    "the the",
                    "“”",
                    "..",
                    "a system",
                    "another system with",
                    ", as a",
                ];
                wrong.extend(
                    forbidden
                        .iter()
                        .chain(&holes)
                        .filter(|word| text.contains(**word))
                        .map(|word| format!("{} {grant:?}: {word:?} in {text}", provider.id)),
                );
                judged += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(judged > 50, "{judged}");
}
