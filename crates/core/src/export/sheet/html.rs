//! A sheet as one page of HTML: no script, nothing loaded, everything escaped, made to be printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::rendered::{ABOUT_LABELS, remark, unprinted};
use crate::border::{SheetLine, SheetValue, TalkdeskSheet};
use crate::wording;

/// More than any sentence of a sheet has.
const LONGEST: usize = 2000;

const STYLE: &str = include_str!("page.css");

pub(super) fn page(sheet: &TalkdeskSheet) -> String {
    let title = escaped(&format!("Talkdesk sheet: {}", sheet.connection));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n",
        policy()
    );
    push_element(
        &mut page,
        "p",
        &format!(
            "A custom connection of Talkdesk to {}. What is known of Talkdesk's form is as of {}.",
            sheet.provider, sheet.as_of
        ),
    );
    page.push_str("</header>\n<main>\n");
    push_list(&mut page, "What to watch", "ul", "watch", &sheet.warnings);
    push_list(&mut page, "Before", "ol", "steps", &sheet.before);
    if let Some(register) = &sheet.register {
        push_table(&mut page, std::slice::from_ref(register));
    }
    page.push_str("<h2>In the form</h2>\n");
    push_element(&mut page, "p", ABOUT_LABELS);
    push_table(&mut page, &sheet.lines);
    push_list(&mut page, "After", "ol", "steps", &sheet.after);
    push_list(
        &mut page,
        "Limits of every custom connection",
        "ul",
        "plain",
        &sheet.limits,
    );
    push_list(&mut page, "Proof", "ul", "plain", &sheet.proof);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// Nothing but this very style sheet (CSP level 3).
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn push_table(page: &mut String, lines: &[SheetLine]) {
    page.push_str("<table>\n<tbody>\n");
    for line in lines {
        page.push_str("<tr>\n<th scope=\"row\">");
        page.push_str(&escaped(&line.name));
        if let Some(label) = &line.talkdesk_label {
            let label = escaped(&format!("“{label}”"));
            page.push_str("<span class=\"label\">In Talkdesk: ");
            page.push_str(&label);
            page.push_str("</span>");
        }
        page.push_str("</th>\n<td>");
        push_value(page, line);
        page.push_str("</td>\n</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

fn push_value(page: &mut String, line: &SheetLine) {
    if let SheetValue::Text { text } = &line.value {
        page.push_str("<code>");
        push_escaped(page, text);
        page.push_str("</code>");
    }
    if let Some(words) = unprinted(&line.value) {
        page.push_str("<em>");
        page.push_str(&escaped(&words));
        page.push_str("</em>");
    }
    if matches!(line.value, SheetValue::Ask { .. }) {
        page.push_str("<span class=\"blank\"></span>");
    }
    let remark = remark(line);
    if !remark.is_empty() {
        page.push_str("<span class=\"note\">");
        page.push_str(&escaped(&remark));
        page.push_str("</span>");
    }
}

fn push_list(page: &mut String, title: &str, tag: &str, class: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.extend([
        "<section class=\"",
        class,
        "\">\n<h2>",
        title,
        "</h2>\n<",
        tag,
        ">\n",
    ]);
    for item in items {
        push_element(page, "li", item);
    }
    page.extend(["</", tag, ">\n</section>\n"]);
}

fn push_element(page: &mut String, tag: &str, text: &str) {
    page.extend(["<", tag, ">", &escaped(text), "</", tag, ">\n"]);
}

/// Prose: one line, nothing unseen, nothing that is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_escaped(&mut out, &wording::clean(text, LONGEST));
    out
}

fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
