//! Dotenv: `PROOFKEY_` names, one assignment a line, quoted so that shells (`. file`) and the dotenv
//! readers of Node and Python see exactly the same value and run nothing.
//!
//! There is no dotenv standard, and the readers disagree on escapes. So nothing is ever escaped: a
//! value stands in single quotes or, when it holds one, in double quotes; a value for which that is not
//! exact everywhere is refused.

use zeroize::Zeroizing;

use super::entries::{Entry, Inexact};
use crate::secret::Secret;

/// Appends the assignments; names the field and the reason when one cannot be written exactly.
pub(super) fn push(out: &mut Zeroizing<String>, entries: &[Entry]) -> Result<(), Inexact> {
    for entry in entries {
        let value = entry.value.expose();
        let quote = quote_for(value).map_err(|held| entry.inexact(held))?;
        out.push_str(&entry.variable());
        out.push('=');
        out.push(quote);
        out.push_str(value);
        out.push(quote);
        out.push('\n');
    }
    Ok(())
}

/// Reads exactly what [`push`] writes; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Vec<(String, Secret)>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let quote = after.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        pairs.push((key.to_owned(), Secret::new(value.to_owned())));
        rest = after.strip_prefix('\n')?;
    }
    Some(pairs)
}

/// The quote in which every reader takes `value` literally, or what keeps it from that.
fn quote_for(value: &str) -> Result<char, &'static str> {
    if value.contains('\r') {
        // Node and Python readers turn it into a line feed.
        return Err("a carriage return");
    }
    if !value.contains('\'') {
        return match () {
            // Python takes two backslashes for one, and one before the quote for an escape.
            () if value.contains("\\\\") => Err("two backslashes in a row"),
            () if value.ends_with('\\') => Err("a backslash at its end"),
            // Python replaces it by a variable, whatever the quotes.
            () if value.contains("${") => Err("a dollar sign with a brace behind it"),
            () => Ok('\''),
        };
    }
    // Within double quotes a shell expands these, and readers disagree on how to stop them.
    if value.contains(['"', '\\', '$', '`']) {
        return Err(
            "a single quote together with a double quote, backslash, dollar sign or backtick",
        );
    }
    Ok('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_readers_read_differently_are_refused() {
        for (value, held) in [
            ("a\rb", "a carriage return"),
            ("a\\\\b", "two backslashes in a row"),
            ("a\\", "a backslash at its end"),
            ("${HOME}", "a dollar sign with a brace behind it"),
        ] {
            assert_eq!(quote_for(value), Err(held), "{value:?}");
        }
        for odd in ["'\"", "'$x", "'`id`", "'\\n"] {
            assert!(quote_for(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_value_stands_in_quotes_it_does_not_hold() {
        for value in [
            "", "$(id)", "`id`", "a\\nb", "#", "\"", "a\nb", "no", "$HOME",
        ] {
            assert_eq!(quote_for(value), Ok('\''), "{value:?}");
        }
        assert_eq!(quote_for("it's"), Ok('"'));
    }

    #[test]
    fn only_what_was_written_is_read() {
        for text in [
            "A=b\n",
            "A='b'",
            "A='b' # c\n",
            "export A='b'",
            "A='b\n",
            "=\n",
        ] {
            let is_read = read(text).is_some();
            assert!(!is_read, "{text:?}");
        }
    }
}
