//! A validator that somebody else's framework serves.

use http::HeaderMap;
use proofkey_core::check::{CheckStatus, Verdict};
use proofkey_core::laboratory::{Expected, PointId, Trial};
use proofkey_core::system::network::NetworkSettings;
use proofkey_tests::ExpressValidator;

use crate::bench::{CALL, failed, of, tried, tried_with};

/// The five planted mistakes, each with the one point that it breaks.
const PLANTED: [(&str, PointId); 5] = [
    ("any_credentials", PointId::Altered),
    ("echo", PointId::Echo),
    ("html", PointId::ContentType),
    ("nested", PointId::Fields),
    ("crash", PointId::Malformed),
];

#[tokio::test]
async fn a_right_validator_keeps_the_whole_contract() {
    let Some(server) = ExpressValidator::start(&[], None) else {
        return;
    };
    let report = tried(&server.url(), Trial::Suite).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(report.findings().count(), 0, "{report:#?}");
    assert_eq!(
        of(&report, CheckStatus::Skipped),
        [PointId::Tls, PointId::Caller]
    );
    assert_eq!(report.points.len(), PointId::SUITE.len());
    assert_eq!(report.secret_fields, ["password"]);

    let record = server.stop();
    assert_eq!(record.len(), usize::try_from(report.calls).expect("a few"));
    let accepted = record.iter().filter(|line| line["status"] == 200);
    assert_eq!(
        accepted.count(),
        3,
        "the first, the unknown field, what was returned"
    );
    assert!(
        record
            .iter()
            .any(|line| line["method"] == "GET" && line["status"] == 405)
    );
}

#[tokio::test]
async fn all_five_planted_mistakes_are_found_in_one_run() {
    let mistakes = PLANTED.map(|(mistake, _)| mistake);
    let Some(server) = ExpressValidator::start(&mistakes, None) else {
        return;
    };
    let report = tried(&server.url(), Trial::Suite).await;
    let mut expected = PLANTED.map(|(_, point)| point);
    expected.sort();
    assert_eq!(failed(&report), expected, "{report:#?}");
}

#[tokio::test]
async fn each_planted_mistake_alone_is_the_one_finding() {
    for (mistake, point) in PLANTED {
        let Some(server) = ExpressValidator::start(&[mistake], None) else {
            return;
        };
        let report = tried(&server.url(), Trial::Suite).await;
        assert_eq!(report.verdict, Verdict::Failed);
        let found: Vec<PointId> = report.findings().map(|it| it.id).collect();
        assert_eq!(found, [point], "{mistake}: {report:#?}");
        let finding = report.point(point).expect("the point");
        assert!(
            finding.remedy.is_some() && !finding.causes.is_empty(),
            "{mistake}"
        );
    }
}

#[tokio::test]
async fn further_mistakes_are_told_apart() {
    for (mistake, points) in [
        ("redirect", vec![PointId::Status]),
        ("fraction", vec![PointId::Fields]),
        ("forbidden", vec![PointId::Altered]),
        ("forgets", vec![PointId::SentBack]),
    ] {
        let Some(server) = ExpressValidator::start(&[mistake], None) else {
            return;
        };
        let report = tried(&server.url(), Trial::Suite).await;
        assert_eq!(failed(&report), points, "{mistake}: {report:#?}");
    }
    let Some(server) = ExpressValidator::start(&["loose"], None) else {
        return;
    };
    let report = tried(&server.url(), Trial::Suite).await;
    assert_eq!(report.verdict, Verdict::Passed, "a warning spoils nothing");
    assert_eq!(of(&report, CheckStatus::Warning), [PointId::MediaType]);
}

#[tokio::test]
async fn wrong_fields_are_named_with_their_path() {
    let Some(server) = ExpressValidator::start(&["fraction", "nested"], None) else {
        return;
    };
    let report = tried(&server.url(), CALL).await;
    let summary = &report.point(PointId::Fields).expect("the point").summary;
    for path in [
        "$.profile: an object",
        "$.roles: a list",
        "$.balance: a fraction",
    ] {
        assert!(summary.contains(path), "{summary}");
    }
    assert!(summary.contains("2 more"), "{summary}");
}

#[tokio::test]
async fn a_single_call_says_what_it_can_and_what_was_expected_decides() {
    let Some(server) = ExpressValidator::start(&[], None) else {
        return;
    };
    let report = tried(&server.url(), CALL).await;
    assert_eq!((report.verdict, report.calls), (Verdict::Passed, 1));
    let ids: Vec<PointId> = report.points.iter().map(|point| point.id).collect();
    assert_eq!(ids, PointId::CALL);
    let report = tried(&server.url(), Trial::Call(Expected::Refused)).await;
    assert_eq!(failed(&report), [PointId::Status]);
    assert_eq!(server.stop().len(), 2);
}

#[tokio::test]
async fn the_callers_headers_are_sent_and_left_out_once() {
    let Some(server) = ExpressValidator::start(&[], Some("caller-word-77-Hd3Pf6Xc9")) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(
        "authorization",
        "Bearer caller-word-77-Hd3Pf6Xc9".parse().expect("a value"),
    );
    let settings = NetworkSettings::default();
    let report = tried_with(&settings, &server.url(), headers, Trial::Suite).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(of(&report, CheckStatus::Skipped), [PointId::Tls]);
    assert!(!format!("{report:?}").contains("caller-word-77-Hd3Pf6Xc9"));

    let report = tried(&server.url(), Trial::Suite).await;
    assert_eq!(failed(&report), [PointId::Status]);
    assert_eq!(report.verdict, Verdict::Failed);
}

#[test]
fn the_manual_tells_of_every_point() {
    let manual = include_str!("../../docs/validator/laboratory.md");
    let rows: Vec<&str> = manual
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(id, _)| id)
        .collect();
    let ids = PointId::SUITE.map(|id| serde_json::to_value(id).expect("a name"));
    assert_eq!(rows, ids.each_ref().map(|id| id.as_str().expect("text")));
}
