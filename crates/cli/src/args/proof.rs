//! `proofkey validate` and `proofkey token`.

use clap::Args;

#[derive(Args)]
pub(crate) struct Validate {
    /// Name or id of the connection
    #[arg(required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Prove every connection
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}

#[derive(Args)]
pub(crate) struct Token {
    /// Name or id of the connection
    pub(crate) name: String,
    /// Get a fresh token when the kept one lives shorter than this: 60s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_seconds)]
    pub(crate) min_ttl: u64,
}

/// Reads "90", "90s", "5m" or "1h" as seconds.
pub(super) fn parse_seconds(text: &str) -> Result<u64, String> {
    let wrong = || "use a number of seconds or a time such as 60s, 5m or 1h".to_owned();
    let (digits, factor) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1),
        Some(b'm') => (&text[..text.len() - 1], 60),
        Some(b'h') => (&text[..text.len() - 1], 3600),
        _ => (text, 1),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(parse_seconds("90"), Ok(90));
        assert_eq!(parse_seconds("5m"), Ok(300));
        assert!(parse_seconds("soon").is_err());
        assert!(parse_seconds("99999999999999999999h").is_err());
    }
}
