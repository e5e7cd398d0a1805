//! What was proven, when, and by which version.

use crate::check::{CheckId, CheckStatus, Report};
use crate::wording;

/// More than any summary of a check has.
const LONGEST: usize = 400;

pub(super) fn of(report: &Report, practice: bool) -> Vec<String> {
    let at = report.finished_at.strftime("%-d %B %Y at %H:%M UTC");
    let against = if practice {
        "a practice server"
    } else {
        "the live service"
    };
    let mut proof = vec![format!(
        "Proven on {at} by Proofkey {}, against {against}.",
        report.tool_version
    )];
    proof.extend(report.checks.iter().filter_map(|check| match check.status {
        CheckStatus::Passed => Some(wording::clean(&check.summary, LONGEST)),
        CheckStatus::Warning => Some(format!(
            "With a remark: {}",
            wording::clean(&check.summary, LONGEST)
        )),
        // That the API was not asked is worth knowing; elsewhere, what was skipped does not apply.
        CheckStatus::Skipped if check.id == CheckId::Api => Some(format!(
            "Not part of it: {}",
            wording::clean(&check.summary, LONGEST)
        )),
        // The others are no proof, and cannot be exported.
        CheckStatus::Skipped | CheckStatus::Failed | CheckStatus::NotReached => None,
    }));
    proof.push(format!(
        "Fingerprint of what was proven, as in a config file: {}",
        report.content_id
    ));
    proof
}
