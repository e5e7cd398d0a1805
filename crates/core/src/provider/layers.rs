//! `extends`: a provider file that says only what differs from another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::fault::{Fault, Path, Step, at};
use super::host::shown;

/// The text of a provider file.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// As problems name it: "acme.toml".
    pub(super) name: String,
    pub(super) text: Cow<'static, str>,
    pub(super) own: bool,
}

/// Provider files by the id that their names say: those that come with Proofkey, and the person's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    pub(super) built_in: BTreeMap<String, Source>,
    pub(super) own: BTreeMap<String, Source>,
}

impl Source {
    /// A file of the person's own.
    pub(super) fn own(name: &str, text: String) -> Self {
        Self {
            name: name.to_owned(),
            text: text.into(),
            own: true,
        }
    }

    /// What the file is called without its folder and ending: the id of its provider.
    pub(super) fn id(&self) -> &str {
        std::path::Path::new(&self.name)
            .file_stem()
            .and_then(std::ffi::OsStr::to_str)
            .unwrap_or_default()
    }

    /// As problems name it, with where it comes from.
    pub(super) fn shown_name(&self) -> String {
        if self.own {
            self.name.clone()
        } else {
            format!("{} (built in)", self.name)
        }
    }

    fn extends(&self) -> Option<String> {
        let (table, _) = DeTable::parse_recoverable(&self.text);
        let base = table.get_ref().get("extends")?.get_ref().as_str()?;
        Some(base.to_owned())
    }
}

impl Sources {
    /// `top` and the files below it, the last of which extends none.
    ///
    /// A file's own id means the built-in provider that it takes the place of. Another id means the
    /// person's own file before the built-in one; a built-in file never depends on the person's own.
    /// The fault is about the key `extends` of `top`.
    pub(super) fn chain<'s>(&'s self, top: &'s Source) -> Result<Vec<&'s Source>, Fault> {
        let mut chain = vec![top];
        let mut here = top;
        while let Some(base) = here.extends() {
            let next = self.base(here, &base)?;
            let seen = |one: &&Source| one.id() == next.id() && one.own == next.own;
            let cycle = chain.iter().any(seen);
            chain.push(next);
            if cycle {
                return Err(circle(&chain));
            }
            here = next;
        }
        Ok(chain)
    }

    fn base(&self, file: &Source, base: &str) -> Result<&Source, Fault> {
        if base == file.id() {
            let built_in = self.built_in.get(base).filter(|_| file.own);
            return built_in.ok_or_else(|| {
                Fault::new(
                    at!["extends"],
                    format!(
                        "{} extends itself, and there is no built-in provider of that id.",
                        shown(base)
                    ),
                    "Name another provider, or remove the key.",
                )
            });
        }
        let own = self.own.get(base).filter(|_| file.own);
        own.or_else(|| self.built_in.get(base))
            .ok_or_else(|| self.unknown(file, base))
    }

    fn unknown(&self, file: &Source, base: &str) -> Fault {
        let known = self.own.keys().chain(self.built_in.keys());
        let near = known.min_by_key(|id| strsim::damerau_levenshtein(id, base));
        let remedy = match near {
            Some(near) if strsim::damerau_levenshtein(near, base) <= 2 => {
                format!("Write extends = \"{near}\".")
            }
            _ => "\"proofkey providers list\" names those there are.".to_owned(),
        };
        let summary = format!(
            "{} extends {}, and there is no provider of that id.",
            shown(file.id()),
            shown(base)
        );
        Fault::new(at!["extends"], summary, remedy)
    }
}

fn circle(chain: &[&Source]) -> Fault {
    let names: Vec<String> = chain.iter().map(|one| shown(one.id())).collect();
    Fault::new(
        at!["extends"],
        format!(
            "The files extend each other in a circle: {}.",
            names.join(", then ")
        ),
        "Remove extends from one of them.",
    )
}

/// The files of a chain as one: tables are merged key by key, everything else of an upper file takes
/// the place of what is below it. The topmost file comes first.
///
/// The id is the topmost file's alone. Evidence is only inherited for values that no upper file
/// changes.
pub(super) fn merged(chain: &[&Source]) -> Result<Table, toml::de::Error> {
    let mut whole = Table::new();
    for source in chain.iter().rev() {
        let mut upper: Table = toml::from_str(&source.text)?;
        whole.remove("id");
        whole.remove("extends");
        if !upper.contains_key("evidence") {
            still_true(&mut whole, &upper);
        }
        lay_over(&mut whole, std::mem::take(&mut upper));
    }
    Ok(whole)
}

fn lay_over(lower: &mut Table, upper: Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => lay_over(lower, upper),
            (_, value) => {
                lower.insert(key, value);
            }
        }
    }
}

/// Takes out of the evidence in `lower` what `upper` writes anew.
fn still_true(lower: &mut Table, upper: &Table) {
    let Some(Value::Array(evidence)) = lower.get_mut("evidence") else {
        return;
    };
    for entry in evidence.iter_mut() {
        if let Some(Value::Array(values)) = entry.get_mut("values") {
            values.retain(|value| !value.as_str().is_some_and(|path| writes(upper, path)));
        }
    }
    evidence.retain(|entry| {
        let values = entry.get("values").and_then(Value::as_array);
        values.is_none_or(|values| !values.is_empty())
    });
}

/// Whether `upper` writes the value at a dotted path, or a list that holds it.
fn writes(upper: &Table, path: &str) -> bool {
    let mut here = upper;
    for step in path.split('.') {
        let key = step.split('[').next().unwrap_or_default();
        match here.get(key) {
            Some(Value::Table(inner)) => here = inner,
            Some(_) => return true,
            None => return false,
        }
    }
    false
}

/// Which of the files wrote the value at `path`, or the deepest part of it that is written: the place
/// of the file in the chain, and the byte.
pub(super) fn written_at(roots: &[&DeTable<'_>], path: &Path) -> (usize, usize) {
    let mut found = (0, 0);
    let mut here: Vec<(usize, Node<'_>)> = roots
        .iter()
        .enumerate()
        .map(|(place, root)| (place, Node::Table(root)))
        .collect();
    for step in &path.0 {
        let next: Vec<(usize, usize, Node<'_>)> = here
            .iter()
            .filter_map(|(place, node)| {
                let (start, inner) = node.below(step)?;
                Some((*place, start, inner))
            })
            .collect();
        let Some((place, start, top)) = next.first() else {
            break;
        };
        found = (*place, *start);
        let merges = matches!(top, Node::Table(_));
        here = next
            .iter()
            .take(if merges { next.len() } else { 1 })
            .filter(|(_, _, node)| !merges || matches!(node, Node::Table(_)))
            .map(|(place, _, node)| (*place, *node))
            .collect();
    }
    found
}

#[derive(Clone, Copy)]
enum Node<'t> {
    Table(&'t DeTable<'t>),
    Other(&'t DeValue<'t>),
}

impl<'t> Node<'t> {
    fn of(value: &'t DeValue<'t>) -> Self {
        match value {
            DeValue::Table(table) => Self::Table(table),
            other => Self::Other(other),
        }
    }

    fn below(self, step: &Step) -> Option<(usize, Self)> {
        match (self, step) {
            (Self::Table(table), Step::Key(name)) => {
                let (key, value) = table.get_key_value(name.as_str())?;
                Some((key.span().start, Self::of(value.get_ref())))
            }
            (Self::Other(DeValue::Array(items)), Step::Index(index)) => {
                let item = items.get(*index)?;
                Some((item.span().start, Self::of(item.get_ref())))
            }
            _ => None,
        }
    }
}
