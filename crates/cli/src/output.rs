//! What is printed: data on standard output, talk on standard error.

mod approval;
mod event;
mod keys;
mod provider_list;
mod provider_page;
mod report;
mod rotation;
mod tables;
mod trial;

use std::io::{IsTerminal, Write};

use proofkey_core::connection::{Finding, Severity};
use proofkey_core::wording::clean_lines;
use proofkey_core::{Code, Problem};
use serde::Serialize;

use crate::exit::Failure;

pub(crate) use approval::{receipt, required};
pub(crate) use event::event_facts;
pub(crate) use keys::{key_list, key_page};
pub(crate) use provider_list::provider_list;
pub(crate) use provider_page::provider_page;
pub(crate) use report::report_text;
pub(crate) use rotation::rotation;
pub(crate) use tables::{connection_list, connection_page};
pub(crate) use trial::{point_name, trial_text};

/// Knows whether a person or a program reads.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads one JSON document.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints `value` as one JSON document, or `text` for people.
    pub(crate) fn data<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if self.json {
            return self.document(value);
        }
        // Names and server's words in it may come from a file that somebody else wrote (rule M1).
        self.raw(clean_lines(&text()).trim_end())
    }

    /// Prints `value` for a program; a person gets nothing.
    pub(crate) fn document<T: Serialize>(&self, value: &T) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let document = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::internal(&error.to_string()))?;
        self.raw(&document)
    }

    /// Prints the first part of a longer answer; a program gets it with the rest, as one document.
    pub(crate) fn part(&self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        self.raw(&clean_lines(text))
    }

    /// Prints exactly this text and a line break.
    #[expect(
        clippy::unused_self,
        reason = "everything that is printed goes through the one Output"
    )]
    pub(crate) fn raw(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            // The reader has seen enough ("| head"); that is no failure.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Problem::new(
                Code::FileFailed,
                format!("Standard output could not be written: {error}."),
                "Make room or choose another place, and try again.",
            )
            .into()),
        }
    }

    /// Says something to the person; a program that asked for JSON is not talked to.
    pub(crate) fn talk(&self, text: &str) {
        if !self.json {
            to_stderr(text);
        }
    }

    /// Says what is wrong beside the work and does not stop it: in one sentence to a person, whole to a
    /// program. Nothing is said when `problems` is empty.
    pub(crate) fn aside(&self, sentence: &str, problems: &[Problem]) {
        if self.json {
            for problem in problems {
                self.problem(problem);
            }
        } else if !problems.is_empty() {
            to_stderr(sentence);
        }
    }

    /// Tells what happens meanwhile: one JSON document a line, or `text` when there is something to say.
    pub(crate) fn event<T: Serialize>(&self, event: &T, text: impl FnOnce() -> Option<String>) {
        if self.json {
            if let Ok(line) = serde_json::to_string(event) {
                to_stderr(&line);
            }
        } else if let Some(text) = text() {
            to_stderr(&text);
        }
    }

    /// Whether a person sees standard error as it is written.
    pub(crate) fn is_watched(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    pub(crate) fn finding(&self, finding: &Finding) {
        if self.json {
            if let Ok(text) = serde_json::to_string(finding) {
                to_stderr(&text);
            }
            return;
        }
        let word = match finding.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Blocking => "error",
        };
        to_stderr(&format!(
            "{word}: {}: {} {}",
            finding.field, finding.summary, finding.remedy
        ));
    }

    pub(crate) fn problem(&self, problem: &Problem) {
        if self.json {
            if let Ok(text) = serde_json::to_string(problem) {
                to_stderr(&text);
            }
            return;
        }
        let place = problem
            .field
            .as_ref()
            .map(|field| format!("{field}: "))
            .unwrap_or_default();
        to_stderr(&format!("proofkey: {place}{}", problem.summary));
        if let Some(quoted) = &problem.quoted {
            to_stderr(&format!("  The server said: {}", quote(quoted)));
        }
        to_stderr(&format!("  {}", problem.remedy));
    }
}

fn quote(quoted: &proofkey_core::Quoted) -> String {
    let mut words = Vec::new();
    if let Some(status) = quoted.status {
        words.push(format!("HTTP {status}"));
    }
    words.extend(
        [&quoted.error, &quoted.description]
            .into_iter()
            .flatten()
            .map(|text| format!("“{text}”")),
    );
    words.join(", ")
}

/// Remote and typed words in it cannot steer a terminal. Nothing better can be done when standard error itself is gone.
fn to_stderr(text: &str) {
    let text = clean_lines(text);
    let _unheard = writeln!(std::io::stderr().lock(), "{text}");
}
