//! The table that is printed, and kept in `docs/conformance.md`.

use std::fmt::Write;
use std::path::Path;

use crate::Row;
use crate::plan::ABSENT;

const BEGIN: &str = "<!-- the table begins -->\n";
const END: &str = "<!-- the table ends -->\n";

pub(crate) fn printed(rows: &[Row]) -> String {
    let mut text = "| module | expected | seen |\n|---|---|---|\n".to_owned();
    for row in rows {
        let _infallible = writeln!(
            text,
            "| {} | {} | {} |",
            row.module.name,
            row.expected.in_words(),
            row.seen.in_words()
        );
    }
    text.push_str("\n| module | why it does not apply |\n|---|---|\n");
    for absent in &ABSENT {
        let _infallible = writeln!(text, "| {} | {} |", absent.name, absent.reason);
    }
    text
}

/// The document says what this run saw. With `PROOFKEY_WRITE_DOCS` set, it is made to.
pub(crate) fn assert_documented(rows: &[Row]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let document = std::fs::read_to_string(&path).expect("the document");
    let (head, rest) = document.split_once(BEGIN).expect("where the table begins");
    let (kept, tail) = rest.split_once(END).expect("where the table ends");
    let table = format!("\n{}\n", printed(rows));
    if std::env::var_os("PROOFKEY_WRITE_DOCS").is_some() {
        let document = format!("{head}{BEGIN}{table}{END}{tail}");
        std::fs::write(&path, document).expect("written");
        return;
    }
    assert_eq!(
        kept, table,
        "docs/conformance.md is out of date: run this test with PROOFKEY_WRITE_DOCS=1"
    );
}
