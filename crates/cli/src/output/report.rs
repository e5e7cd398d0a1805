//! A report for people: the same words as in the window.

use std::fmt::Write;

use proofkey_core::check::{Cause, Check, CheckId, CheckStatus, RemedyAction, Report, Verdict};

/// Where the time of a check is written.
const TIME_COLUMN: usize = 90;
/// The longest line.
const WIDTH: usize = TIME_COLUMN + 3;

/// All stages of a report, the failed one opened.
pub(crate) fn report_text(name: &str, report: &Report) -> String {
    let mut text = format!("{name}\n\n");
    for check in &report.checks {
        let summary = match check.status {
            // All that were not reached have the same summary; which ones they are is what matters.
            CheckStatus::NotReached => title(check.id),
            _ => check.summary.as_str(),
        };
        line(&mut text, check.status, summary, &time(check));
        if matches!(check.status, CheckStatus::Failed | CheckStatus::Warning) {
            details(&mut text, &report.connection, check);
        }
    }
    text.push('\n');
    text.push_str(&closing(report));
    text
}

/// One finding, with its sign before it and the time it took at the right.
pub(super) fn line(text: &mut String, status: CheckStatus, summary: &str, time: &str) {
    let (sign, right) = match status {
        CheckStatus::Passed => ("✔", time),
        CheckStatus::Warning => ("!", time),
        CheckStatus::Failed => ("✖", time),
        CheckStatus::Skipped => ("–", "skipped"),
        CheckStatus::NotReached => ("○", "not reached"),
    };
    let mut lines = wrapped(summary, TIME_COLUMN - 2 - right.chars().count());
    let last = lines.pop().unwrap_or_default();
    for (index, line) in lines.iter().enumerate() {
        let lead = if index == 0 { sign } else { " " };
        let _infallible = writeln!(text, " {lead} {line}");
    }
    let lead = if lines.is_empty() { sign } else { " " };
    let used = last.chars().count() + right.chars().count();
    let gap = TIME_COLUMN.saturating_sub(used).max(2);
    let last = format!(" {lead} {last}{}{right}", " ".repeat(gap));
    let _infallible = writeln!(text, "{}", last.trim_end());
}

/// What a check is about, in the words of the README.
fn title(id: CheckId) -> &'static str {
    match id {
        CheckId::Configuration => "Configuration",
        CheckId::Dns => "Name",
        CheckId::Tcp => "Connection",
        CheckId::Tls => "Certificate",
        CheckId::Token => "Token",
        CheckId::Scope => "Scopes",
        CheckId::Api => "API",
        CheckId::Account => "Account",
        CheckId::Vault => "Vault",
    }
}

fn time(check: &Check) -> String {
    format!("{} ms", check.duration_ms)
}

fn details(text: &mut String, connection: &str, check: &Check) {
    if let Some(words) = server_words(check) {
        paragraph(text, "", &words);
    }
    let said = check.causes.iter();
    causes(text, said.map(|cause| words(connection, cause)));
    if let Some(remedy) = check.remedy.as_ref().filter(|_| check.causes.is_empty()) {
        paragraph(text, "What to do", remedy);
    }
}

/// Causes with what to do, the most likely first.
pub(super) fn causes(text: &mut String, causes: impl Iterator<Item = String>) {
    for (index, words) in causes.enumerate() {
        let label = if index == 0 {
            "Most likely"
        } else {
            "Also possible"
        };
        paragraph(text, label, &words);
    }
}

/// A cause with what to do; the window has a button where this names a command.
fn words(connection: &str, cause: &Cause) -> String {
    let Cause {
        summary, remedy, ..
    } = cause;
    let command = format!("proofkey authorize {connection}");
    match cause.action {
        Some(RemedyAction::Authorize) if !remedy.contains(&command) => {
            format!("{summary} {remedy} Run \"{command}\".")
        }
        _ => format!("{summary} {remedy}"),
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
        (Some(status), true) if check.status == CheckStatus::Failed => {
            Some(format!("The server answered {status}."))
        }
        (None, false) => Some(format!("The server said “{}”", words.join(" – "))),
        (_, true) => None,
    }
}

/// A label and a text, wrapped where the times end.
pub(super) fn paragraph(text: &mut String, label: &str, words: &str) {
    let mut lead = if label.is_empty() {
        "   ".to_owned()
    } else {
        format!("   {label:<15}")
    };
    let indent = lead.chars().count();
    for line in wrapped(words, WIDTH - indent) {
        let _infallible = writeln!(text, "{lead}{line}");
        lead = " ".repeat(indent);
    }
}

/// The words in lines of at most `width` characters; a longer word has a line of its own.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces(words) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + piece.chars().count() <= width => {
                line.push(' ');
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    lines
}

/// The words; a quoted command is one of them, because it is there to be pasted.
fn pieces(words: &str) -> Vec<String> {
    const COMMAND: usize = 60;
    let mut pieces: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match pieces.last_mut() {
            Some(command)
                if command.starts_with("\"proofkey")
                    && command.matches('"').count() == 1
                    && command.len() + word.len() < COMMAND =>
            {
                command.push(' ');
                command.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
    }
    pieces
}

fn closing(report: &Report) -> String {
    let when = report.finished_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    match (report.verdict, &report.granted_scopes) {
        (Verdict::Passed, Some(scopes)) if !scopes.is_empty() => {
            let word = if scopes.len() == 1 { "scope" } else { "scopes" };
            format!("Proven on {when}, with the {word} {}.", scopes.join(", "))
        }
        (Verdict::Passed, _) => format!("Proven on {when}."),
        (Verdict::Failed, _) => format!("Not proven on {when}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_not_broken_and_an_open_quotation_breaks_nothing() {
        let told = r#"Authorize it in the window, or run "proofkey authorize acme"."#;
        let lines = wrapped(told, 45);
        assert_eq!(lines[1], r#""proofkey authorize acme"."#);
        let open = format!("\"proofkey {}", "word ".repeat(40));
        assert!(wrapped(&open, 62).iter().all(|line| line.len() <= 62));
    }

    #[test]
    fn no_line_is_wider_than_the_page_and_stages_are_named() {
        let long = "The connection is encrypted, and the certificate of a-long-name.talkdeskidca.com \
                    is trusted by this computer.";
        let check = |id: &str, status: &str, summary: &str| {
            serde_json::json!({ "id": id, "status": status, "summary": summary, "remedy": null,
                "causes": [], "evidence": {}, "duration_ms": 1234, "standard": null })
        };
        let not_reached = "Not reached, because an earlier check failed.";
        let report: Report = serde_json::from_value(serde_json::json!({
            "connection": "acme", "provider": "talkdesk", "verdict": "failed",
            "started_at": "2026-11-22T09:29:58Z", "finished_at": "2026-11-22T09:30:00Z",
            "checks": [check("tls", "passed", long), check("token", "failed", long),
                check("scope", "not_reached", not_reached)],
            "granted_scopes": null, "content_id": "", "tool_version": "0.1.0"
        }))
        .expect("a report");
        let text = report_text("Acme", &report);
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH),
            "{text}"
        );
        assert!(text.contains("1234 ms\n ✖"), "{text}");
        assert!(text.contains(" ○ Scopes "), "{text}");
    }
}
