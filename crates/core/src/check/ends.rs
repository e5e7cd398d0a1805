//! What ends at the provider, in time to do something about it.

use super::report::Cause;
use crate::border::ProviderWarning;
use crate::provider::Certainty;
use crate::wording;

/// The ends that are near enough for a warning, each with what to do.
pub(super) fn near(ends: &[ProviderWarning]) -> impl Iterator<Item = Cause> {
    ends.iter().filter(|end| is_near(end)).map(ending)
}

/// All of them as evidence; nothing where nothing ends.
pub(super) fn all(ends: &[ProviderWarning]) -> Option<String> {
    let ends: Vec<String> = ends.iter().map(dated).collect();
    (!ends.is_empty()).then(|| ends.join(" "))
}

/// The days before an end on which a proof begins to warn.
const NEAR_DAYS: i32 = 90;

/// What holds already without a day is said with the provider itself, and would be no news here.
fn is_near(end: &ProviderWarning) -> bool {
    end.days_left.is_some_and(|left| left <= NEAR_DAYS)
}

fn ending(end: &ProviderWarning) -> Cause {
    let unsure = match end.certainty {
        Certainty::Documented | Certainty::Observed => "",
        Certainty::Inferred | Certainty::Unverified => " This is not confirmed.",
    };
    Cause::new(format!("{}{unsure}", dated(end)), &end.remedy)
}

/// "From 16 February 2027 (in 86 days): the old addresses stop answering."
fn dated(end: &ProviderWarning) -> String {
    let (Some(on), Some(left)) = (&end.on, end.days_left) else {
        return end.summary.clone();
    };
    let on = wording::day(on);
    match left {
        ..0 => format!("Since {on}: {}", end.summary),
        0 => format!("From today ({on}): {}", end.summary),
        1 => format!("From tomorrow ({on}): {}", end.summary),
        days => format!("From {on} (in {days} days): {}", end.summary),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(on: Option<&str>, days_left: Option<i32>) -> ProviderWarning {
        ProviderWarning {
            on: on.map(str::to_owned),
            days_left,
            summary: "The old addresses stop answering.".to_owned(),
            remedy: "Move to the new ones.".to_owned(),
            grant: None,
            certainty: Certainty::Documented,
            source: "https://vendor.example/end".to_owned(),
        }
    }

    #[test]
    fn an_end_is_a_warning_when_it_comes_near_and_evidence_before() {
        for (days, warned, said) in [
            (Some(91), false, "From 16 February 2027 (in 91 days): "),
            (Some(90), true, "From 16 February 2027 (in 90 days): "),
            (Some(1), true, "From tomorrow (16 February 2027): "),
            (Some(0), true, "From today (16 February 2027): "),
            (Some(-3), true, "Since 16 February 2027: "),
            (None, false, ""),
        ] {
            let ends = [end(days.map(|_| "2027-02-16"), days)];
            let said = format!("{said}The old addresses stop answering.");
            assert_eq!(all(&ends).as_deref(), Some(said.as_str()));
            let causes: Vec<Cause> = near(&ends).collect();
            assert_eq!(causes.len(), usize::from(warned), "{causes:?}");
            for cause in causes {
                assert_eq!(
                    (cause.summary.as_str(), cause.remedy.as_str()),
                    (said.as_str(), "Move to the new ones.")
                );
            }
        }
        assert_eq!(all(&[]), None);
    }

    #[test]
    fn what_nobody_confirmed_is_said_to_be_unconfirmed() {
        let unsure = ProviderWarning {
            certainty: Certainty::Unverified,
            ..end(Some("2027-02-16"), Some(2))
        };
        let cause = near(std::slice::from_ref(&unsure)).next().expect("a cause");
        assert!(
            cause.summary.ends_with("This is not confirmed."),
            "{cause:?}"
        );
    }
}
