//! Reading a provider file, with every problem and its line.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::fault::{Fault, Path, at};
use super::layers::{Source, Sources, merged, written_at};
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

/// Reads a provider file and checks that it holds together. A file that extends another one extends a
/// built-in provider here; [`Catalogue::parse`](super::Catalogue::parse) also knows the person's own.
///
/// Mistakes of TOML itself come alone, because what follows them is guesswork. Otherwise all
/// problems come at once: missing, unknown and mistyped keys as well as values that contradict each
/// other.
pub fn parse(file_name: &str, text: &str) -> Result<Provider, Vec<FileProblem>> {
    let top = Source::own(file_name, text.to_owned());
    read(&super::catalogue::built_in_sources(), &top)
}

/// As [`parse`], with what `top` may extend in `sources`. Each problem names the file that wrote the
/// value.
pub(super) fn read(sources: &Sources, top: &Source) -> Result<Provider, Vec<FileProblem>> {
    readable(top)?;
    let chain = sources
        .chain(top)
        .and_then(|chain| sound(sources, chain))
        .map_err(|fault| vec![in_chain(&[top], fault)])?;
    let merged = match chain.as_slice() {
        [_] => top.text.clone(),
        several => match merged(several).map(|table| toml::to_string(&table)) {
            Ok(Ok(text)) => text.into(),
            Ok(Err(fault)) => return Err(vec![unmerged(top, &fault.to_string())]),
            Err(fault) => return Err(vec![unmerged(top, fault.message())]),
        },
    };
    judged(&top.name, &merged).map_err(|faults| {
        let mut problems: Vec<FileProblem> = faults
            .into_iter()
            .map(|fault| in_chain(&chain, fault))
            .collect();
        let rank = |problem: &FileProblem| {
            chain
                .iter()
                .position(|one| one.shown_name() == problem.file)
        };
        problems.sort_by_key(|problem| (rank(problem), problem.line, problem.column));
        problems
    })
}

/// The chain, when every file of the person's own below the top is right by itself.
fn sound<'s>(sources: &Sources, chain: Vec<&'s Source>) -> Result<Vec<&'s Source>, Fault> {
    let broken = chain
        .iter()
        .skip(1)
        .find(|base| base.own && read(sources, base).is_err());
    match broken {
        None => Ok(chain),
        Some(base) => Err(Fault::new(
            at!["extends"],
            format!(
                "{}, which this file extends, has mistakes of its own.",
                base.name
            ),
            format!("Correct {} first.", base.name),
        )),
    }
}

/// Not too large, and TOML.
fn readable(source: &Source) -> Result<(), Vec<FileProblem>> {
    let (name, text) = (source.shown_name(), source.text.as_ref());
    if text.len() > LARGEST_FILE {
        let fault = Fault::new(
            Path::default(),
            "The file is larger than 1 MiB.",
            "A provider file holds one system and is usually smaller than 40 KiB.",
        );
        return Err(vec![located(&name, text, 0, fault)]);
    }
    let (_, mistakes) = DeTable::parse_recoverable(text);
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(mistakes.iter().map(|m| mistake(&name, text, m)).collect())
}

fn judged(file_name: &str, text: &str) -> Result<Provider, Vec<Fault>> {
    let (table, _) = DeTable::parse_recoverable(text);
    let (provider, mut faults) = match toml::from_str::<Provider>(text) {
        Ok(provider) => (provider, Vec::new()),
        Err(fallback) => {
            let salvage = shape::salvage(table.get_ref(), &fallback);
            (salvage.provider, salvage.faults)
        }
    };
    let broken: BTreeSet<String> = faults.iter().filter_map(section).collect();
    faults.extend(semantics::check(&provider, &broken));
    faults.extend(misnamed(file_name, &provider, &broken));
    if faults.is_empty() {
        Ok(provider)
    } else {
        Err(faults)
    }
}

/// The problem in the file of the chain that wrote the value.
fn in_chain(chain: &[&Source], fault: Fault) -> FileProblem {
    // These two are not inherited.
    let own = matches!(section(&fault).as_deref(), Some("id" | "extends"));
    let chain = if own { &chain[..1] } else { chain };
    let tables: Vec<_> = chain
        .iter()
        .map(|one| DeTable::parse_recoverable(&one.text).0)
        .collect();
    let roots: Vec<&DeTable<'_>> = tables.iter().map(toml::Spanned::get_ref).collect();
    let (place, offset) = written_at(&roots, &fault.path);
    let source = chain[place];
    located(&source.shown_name(), &source.text, offset, fault)
}

fn unmerged(top: &Source, fault: &str) -> FileProblem {
    let fault = Fault::new(
        at!["extends"],
        format!("The files cannot be put together: {fault}."),
        "Compare the entry with docs/providers.md, which lists every key.",
    );
    in_chain(&[top], fault)
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
