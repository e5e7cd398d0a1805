//! Shell variables: `export NAME='value'`, to be sourced by sh, dash, bash, ksh and zsh.

use zeroize::Zeroizing;

use super::entries::Entry;
use crate::secret::Secret;

/// A single quote within single quotes: they end, an escaped one follows, and they begin again. Within
/// single quotes POSIX (XCU §2.2.2) knows no other special character, so that every value can be written.
const QUOTE: &str = "'\\''";

/// Appends one line for each entry.
pub(super) fn push(out: &mut Zeroizing<String>, entries: &[Entry]) {
    for entry in entries {
        out.push_str("export ");
        out.push_str(&entry.variable());
        out.push('=');
        push_word(out, entry.value.expose());
        out.push('\n');
    }
}

/// Appends `value` as one word of a command.
pub(super) fn push_word(out: &mut Zeroizing<String>, value: &str) {
    out.push('\'');
    for (index, piece) in value.split('\'').enumerate() {
        if index > 0 {
            out.push_str(QUOTE);
        }
        out.push_str(piece);
    }
    out.push('\'');
}

/// Reads exactly what [`push`] writes; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Vec<(String, Secret)>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = rest.strip_prefix("export ")?.split_once("='")?;
        let mut value = Zeroizing::new(String::with_capacity(after.len()));
        rest = after;
        loop {
            let (piece, after) = rest.split_once('\'')?;
            value.push_str(piece);
            let Some(again) = after.strip_prefix("\\''") else {
                rest = after.strip_prefix('\n')?;
                break;
            };
            value.push('\'');
            rest = again;
        }
        pairs.push((name.to_owned(), Secret::new(value.as_str().to_owned())));
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_written_and_read_wherever_they_stand() {
        for value in ["", "'", "''", "a'b", "'a", "a'", "\\'", "'\\''", "\n'\n"] {
            let mut text = Zeroizing::new(String::from("export A="));
            push_word(&mut text, value);
            text.push('\n');
            let read = read(&text).unwrap();
            assert_eq!(read[0].1.expose(), value, "{:?}", text.as_str());
        }
    }

    #[test]
    fn only_what_was_written_is_read() {
        for text in [
            "A='b'\n",
            "export A=b\n",
            "export A='b'",
            "export A='b' # c\n",
        ] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }
}
