//! Whether a configuration has the shape that can be read. Everything that is wrong is named at once, in words
//! for people; what is wrong is left out or mended, so that the rest can be judged as well.

mod keys;
mod kind;
mod syntax;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use proofkey_core::wording::{clean, nearest};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use self::kind::{Key, Kind, Unfit};
pub(super) use self::syntax::syntax;
use super::file::File;
use super::mistakes::Mistakes;

type Value<'t> = Spanned<DeValue<'t>>;

/// The configuration, with usual values where something is wrong with what is written. `None` when even that
/// cannot be read; `mistakes` then says why.
pub(super) fn read(mut root: DeTable<'_>, mistakes: &mut Mistakes<'_>) -> Option<File> {
    let mut reader = Reader { mistakes };
    reader.table(&mut root, keys::FILE, "", 0);
    let value = Spanned::new(0..0, DeValue::Table(root));
    match File::deserialize(value.into_deserializer()) {
        Ok(file) => Some(file),
        // The keys here and those of `File` differ; tests prove that they do not.
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            mistakes.at(offset, "", error.message(), "Correct the line.");
            None
        }
    }
}

struct Reader<'m, 't> {
    mistakes: &'m mut Mistakes<'t>,
}

impl Reader<'_, '_> {
    /// Mends `table`, which is written at `offset`, until it has nothing but right values.
    fn table(&mut self, table: &mut DeTable<'_>, keys: &[Key], at: &str, offset: usize) {
        self.strangers(table, keys, at);
        for key in keys {
            let place = below(at, key.name);
            let Some((written, mut value)) = table.remove_entry(key.name) else {
                if key.required {
                    let summary = format!("The key {} is missing.", key.name);
                    self.mistakes.at(offset, &place, summary, like(key.example));
                    self.mistakes.unread(&place);
                    table.insert(name(key.name), filler(&key.kind));
                }
                continue;
            };
            let spot = written.span().start;
            if !self.value(&mut value, &key.kind, &place, spot, key.example) {
                self.mistakes.unread(&place);
                if !key.required && !matches!(key.kind, Kind::Table(_) | Kind::WordOr(..)) {
                    continue;
                }
                value = filler(&key.kind);
            }
            table.insert(written, value);
        }
    }

    /// Keys that there are not. One that is misspelt is taken for what it was meant to be.
    fn strangers(&mut self, table: &mut DeTable<'_>, keys: &[Key], at: &str) {
        let is_known = |name: &str| keys.iter().any(|key| key.name == name);
        let strange: Vec<(String, usize)> = table
            .keys()
            .filter(|key| !is_known(key.get_ref()))
            .map(|key| (key.get_ref().to_string(), key.span().start))
            .collect();
        for (strange, offset) in strange {
            let Some((written, value)) = table.remove_entry(strange.as_str()) else {
                continue;
            };
            let names = keys.iter().map(|key| key.name);
            let free = names.clone().filter(|name| !table.contains_key(*name));
            let remedy = if let Some(near) = nearest(&strange, free) {
                let meant = keys.iter().find(|key| key.name == near);
                table.insert(Spanned::new(written.span(), Cow::Borrowed(near)), value);
                match meant.map(|key| &key.kind) {
                    Some(Kind::Table(_) | Kind::WordOr(..)) => format!("Write [{near}]."),
                    Some(Kind::Tables(_)) => format!("Write [[{near}]]."),
                    _ => format!("Write {near}."),
                }
            } else if let Some(home) = home(&strange).filter(|home| *home != at) {
                self.mistakes.unread(&below(home, &strange));
                match home {
                    "" => "It belongs above the first section.".to_owned(),
                    _ => format!("It belongs below [{home}]."),
                }
            } else {
                let names: Vec<&str> = names.collect();
                format!("Remove it. The keys here are {}.", names.join(", "))
            };
            let shown = clean(&strange, 60);
            let summary = format!("There is no key {shown} here.");
            self.mistakes
                .at(offset, &below(at, &shown), summary, remedy);
        }
    }

    /// Whether something readable stands there, in the end.
    fn value(
        &mut self,
        value: &mut Value<'_>,
        kind: &Kind,
        at: &str,
        offset: usize,
        example: &str,
    ) -> bool {
        match kind {
            Kind::Tables(keys) => self.tables(value, keys, at, offset, example),
            Kind::Table(keys) | Kind::WordOr(_, keys) | Kind::Field(keys) => {
                let brackets = |value: &DeValue<'_>| {
                    let DeValue::Array(items) = value else {
                        return false;
                    };
                    matches!(
                        items.iter().next().map(Spanned::get_ref),
                        Some(DeValue::Table(_))
                    )
                };
                if matches!(kind, Kind::Table(_) | Kind::WordOr(..)) && brackets(value.get_ref()) {
                    let summary = "There can be only one section of this name.";
                    let remedy = format!("Write {example}, with one pair of brackets.");
                    self.mistakes.at(offset, at, summary, remedy);
                    return false;
                }
                match value.get_mut() {
                    DeValue::Table(table) => {
                        self.table(table, keys, at, offset);
                        true
                    }
                    other => self.plain(other, kind, at, offset, example),
                }
            }
            Kind::Map(of) => match value.get_mut() {
                DeValue::Table(table) => {
                    self.map(table, of, at, example);
                    true
                }
                other => self.unfit(kind.not(other), at, offset, example),
            },
            Kind::List(of) => match value.get_mut() {
                DeValue::Array(items) => self.list(items, of, at, example),
                other => self.unfit(kind.not(other), at, offset, example),
            },
            plain => self.plain(value.get_ref(), plain, at, offset, example),
        }
    }

    fn plain(
        &mut self,
        value: &DeValue<'_>,
        kind: &Kind,
        at: &str,
        offset: usize,
        example: &str,
    ) -> bool {
        match kind.against(value) {
            None => true,
            Some(unfit) => self.unfit(unfit, at, offset, example),
        }
    }

    fn unfit(&mut self, unfit: Unfit, at: &str, offset: usize, example: &str) -> bool {
        let remedy = unfit.remedy.unwrap_or_else(|| like(example));
        self.mistakes.at(offset, at, unfit.summary, remedy);
        false
    }

    fn map(&mut self, table: &mut DeTable<'_>, of: &Kind, at: &str, example: &str) {
        let names: Vec<(String, usize)> = table
            .keys()
            .map(|key| (key.get_ref().to_string(), key.span().start))
            .collect();
        for (name, offset) in names {
            let place = below(at, &clean(&name, 60));
            let Some(value) = table.get_mut(name.as_str()) else {
                continue;
            };
            if !self.value(value, of, &place, offset, example) {
                self.mistakes.unread(&place);
                table.remove(name.as_str());
            }
        }
    }

    fn list(&mut self, items: &mut DeArray<'_>, of: &Kind, at: &str, example: &str) -> bool {
        let mut right = true;
        for (index, item) in items.iter_mut().enumerate() {
            let offset = item.span().start;
            right &= self.value(item, of, &format!("{at}[{index}]"), offset, example);
        }
        right
    }

    /// Sections with two pairs of brackets; a lone one with one pair is read all the same.
    fn tables(
        &mut self,
        value: &mut Value<'_>,
        keys: &[Key],
        at: &str,
        offset: usize,
        example: &str,
    ) -> bool {
        if matches!(value.get_ref(), DeValue::Table(_)) {
            let summary = "There can be several sections of this name.";
            let remedy = format!("Write {example}, with two pairs of brackets.");
            self.mistakes.at(offset, at, summary, remedy);
            let mut items = DeArray::new();
            items.push(value.clone());
            *value.get_mut() = DeValue::Array(items);
        }
        let DeValue::Array(items) = value.get_mut() else {
            let unfit = Kind::Tables(&[]).not(value.get_ref());
            return self.unfit(unfit, at, offset, example);
        };
        for (index, item) in items.iter_mut().enumerate() {
            let place = format!("{at}[{index}]");
            let spot = item.span().start;
            if let DeValue::Table(table) = item.get_mut() {
                self.table(table, keys, &place, spot);
            } else {
                let unfit = Kind::Table(&[]).not(item.get_ref());
                self.unfit(unfit, &place, spot, example);
                self.mistakes.unread(&place);
                *item = filler(&Kind::Table(&[]));
                if let DeValue::Table(table) = item.get_mut() {
                    fill(table, keys);
                }
            }
        }
        true
    }
}

/// The section that has a key of that name; "" for the top of the file.
fn home(name: &str) -> Option<&'static str> {
    let top = keys::FILE.iter();
    let sections = top.clone().filter_map(|key| match key.kind {
        Kind::Table(keys) | Kind::WordOr(_, keys) => Some((key.name, keys)),
        _ => None,
    });
    let holds = |keys: &[Key]| keys.iter().any(|key| key.name == name);
    let mut sections = sections.filter(|(_, keys)| holds(keys));
    if holds(keys::FILE) {
        return Some("");
    }
    sections.next().map(|(section, _)| section)
}

/// What can be read in the place of a value that cannot.
fn filler<'t>(kind: &Kind) -> Value<'t> {
    let value = match kind {
        Kind::Table(keys) | Kind::WordOr(_, keys) => {
            let mut table = DeTable::new();
            fill(&mut table, keys);
            DeValue::Table(table)
        }
        Kind::Map(_) => DeValue::Table(DeTable::new()),
        Kind::Word(known) => {
            DeValue::String(Cow::Borrowed(known.first().copied().unwrap_or_default()))
        }
        _ => DeValue::String(Cow::Borrowed("")),
    };
    Spanned::new(0..0, value)
}

fn fill(table: &mut DeTable<'_>, keys: &[Key]) {
    for key in keys.iter().filter(|key| key.required) {
        table.insert(name(key.name), filler(&key.kind));
    }
}

fn name(text: &'static str) -> Spanned<Cow<'static, str>> {
    Spanned::new(0..0, Cow::Borrowed(text))
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

fn like(example: &str) -> String {
    format!("Write it like {example}.")
}
