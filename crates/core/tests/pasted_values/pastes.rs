//! What pasting does to a client ID or secret.

use proofkey_core::connection::Severity;

/// Values of the forms that servers hand out; nothing is wrong with them.
pub(crate) const VALUES: [&str; 7] = [
    "0f3c9a7be41d4d5c8a62b7701c9e5d13",
    "7d1c0a52-94be-4f0e-8a3d-52f6d2b0c9e1",
    "kW9z2Qm7Lr4Tx8Vb1Nc6Hs3Jf5Gd0PyAeUiOqRtYwZkXvBnMcLhSgDfJaKsLqPo",
    "r8Q~a+b/c=d%20e&f:g;h,i.j_k-l!m*n(o)p",
    "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4ZmbDv8O/w7/Dvw==",
    "q9#W$e@r^t&y*u(i)o-p=7[a]s{d}f|g<h>j?k",
    "a\"b'c`d\\e/f0123456789ABCDEFabcdef012345",
];

/// What paste does to a value, with the finding that must come and whether it can be mended.
pub(crate) struct Paste {
    pub(crate) what: &'static str,
    pub(crate) spoil: fn(&str) -> String,
    pub(crate) severity: Severity,
    pub(crate) mended: bool,
}

const fn paste(
    what: &'static str,
    spoil: fn(&str) -> String,
    severity: Severity,
    mended: bool,
) -> Paste {
    Paste {
        what,
        spoil,
        severity,
        mended,
    }
}

fn at_middle(value: &str, insert: &str) -> String {
    let (before, after) = value.split_at(value.len() / 2);
    format!("{before}{insert}{after}")
}

pub(crate) const PASTES: [Paste; 37] = [
    paste("blank before", |v| format!(" {v}"), Severity::Warning, true),
    paste("blank after", |v| format!("{v} "), Severity::Warning, true),
    paste(
        "blanks around",
        |v| format!("   {v}  "),
        Severity::Warning,
        true,
    ),
    paste("tab before", |v| format!("\t{v}"), Severity::Blocking, true),
    paste(
        "tab and blank after",
        |v| format!("{v}\t "),
        Severity::Blocking,
        true,
    ),
    paste(
        "line feed after",
        |v| format!("{v}\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "CR LF after",
        |v| format!("{v}\r\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "lines around",
        |v| format!("\n\n{v}\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "wrapped once",
        |v| at_middle(v, "\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "wrapped with CR LF",
        |v| at_middle(v, "\r\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "wrapped and indented",
        |v| at_middle(v, "\n    "),
        Severity::Blocking,
        true,
    ),
    paste(
        "line separator",
        |v| at_middle(v, "\u{2028}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "zero-width space",
        |v| at_middle(v, "\u{200b}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "zero-width joiner",
        |v| at_middle(v, "\u{200d}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "word joiner",
        |v| at_middle(v, "\u{2060}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "soft hyphen",
        |v| at_middle(v, "\u{ad}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "byte order mark",
        |v| format!("\u{feff}{v}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "direction mark",
        |v| format!("\u{202d}{v}\u{202c}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "no-break space after",
        |v| format!("{v}\u{a0}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "ideographic space before",
        |v| format!("\u{3000}{v}"),
        Severity::Blocking,
        true,
    ),
    paste(
        "double quotes",
        |v| format!("\"{v}\""),
        Severity::Warning,
        true,
    ),
    paste(
        "single quotes",
        |v| format!("'{v}'"),
        Severity::Warning,
        true,
    ),
    paste("backticks", |v| format!("`{v}`"), Severity::Warning, true),
    paste(
        "smart quotes",
        |v| format!("“{v}”"),
        Severity::Blocking,
        true,
    ),
    paste("low quotes", |v| format!("„{v}“"), Severity::Blocking, true),
    paste(
        "quotes and comma",
        |v| format!("\"{v}\","),
        Severity::Warning,
        true,
    ),
    paste(
        "quotes and blanks",
        |v| format!(" ' {v} ' \n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "label with equals sign",
        |v| format!("client_secret={v}"),
        Severity::Warning,
        true,
    ),
    paste(
        "label with colon",
        |v| format!("Client ID: {v}"),
        Severity::Warning,
        true,
    ),
    paste(
        "line of JSON",
        |v| format!("\"client_secret\": \"{v}\","),
        Severity::Warning,
        true,
    ),
    paste(
        "quoted pair",
        |v| format!("'client_secret={v}'"),
        Severity::Warning,
        true,
    ),
    paste(
        "shell export",
        |v| format!("export TD_CLIENT_SECRET='{v}'\n"),
        Severity::Blocking,
        true,
    ),
    paste(
        "no-break space inside",
        |v| at_middle(v, "\u{a0}"),
        Severity::Blocking,
        false,
    ),
    paste(
        "tab inside",
        |v| at_middle(v, "\t"),
        Severity::Blocking,
        false,
    ),
    paste(
        "letter with accent inside",
        |v| at_middle(v, "é"),
        Severity::Blocking,
        false,
    ),
    paste(
        "smart quote inside",
        |v| at_middle(v, "’"),
        Severity::Blocking,
        false,
    ),
    paste(
        "blank inside",
        |v| at_middle(v, " "),
        Severity::Warning,
        false,
    ),
];
