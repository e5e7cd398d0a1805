//! Everything that is wrong with a configuration, at once.

use std::fmt;

use proofkey_core::Problem;
use proofkey_core::connection::Finding;
use proofkey_core::wording::clean;
use serde::Serialize;
use toml::de::DeTable;

use super::lines::{line_at, line_of};

/// One thing that is wrong, or that its author should know, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Counted from 1; `None` for a file that could not be read at all.
    pub line: Option<usize>,
    /// "integration[0].fields.email"; empty for the file.
    pub field: String,
    /// The same for people, who know an integration by its path: "/desk, fields.email".
    #[serde(skip)]
    pub place: String,
    pub summary: String,
    pub remedy: String,
}

impl Mistake {
    /// About a file as a whole.
    pub fn of_a_file(summary: String, remedy: String) -> Self {
        Self {
            line: None,
            field: String::new(),
            place: String::new(),
            summary,
            remedy,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!("line {line}"));
        let place = Some(self.place.clone()).filter(|place| !place.is_empty());
        let front: Vec<String> = line.into_iter().chain(place).collect();
        if !front.is_empty() {
            write!(formatter, "{}: ", front.join(", "))?;
        }
        write!(formatter, "{} {}", self.summary, self.remedy)
    }
}

pub(super) struct Mistakes<'t> {
    text: &'t str,
    root: DeTable<'t>,
    found: Vec<Mistake>,
    warnings: Vec<Mistake>,
    /// Fields whose values could not be read. What depends on them is not judged.
    unread: Vec<String>,
}

impl<'t> Mistakes<'t> {
    /// `text` is that of the file, `root` what it says.
    pub(super) fn new(text: &'t str, root: DeTable<'t>) -> Self {
        Self {
            text,
            root,
            found: Vec::new(),
            warnings: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// A mistake at `offset`.
    pub(super) fn at(
        &mut self,
        offset: usize,
        field: &str,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let line = line_at(self.text, offset);
        let mistake = self.mistake(line, field, summary.into(), remedy.into());
        self.found.push(mistake);
    }

    /// A mistake in `field`, unless it comes from one that has been told.
    pub(super) fn add(
        &mut self,
        field: &str,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if !self.depends_on_unread(field) {
            let line = line_of(self.text, &self.root, field);
            let mistake = self.mistake(line, field, summary.into(), remedy.into());
            self.found.push(mistake);
        }
    }

    /// What the author should know, and may have meant.
    pub(super) fn warn(
        &mut self,
        field: &str,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let line = line_of(self.text, &self.root, field);
        let warning = self.mistake(line, field, summary.into(), remedy.into());
        self.warnings.push(warning);
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

    /// Nothing more is said of `field`, of what is below it, and of what it is part of.
    pub(super) fn unread(&mut self, field: &str) {
        self.unread.push(field.to_owned());
    }

    pub(super) fn is_unread(&self, field: &str) -> bool {
        self.unread.iter().any(|it| it == field)
    }

    /// In the order of the file: the configuration is right, with warnings, or there are mistakes.
    pub(super) fn found(self) -> Result<Vec<Mistake>, Vec<Mistake>> {
        let in_order = |mut mistakes: Vec<Mistake>| {
            mistakes.sort_by_key(|it| it.line);
            // A reader of TOML may trip twice over one thing.
            mistakes.dedup();
            mistakes
        };
        if self.found.is_empty() {
            Ok(in_order(self.warnings))
        } else {
            Err(in_order(self.found))
        }
    }

    fn mistake(&self, line: usize, field: &str, summary: String, remedy: String) -> Mistake {
        Mistake {
            line: Some(line),
            field: field.to_owned(),
            place: self.place(field),
            summary,
            remedy,
        }
    }

    fn depends_on_unread(&self, field: &str) -> bool {
        let is_part = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.unread
            .iter()
            .any(|it| is_part(field, it) || is_part(it, field))
    }

    /// An integration is known by its path; one without, by its number.
    fn place(&self, field: &str) -> String {
        let parts = field
            .strip_prefix("integration[")
            .and_then(|rest| rest.split_once(']'));
        let Some((index, rest)) = parts else {
            return field.to_owned();
        };
        let number: usize = index.parse().unwrap_or_default();
        let path = self.path_of(number).map(|path| clean(path, 60));
        let name = path.unwrap_or_else(|| format!("integration {}", number + 1));
        match rest.trim_start_matches('.') {
            "" => name,
            inner => format!("{name}, {inner}"),
        }
    }

    /// Where it says so in a way that can be shown.
    fn path_of(&self, index: usize) -> Option<&str> {
        let all = self.root.get("integration")?.get_ref().as_array()?;
        let table = all.get(index)?.get_ref().as_table()?;
        let path = table.get("path")?.get_ref().as_str()?;
        path.starts_with('/').then_some(path)
    }
}
