//! Everything that is wrong with a configuration, at once.

use std::fmt;

use proofkey_core::Problem;
use proofkey_core::connection::Finding;

use super::lines::line_of;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// "integration[0].fields.email"; empty for the file.
    pub field: String,
    pub summary: String,
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if !self.field.is_empty() {
            write!(formatter, ", {}", self.field)?;
        }
        write!(formatter, ": {} {}", self.summary, self.remedy)
    }
}

pub(super) struct Mistakes<'a> {
    text: &'a str,
    found: Vec<Mistake>,
}

impl<'a> Mistakes<'a> {
    /// `text` is that of the file.
    pub(super) fn new(text: &'a str) -> Self {
        let found = Vec::new();
        Self { text, found }
    }

    pub(super) fn add(
        &mut self,
        field: &str,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.found.push(Mistake {
            line: line_of(self.text, field),
            field: field.to_owned(),
            summary: summary.into(),
            remedy: remedy.into(),
        });
    }

    /// What speaks against a file that the configuration names.
    pub(super) fn add_problem(&mut self, field: &str, problem: Problem) {
        self.add(field, problem.summary, problem.remedy);
    }

    /// What was found in one integration.
    pub(super) fn add_finding(&mut self, index: usize, finding: Finding) {
        let field = format!("integration[{index}].{}", finding.field);
        self.add(field.trim_end_matches('.'), finding.summary, finding.remedy);
    }

    /// In the order of the file.
    pub(super) fn found(mut self) -> Vec<Mistake> {
        self.found.sort_by_key(|it| it.line);
        self.found
    }
}
