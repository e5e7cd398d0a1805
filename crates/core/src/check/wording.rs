//! Small pieces of sentences that several checks share.

/// "“a”", "“a” and “b”", "“a”, “b” and 3 more": names in quotation marks, never more than four.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().map(|name| quoted(name, 80)).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many[..SHOWN - 1].join(", "),
            many.len() - (SHOWN - 1)
        ),
    }
}

/// Someone else's words, cleaned and in quotation marks.
pub(super) fn quoted(text: &str, limit: usize) -> String {
    format!("“{}”", crate::wording::clean(text, limit))
}

/// "40 seconds", "1 minute", "5 minutes", "2 hours", "3 days".
pub fn lasts(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => ((seconds + 30) / 60, "minute"),
        5_401..=129_600 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stay_readable_however_long() {
        assert_eq!(list([]), "nothing");
        assert_eq!(list(["a"]), "“a”");
        assert_eq!(list(["a", "b"]), "“a” and “b”");
        assert_eq!(list(["a", "b", "c", "d"]), "“a”, “b”, “c” and “d”");
        assert_eq!(list(["a", "b", "c", "d", "e"]), "“a”, “b”, “c” and 2 more");
    }

    #[test]
    fn durations_are_said_in_the_unit_people_use() {
        for (seconds, text) in [
            (1, "1 second"),
            (61, "61 seconds"),
            (300, "5 minutes"),
            (7_200, "2 hours"),
            (259_200, "3 days"),
        ] {
            assert_eq!(lasts(seconds), text);
        }
    }
}
