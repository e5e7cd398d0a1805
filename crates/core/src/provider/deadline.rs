//! What ends at a provider, as of a day.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::schema::{Deadline, Provider};
use crate::border::ProviderWarning;

/// The deadlines of `provider` as they stand at `now` (UTC), those that come first first; what holds
/// already, or has no day, stands before them.
pub fn warnings(provider: &Provider, now: Timestamp) -> Vec<ProviderWarning> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut warnings: Vec<ProviderWarning> = provider
        .deadlines
        .iter()
        .map(|deadline| warning(deadline, today))
        .collect();
    warnings.sort_by_key(|warning| warning.days_left);
    warnings
}

fn warning(deadline: &Deadline, today: Date) -> ProviderWarning {
    let on = deadline.on.as_deref().and_then(day);
    ProviderWarning {
        on: on.map(|on| on.to_string()),
        days_left: on
            .and_then(|on| today.until(on).ok())
            .map(|span| span.get_days()),
        summary: deadline.summary.clone(),
        remedy: deadline.remedy.clone(),
        grant: deadline.grant,
        certainty: deadline.certainty,
        source: deadline.source.clone(),
    }
}

/// A day as a provider file writes it; `None` when it is none.
pub(super) fn day(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;
    use crate::provider::Certainty;

    #[test]
    fn days_are_counted_and_the_nearest_end_stands_first() {
        let deadline = |on: Option<&str>| Deadline {
            on: on.map(str::to_owned),
            summary: "It ends.".to_owned(),
            remedy: "Move.".to_owned(),
            grant: None,
            certainty: Certainty::Documented,
            source: "https://vendor.example/end".to_owned(),
        };
        let mut provider = Catalogue::built_in().provider("talkdesk").unwrap().clone();
        provider.deadlines = vec![
            deadline(Some("2027-02-16")),
            deadline(Some("2026-11-21")),
            deadline(None),
        ];
        let now = "2026-11-22T23:30:00Z".parse().unwrap();
        let left: Vec<_> = warnings(&provider, now)
            .iter()
            .map(|w| w.days_left)
            .collect();
        assert_eq!(left, [None, Some(-1), Some(86)]);
        assert!(day("2027-2-16").is_none() && day("2027-02-30").is_none());
    }
}
