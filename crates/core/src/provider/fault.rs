//! Something wrong in a provider file, and where.

use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// One step down into a TOML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<&String> for Step {
    fn from(key: &String) -> Self {
        Self::Key(key.clone())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A place in a file: `regions[3].asks[0].kind`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(pub(super) Vec<Step>);

impl Path {
    pub(super) fn with(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// `at!["regions", 3, "id"]`
macro_rules! at {
    ($($step:expr),* $(,)?) => {
        $crate::provider::fault::Path(vec![$($crate::provider::fault::Step::from($step)),*])
    };
}
pub(super) use at;

/// What is wrong, before its line is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) path: Path,
    pub(super) summary: String,
    pub(super) remedy: String,
}

impl Fault {
    pub(super) fn new(path: Path, summary: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            path,
            summary: summary.into(),
            remedy: remedy.into(),
        }
    }
}

/// The innermost place in `root` that is written at byte `offset`.
///
/// The tables of `[[list]]` sections carry the span of their header only, so every branch is searched.
pub(super) fn path_at(root: &DeTable<'_>, offset: usize) -> Option<Path> {
    let mut best = None;
    search_table(root, &Path::default(), offset, &mut best);
    best.map(|(_, path)| path)
}

type Best = Option<(usize, Path)>;

fn search_table(table: &DeTable<'_>, path: &Path, offset: usize, best: &mut Best) {
    for (key, value) in table {
        let inner = path.with(key.get_ref().as_ref());
        offer(&key.span(), &inner, offset, best);
        search_value(value.get_ref(), &value.span(), &inner, offset, best);
    }
}

fn search_value(
    value: &DeValue<'_>,
    span: &Range<usize>,
    path: &Path,
    offset: usize,
    best: &mut Best,
) {
    offer(span, path, offset, best);
    match value {
        DeValue::Table(table) => search_table(table, path, offset, best),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                search_value(
                    item.get_ref(),
                    &item.span(),
                    &path.with(index),
                    offset,
                    best,
                );
            }
        }
        _ => {}
    }
}

fn offer(span: &Range<usize>, path: &Path, offset: usize, best: &mut Best) {
    let tighter = best
        .as_ref()
        .is_none_or(|(length, _)| span.len() <= *length);
    if span.contains(&offset) && tighter {
        *best = Some((span.len(), path.clone()));
    }
}
