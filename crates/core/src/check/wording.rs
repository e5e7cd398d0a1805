//! Small pieces of sentences that several checks share.

pub use crate::wording::lasts;

/// "“a”", "“a” and “b”", "“a”, “b” and 3 more": names in quotation marks, never more than four.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
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
pub(crate) fn quoted(text: &str, limit: usize) -> String {
    format!("“{}”", crate::wording::clean(text, limit))
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
}
