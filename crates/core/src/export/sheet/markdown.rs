//! A sheet as Markdown (`CommonMark` 0.31, and GitHub's additions): values stand in indented code blocks,
//! where nothing is markup, and everything else is escaped.

use super::rendered::{ABOUT_LABELS, remark, unprinted};
use crate::border::{SheetLine, SheetValue, TalkdeskSheet};
use crate::wording;

/// More than any sentence of a sheet has.
const LONGEST: usize = 2000;

pub(super) fn document(sheet: &TalkdeskSheet) -> String {
    let mut text = format!("# Talkdesk sheet: {}\n\n", escaped(&sheet.connection));
    push_paragraph(
        &mut text,
        &format!(
            "A custom connection of Talkdesk to {}. What is known of Talkdesk's form is as of {}.",
            sheet.provider, sheet.as_of
        ),
    );
    push_list(&mut text, "What to watch", &sheet.warnings, false);
    push_list(&mut text, "Before", &sheet.before, true);
    if let Some(register) = &sheet.register {
        push_line(&mut text, register);
    }
    text.push_str("## In the form\n\n");
    push_paragraph(&mut text, ABOUT_LABELS);
    for line in &sheet.lines {
        push_line(&mut text, line);
    }
    push_list(&mut text, "After", &sheet.after, true);
    push_list(
        &mut text,
        "Limits of every custom connection",
        &sheet.limits,
        false,
    );
    push_list(&mut text, "Proof", &sheet.proof, false);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn push_line(text: &mut String, line: &SheetLine) {
    text.push_str("### ");
    text.push_str(&escaped(&line.name));
    text.push_str("\n\n");
    match (&line.value, unprinted(&line.value)) {
        (SheetValue::Text { text: value }, _) => {
            // Four blanks: every character of the line is itself.
            text.push_str("    ");
            text.push_str(value);
            text.push_str("\n\n");
        }
        (_, Some(words)) => push_paragraph(text, &words),
        (_, None) => {}
    }
    let label = line
        .talkdesk_label
        .as_ref()
        .map(|label| format!("In Talkdesk: “{label}”."));
    let remark = remark(line);
    let words: Vec<&str> = label
        .as_deref()
        .into_iter()
        .chain([remark.as_str()])
        .collect();
    let words = words.join(" ");
    if !words.trim().is_empty() {
        push_paragraph(text, &words);
    }
}

fn push_list(text: &mut String, title: &str, items: &[String], is_ordered: bool) {
    if items.is_empty() {
        return;
    }
    text.push_str("## ");
    text.push_str(title);
    text.push_str("\n\n");
    for (index, item) in items.iter().enumerate() {
        if is_ordered {
            text.push_str(&(index + 1).to_string());
            text.push_str(". ");
        } else {
            text.push_str("- ");
        }
        text.push_str(&escaped(item));
        text.push('\n');
    }
    text.push('\n');
}

fn push_paragraph(text: &mut String, words: &str) {
    text.push_str(&escaped(words));
    text.push_str("\n\n");
}

/// One line of text in which nothing is markup, a link or a reference.
fn escaped(text: &str) -> String {
    let text = wording::clean(text, LONGEST);
    let mut out = String::with_capacity(text.len() + 8);
    let block_marker = text.bytes().take_while(u8::is_ascii_digit).count();
    for (index, character) in text.char_indices() {
        let rest = &text[index..];
        let starts_block = index == 0 && matches!(character, '#' | '+' | '-' | '=' | '>' | ':')
            || (index == block_marker && index > 0 && matches!(character, '.' | ')'));
        let is_active = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~' | '$' | '|' | '@'
        ) || rest.starts_with("://")
            // GitHub makes a link of "www." wherever it stands.
            || (character == '.' && text[..index].to_ascii_lowercase().ends_with("www"));
        if starts_block || is_active {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_markup_is_escaped_and_plain_words_are_not() {
        for (text, written) in [
            (
                "Builder > Integrations (all)",
                "Builder > Integrations (all)",
            ),
            ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
            ("a|b `c` *d* _e_ ~f~", r"a\|b \`c\` \*d\* \_e\_ \~f\~"),
            ("[x](https://evil.example)", r"\[x\](https\://evil.example)"),
            ("# no heading", r"\# no heading"),
            ("1. no list", r"1\. no list"),
            ("- no list", r"\- no list"),
            ("see www.evil.example", r"see www\.evil.example"),
            ("&lt;", r"\&lt;"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }
}
