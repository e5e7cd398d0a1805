//! Reading a provider file, with every problem and its line.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::fault::{Fault, Path, at, span_of};
use super::schema::Provider;
use super::{host, semantics, shape};

/// Larger files are refused unread (rule I7).
pub(super) const LARGEST_FILE: usize = 1024 * 1024;

/// One thing that is wrong in a provider file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FileProblem {
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// "regions[3].values"; empty when it is about the file as a whole.
    pub field: String,
    pub summary: String,
    pub remedy: String,
}

/// Reads a provider file and checks that it holds together.
///
/// Mistakes of TOML itself come alone, because what follows them is guesswork. Otherwise all
/// problems come at once: missing, unknown and mistyped keys as well as values that contradict each
/// other.
pub fn parse(file_name: &str, text: &str) -> Result<Provider, Vec<FileProblem>> {
    if text.len() > LARGEST_FILE {
        let fault = Fault::new(
            Path::default(),
            "The file is larger than 1 MiB.",
            "A provider file holds one system and is usually smaller than 40 KiB.",
        );
        return Err(vec![located(file_name, text, 0, fault)]);
    }
    let (table, mistakes) = DeTable::parse_recoverable(text);
    if !mistakes.is_empty() {
        return Err(mistakes
            .iter()
            .map(|m| mistake(file_name, text, m))
            .collect());
    }
    let table = table.get_ref();
    let (provider, mut faults) = match toml::from_str::<Provider>(text) {
        Ok(provider) => (provider, Vec::new()),
        Err(fallback) => {
            let salvage = shape::salvage(table, &fallback);
            (salvage.provider, salvage.faults)
        }
    };
    let broken: BTreeSet<String> = faults.iter().filter_map(section).collect();
    faults.extend(semantics::check(&provider, &broken));
    faults.extend(misnamed(file_name, &provider, &broken));
    if faults.is_empty() {
        return Ok(provider);
    }
    let mut problems: Vec<FileProblem> = faults
        .into_iter()
        .map(|fault| located(file_name, text, span_of(table, &fault.path).start, fault))
        .collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Err(problems)
}

/// The top-level key a fault belongs to; what depends on it is not judged.
fn section(fault: &Fault) -> Option<String> {
    match fault.path.0.first() {
        Some(super::fault::Step::Key(key)) => Some(key.clone()),
        _ => None,
    }
}

fn misnamed(file_name: &str, provider: &Provider, broken: &BTreeSet<String>) -> Option<Fault> {
    let stem = std::path::Path::new(file_name).file_stem()?.to_str()?;
    let differs = stem != provider.id && !broken.contains("id");
    differs.then(|| {
        Fault::new(
            at!["id"],
            "The id differs from the name of the file.",
            format!(
                "Name the file {}.toml, or write id = \"{}\".",
                host::shown(&provider.id),
                host::shown(stem)
            ),
        )
    })
}

fn mistake(file_name: &str, text: &str, mistake: &toml::de::Error) -> FileProblem {
    let fault = Fault::new(
        Path::default(),
        format!(
            "This is not TOML: {}.",
            mistake.message().trim_end_matches('.')
        ),
        "Correct the line. Text stands in straight double quotes, as in name = \"Talkdesk\".",
    );
    let offset = mistake.span().map_or(0, |span| span.start);
    located(file_name, text, offset, fault)
}

fn located(file_name: &str, text: &str, offset: usize, fault: Fault) -> FileProblem {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    FileProblem {
        file: file_name.to_owned(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        field: fault.path.to_string(),
        summary: fault.summary,
        remedy: fault.remedy,
    }
}
