//! Text that is no TOML, in words for people.

use proofkey_core::wording::clean;
use toml::de::Error;

use crate::config::lines::line_at;
use crate::config::mistakes::Mistakes;

/// Says of each line what is wrong with it. What follows a mistake of this kind is guesswork, so one line is
/// told once, and nothing else is judged.
pub(in crate::config) fn syntax(text: &str, errors: &[Error], mistakes: &mut Mistakes<'_>) {
    let mut told = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = line_at(text, span.start);
        if told.contains(&line) {
            continue;
        }
        told.push(line);
        let written = text.lines().nth(line - 1).unwrap_or_default();
        let (offset, summary, remedy) = said(text, written, error.message(), span);
        mistakes.at(offset, "", summary, remedy);
    }
}

fn said(
    text: &str,
    written: &str,
    message: &str,
    span: std::ops::Range<usize>,
) -> (usize, String, String) {
    let plain = |summary: &str, remedy: &str| (span.start, summary.to_owned(), remedy.to_owned());
    if written.contains(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']) {
        return plain(
            "This line has typographic quotes.",
            "Write straight ones: \"...\".",
        );
    }
    if message.starts_with("duplicate key") {
        let name = text.get(span.clone()).unwrap_or_default();
        let summary = format!("{} is written a second time.", clean(name, 60));
        return (
            span.start,
            summary,
            "Keep one of the two, with everything that belongs to it.".to_owned(),
        );
    }
    if message.starts_with("string values must be quoted") {
        return plain(
            "Text has to stand in quotes.",
            "Write it like listen = \"127.0.0.1:8080\".",
        );
    }
    let in_a_list = [
        "missing comma between array",
        "unclosed array",
        "unexpected `=` in array",
    ];
    if in_a_list.iter().any(|it| message.starts_with(it))
        && let Some(opened) = opened(text, span.start)
    {
        return (
            opened,
            "The list that begins here is not closed, or a comma is missing in it.".to_owned(),
            "Write it like [\"a\", \"b\"].".to_owned(),
        );
    }
    (
        span.start,
        format!(
            "This line cannot be read: {}.",
            clean(message, 200).trim_end_matches('.')
        ),
        "Correct the line. Text stands in straight quotes, a list in square brackets.".to_owned(),
    )
}

/// The innermost bracket before `offset` that is open there. Brackets within texts count as well: a wrong line
/// is told then, near the right one.
fn opened(text: &str, offset: usize) -> Option<usize> {
    let mut closed = 0_usize;
    for (at, character) in text.get(..offset)?.char_indices().rev() {
        match character {
            ']' => closed += 1,
            '[' if closed == 0 => return Some(at),
            '[' => closed -= 1,
            _ => {}
        }
    }
    None
}
