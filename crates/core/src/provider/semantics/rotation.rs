//! What is said of replacing credentials.

use super::super::fault::at;
use super::super::host;
use super::Review;

/// What a path of an acknowledgement may ask for.
const PLACES: [&str; 4] = [
    "{app_id}",
    "{installation_id}",
    "{account_id}",
    "{client_id}",
];

/// Two years: a longer grace is a slip of the pen.
const LONGEST_GRACE: u32 = 63_072_000;

impl Review<'_> {
    pub(super) fn rotation(&mut self) {
        if !self.read("rotation") {
            return;
        }
        let rotation = &self.provider.rotation;
        if (rotation.grace_seconds).is_some_and(|grace| grace == 0 || grace > LONGEST_GRACE) {
            self.fault(
                at!["rotation", "grace_seconds"],
                "This is no time for which old credentials go on working.",
                "Write it in seconds, for example 604800 for a week, or leave it out.",
            );
        }
        let Some(rule) = &rotation.acknowledgement else {
            return;
        };
        let at = at!["rotation", "acknowledgement"];
        self.statuses(&at.with("success_status"), &rule.success_status);
        if let Some(scope) = &rule.scope {
            self.listed_scope(at.with("scope"), scope);
        }
        let whole = |segment: &str| {
            PLACES.contains(&segment)
                || (!segment.is_empty()
                    && !matches!(segment, "." | "..")
                    && segment
                        .chars()
                        .all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one)))
        };
        let fits = (rule.path.strip_prefix('/')).is_some_and(|path| path.split('/').all(whole));
        if !fits {
            let summary = format!(
                "\"{}\" is not a path below the API base.",
                host::shown(&rule.path)
            );
            let remedy = format!(
                "Begin with a slash; between slashes write a plain name or one of {}.",
                PLACES.join(", ")
            );
            self.fault(at.with("path"), summary, remedy);
        }
    }
}
