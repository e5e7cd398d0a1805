//! A sheet as HTML and as Markdown, read back.

use std::io::Write as _;
use std::process::{Command, Stdio};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::border::SheetValue;
use proofkey_core::export::sheet::{SheetFormat, render};
use proofkey_core::provider::Grant;
use serde_json::{Value, json};

use crate::stage::{sheet, with_grant};

/// What the standard library of another language reads in the page.
fn read_by_python(html: &str) -> Value {
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/readers/sheet.py");
    let mut child = Command::new("python3")
        .arg(reader)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(html.as_bytes()).expect("it reads");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn markdown_carries_every_value_on_a_line_of_its_own() {
    let mut proven = with_grant(Grant::AuthorizationCode);
    proven.connection.name =
        "<script>alert(1)</script> | `x` **b** [l](https://e.example)".to_owned();
    let sheet = sheet(&mut proven);
    let rendered = render(&sheet, SheetFormat::Markdown);
    let verbatim: Vec<&str> = rendered
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    let values: Vec<&str> = sheet
        .lines
        .iter()
        .filter_map(|line| match &line.value {
            SheetValue::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(verbatim, values);
    let heading = rendered.text().lines().next().expect("a heading");
    assert_eq!(
        heading,
        r"# Talkdesk sheet: \<script>alert(1)\</script> \| \`x\` \*\*b\*\* \[l\](https\://e.example)"
    );
}

#[test]
fn html_is_one_page_that_shows_every_value_and_loads_nothing() {
    let hostile = "<script>alert(1)</script> & \"x\" 'y' <img src=//evil.example> </code></title>";
    let mut proven = with_grant(Grant::AuthorizationCode);
    proven.connection.name = hostile.to_owned();
    proven.provider.custom_connection.notes = vec![hostile.to_owned()];
    let sheet = sheet(&mut proven);
    let read = read_by_python(render(&sheet, SheetFormat::Html).text());
    let values: Vec<&str> = sheet
        .lines
        .iter()
        .filter_map(|line| match &line.value {
            SheetValue::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(read["values"], json!(values));
    assert_eq!(read["title"], format!("Talkdesk sheet: {hostile}"));
    let notes = read["items"].as_array().expect("items");
    assert!(notes.contains(&json!(hostile)));
    assert_eq!(read["addresses"], json!([]), "nothing leads anywhere");
    assert_eq!(
        read["tags"],
        json!([
            "body", "code", "em", "h1", "h2", "head", "header", "html", "li", "main", "meta", "ol",
            "p", "section", "span", "style", "table", "tbody", "td", "th", "title", "tr", "ul"
        ])
    );
    let style = read["style"].as_str().expect("a style sheet");
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
    assert_eq!(
        read["policy"],
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
        )
    );
}
