//! A report for people: the same words as in the window.

use std::fmt::Write;

use proofkey_core::check::{Check, CheckStatus, Report, Verdict};

/// Where the time of a check is written.
const TIME_COLUMN: usize = 90;

/// All stages of a report, the failed one opened.
pub(crate) fn report_text(name: &str, report: &Report) -> String {
    let mut text = format!("{name}\n\n");
    for check in &report.checks {
        line(&mut text, check);
        if matches!(check.status, CheckStatus::Failed | CheckStatus::Warning) {
            details(&mut text, check);
        }
    }
    text.push('\n');
    text.push_str(&closing(report));
    text
}

fn line(text: &mut String, check: &Check) {
    let (sign, right) = match check.status {
        CheckStatus::Passed => ("✔", time(check)),
        CheckStatus::Warning => ("!", time(check)),
        CheckStatus::Failed => ("✖", time(check)),
        CheckStatus::Skipped => ("–", "skipped".to_owned()),
        CheckStatus::NotReached => ("○", "not reached".to_owned()),
    };
    let used = check.summary.chars().count();
    let gap = TIME_COLUMN
        .saturating_sub(used + right.chars().count())
        .max(2);
    let _infallible = writeln!(text, " {sign} {}{}{right}", check.summary, " ".repeat(gap));
}

fn time(check: &Check) -> String {
    format!("{} ms", check.duration_ms)
}

fn details(text: &mut String, check: &Check) {
    if let Some(words) = server_words(check) {
        paragraph(text, "", &words);
    }
    for (index, cause) in check.causes.iter().enumerate() {
        let label = if index == 0 {
            "Most likely"
        } else {
            "Also possible"
        };
        paragraph(text, label, &format!("{} {}", cause.summary, cause.remedy));
    }
    if let Some(remedy) = check.remedy.as_ref().filter(|_| check.causes.is_empty()) {
        paragraph(text, "What to do", remedy);
    }
}

/// The server's own words, in quotation marks.
fn server_words(check: &Check) -> Option<String> {
    let get = |name: &str| check.evidence.get(name).map(String::as_str);
    let words: Vec<&str> = ["error", "error_description", "code", "message"]
        .into_iter()
        .filter_map(get)
        .filter(|word| !word.is_empty())
        .collect();
    let status = get("status").map(|status| format!("HTTP {status}"));
    match (status, words.is_empty()) {
        (Some(status), false) => Some(format!(
            "The server answered {status}: “{}”",
            words.join(" – ")
        )),
        (Some(status), true) => Some(format!("The server answered {status}.")),
        (None, false) => Some(format!("The server said “{}”", words.join(" – "))),
        (None, true) => None,
    }
}

/// A label and a text, wrapped at 84 columns.
fn paragraph(text: &mut String, label: &str, words: &str) {
    let mut line = if label.is_empty() {
        "   ".to_owned()
    } else {
        format!("   {label:<15}")
    };
    let indent = line.chars().count();
    let mut used = indent;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if used + length > 84 && used > indent {
            let _infallible = writeln!(text, "{}", line.trim_end());
            line = " ".repeat(indent);
            used = indent;
        }
        line.push_str(word);
        line.push(' ');
        used += length + 1;
    }
    let _infallible = writeln!(text, "{}", line.trim_end());
}

fn closing(report: &Report) -> String {
    let when = report.finished_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    match (report.verdict, &report.granted_scopes) {
        (Verdict::Passed, Some(scopes)) if !scopes.is_empty() => {
            format!("Proven on {when}, with the scopes {}.", scopes.join(", "))
        }
        (Verdict::Passed, _) => format!("Proven on {when}."),
        (Verdict::Failed, _) => format!("Not proven on {when}."),
    }
}
