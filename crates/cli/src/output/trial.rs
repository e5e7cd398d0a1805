//! The report of a trial for people: the same words as in the window.

use std::collections::BTreeMap;

use proofkey_core::check::{CheckStatus, Verdict};
use proofkey_core::laboratory::{PointId, TrialPoint, TrialReport};

use super::report::{causes, line, paragraph};

/// All points, those with something to do opened.
pub(crate) fn trial_text(report: &TrialReport) -> String {
    let mut text = format!("{}\n\n", report.address);
    for point in &report.points {
        let time = match point.id {
            // These judge what other points fetched.
            PointId::ContentType
            | PointId::Fields
            | PointId::Size
            | PointId::Latency
            | PointId::Echo => String::new(),
            _ => format!("{} ms", point.duration_ms),
        };
        let summary = match point.status {
            CheckStatus::NotReached => point_name(point.id),
            _ => point.summary.as_str(),
        };
        line(&mut text, point.status, summary, &time);
        if matches!(point.status, CheckStatus::Failed | CheckStatus::Warning) {
            for words in seen(point) {
                paragraph(&mut text, "", &words);
            }
            let said = point
                .causes
                .iter()
                .map(|it| format!("{} {}", it.summary, it.remedy));
            causes(&mut text, said);
        }
    }
    text.push('\n');
    text.push_str(&closing(report));
    text
}

/// What a point is about.
pub(crate) fn point_name(id: PointId) -> &'static str {
    match id {
        PointId::Reachable => "Connection",
        PointId::Tls => "Certificate",
        PointId::Status => "Credentials",
        PointId::ContentType => "Content type",
        PointId::Fields => "Returned fields",
        PointId::Size => "Size",
        PointId::Latency => "Time",
        PointId::UnknownField => "A field that it does not know",
        PointId::SentBack => "Returned fields, sent back",
        PointId::Altered => "Wrong secrets",
        PointId::Missing => "Missing secrets",
        PointId::Empty => "No fields",
        PointId::Malformed => "Malformed bodies",
        PointId::MediaType => "Plain text",
        PointId::Method => "GET",
        PointId::Caller => "Unknown caller",
        PointId::Echo => "Secrets in answers",
    }
}

/// What the validator did, call by call.
fn seen(point: &TrialPoint) -> Vec<String> {
    match point.id {
        PointId::Altered
        | PointId::Missing
        | PointId::Empty
        | PointId::Malformed
        | PointId::MediaType
        | PointId::Method
        | PointId::Caller => {
            let mut answers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (what, did) in &point.evidence {
                answers.entry(did).or_default().push(what);
            }
            let answers = answers.iter();
            answers
                .map(|(did, calls)| format!("{did} to {}.", calls.join(", ")))
                .collect()
        }
        PointId::Echo => {
            let found = point.evidence.iter();
            found
                .map(|(field, place)| format!("{field}: {place}."))
                .collect()
        }
        PointId::Status => {
            let answer = point.evidence.get("answer");
            answer
                .map(|words| format!("Its answer: {words}"))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn closing(report: &TrialReport) -> String {
    let when = report.finished_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let failed = report.points.iter();
    let failed = failed
        .filter(|point| point.status == CheckStatus::Failed)
        .count();
    let calls = match report.calls {
        1 => "1 call".to_owned(),
        many => format!("{many} calls"),
    };
    match (report.verdict, report.suite) {
        (Verdict::Passed, true) => format!("It keeps the contract: {calls}, {when}."),
        (Verdict::Passed, false) => {
            format!("Fine as far as {calls} can tell, {when}. Add --suite to try every point.")
        }
        (Verdict::Failed, _) => {
            let points = if failed == 1 {
                "1 point"
            } else {
                &format!("{failed} points")
            };
            format!("Found wanting in {points}: {calls}, {when}.")
        }
    }
}
