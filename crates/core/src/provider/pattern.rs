//! Regular expressions of a provider file.

use regex_lite::{Regex, RegexBuilder};

/// A pattern that must match a whole value, compiled with a bound on its size.
///
/// Returns what is wrong, in the words of the expression's parser.
pub(super) fn whole(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
        .size_limit(64 * 1024)
        .build()
        .map_err(|fault| fault.to_string())
}

/// Whether `value` matches all of `pattern`; a pattern that does not compile matches nothing.
pub(super) fn matches(pattern: &str, value: &str) -> bool {
    whole(pattern).is_ok_and(|regex| regex.is_match(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_must_match() {
        assert!(matches("[a-z]+|[0-9]", "abc"));
        assert!(!matches("[a-z]+|[0-9]", "abc1"));
        assert!(!matches("[a-z]+", "abc\n"));
        assert!(whole("[a-z").is_err());
        assert!(whole("(((a{99}){99}){99}){99}").is_err());
    }
}
