//! Reading as much of a misshapen provider file as possible, so that all of its faults are told.

use std::collections::BTreeSet;

use serde::de::{DeserializeOwned, IntoDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::fault::{Fault, Path, Step, at, path_at};
use super::schema::Provider;
use crate::wording::nearest;

/// The keys of a provider file; a test compares them with the schema.
const KEYS: [&str; 38] = [
    "schema",
    "id",
    "extends",
    "name",
    "also_known_as",
    "summary",
    "category",
    "as_of",
    "variables",
    "regions",
    "detection",
    "pasted_suffixes",
    "pasted_addresses",
    "endpoints",
    "grants",
    "client_authentication",
    "basic_encoding",
    "app_events",
    "body_format",
    "client_credentials",
    "client_assertion",
    "service_tokens",
    "rotation",
    "authorization_code",
    "static_credentials",
    "token_response",
    "refresh",
    "token_header",
    "scopes",
    "probes",
    "guide",
    "lifetimes",
    "deadlines",
    "known_errors",
    "custom_connection",
    "evidence",
    "notes",
    "sources",
];

/// What could be read, with empty values for the rest. `faults` is never empty.
pub(super) struct Salvage {
    pub(super) provider: Provider,
    pub(super) faults: Vec<Fault>,
}

/// Reads each section of `root` by itself. `whole` is why the file could not be read in one go; it is
/// reported when the sections find nothing.
pub(super) fn salvage(root: &DeTable<'_>, whole: &Error) -> Salvage {
    let mut reader = Reader {
        root,
        faults: Vec::new(),
    };
    reader.unknown_keys();
    let provider = Provider {
        schema: reader.required("schema").unwrap_or(1),
        id: reader.required("id").unwrap_or_default(),
        extends: reader.optional("extends"),
        name: reader.required("name").unwrap_or_default(),
        also_known_as: reader.list("also_known_as"),
        summary: reader.required("summary").unwrap_or_default(),
        category: reader.required("category").unwrap_or_default(),
        as_of: reader.required("as_of").unwrap_or_default(),
        variables: reader.required_list("variables"),
        regions: reader.list("regions"),
        detection: reader.optional("detection"),
        pasted_suffixes: reader.optional("pasted_suffixes").unwrap_or_default(),
        pasted_addresses: reader.list("pasted_addresses"),
        endpoints: reader.required("endpoints").unwrap_or_default(),
        grants: reader.required_list("grants"),
        client_authentication: reader.required_list("client_authentication"),
        basic_encoding: reader.optional("basic_encoding").unwrap_or_default(),
        client_assertion: reader.optional("client_assertion").unwrap_or_default(),
        service_tokens: reader.optional("service_tokens"),
        rotation: reader.optional("rotation").unwrap_or_default(),
        app_events: reader.optional("app_events"),
        body_format: reader.optional("body_format").unwrap_or_default(),
        client_credentials: reader.optional("client_credentials").unwrap_or_default(),
        authorization_code: reader.optional("authorization_code"),
        static_credentials: reader.optional("static_credentials"),
        token_response: reader.optional("token_response").unwrap_or_default(),
        refresh: reader.optional("refresh").unwrap_or_default(),
        token_header: reader.required("token_header").unwrap_or_default(),
        scopes: reader.required("scopes").unwrap_or_default(),
        probes: reader.required_list("probes"),
        guide: reader.required_list("guide"),
        lifetimes: reader.optional("lifetimes").unwrap_or_default(),
        deadlines: reader.list("deadlines"),
        known_errors: reader.list("known_errors"),
        custom_connection: reader.optional("custom_connection").unwrap_or_default(),
        evidence: reader.list("evidence"),
        notes: reader.list("notes"),
        sources: reader.list("sources"),
    };
    let mut faults = reader.faults;
    if faults.is_empty() {
        faults.push(Fault::new(Path::default(), sentence(whole), REMEDY));
    }
    Salvage { provider, faults }
}

const REMEDY: &str = "Compare the entry with docs/providers.md, which lists every key.";

struct Reader<'t, 'i> {
    root: &'t DeTable<'i>,
    faults: Vec<Fault>,
}

impl Reader<'_, '_> {
    fn unknown_keys(&mut self) {
        for key in self.root.keys() {
            let name = key.get_ref().as_ref();
            if KEYS.contains(&name) {
                continue;
            }
            let remedy = match nearest(name, KEYS) {
                Some(near) => format!("Write {near}."),
                None => format!("Remove it. The keys are {}.", KEYS.join(", ")),
            };
            let summary = "There is no key of this name.".to_owned();
            self.faults.push(Fault::new(at![name], summary, remedy));
        }
    }

    fn required<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        if !self.root.contains_key(key) {
            self.absent(key);
        }
        self.optional(key)
    }

    fn optional<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let value = self.root.get(key)?.clone();
        self.entry(&at![key], value)
    }

    fn required_list<T: DeserializeOwned>(&mut self, key: &str) -> Vec<T> {
        if !self.root.contains_key(key) {
            self.absent(key);
        }
        self.list(key)
    }

    /// The items of a list that can be read; a fault for each of the others.
    fn list<T: DeserializeOwned>(&mut self, key: &str) -> Vec<T> {
        let Some(value) = self.root.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            let kind = value.get_ref().type_str();
            self.faults.push(Fault::new(
                at![key],
                format!("This must be a list, not a {kind}."),
                REMEDY,
            ));
            return Vec::new();
        };
        let items: Vec<_> = items.iter().cloned().enumerate().collect();
        items
            .into_iter()
            .filter_map(|(index, item)| self.entry(&at![key, index], item))
            .collect()
    }

    /// Reads one entry. After a fault the offending key is taken out and the entry read again, so
    /// that one entry can have several.
    fn entry<T: DeserializeOwned>(
        &mut self,
        base: &Path,
        mut value: Spanned<DeValue<'_>>,
    ) -> Option<T> {
        let mut removed = BTreeSet::new();
        loop {
            let fault = match T::deserialize(value.clone().into_deserializer()) {
                Ok(read) if removed.is_empty() => return Some(read),
                Ok(_) => return None,
                Err(fault) => fault,
            };
            if let Some(name) = missing_field(&fault) {
                if !removed.contains(name) {
                    let place = self.place(base, &fault).with(name);
                    self.faults
                        .push(Fault::new(place, "This key is missing.", REMEDY));
                }
                return None;
            }
            let place = self.place(base, &fault);
            self.faults
                .push(Fault::new(place.clone(), sentence(&fault), REMEDY));
            let Some(Step::Key(last)) = place.0.last() else {
                return None;
            };
            let inside = place.0.get(base.0.len()..).unwrap_or_default();
            if inside.is_empty() || !remove(&mut value, inside) {
                return None;
            }
            removed.insert(last.clone());
        }
    }

    /// Where the fault is, at `base` or below it.
    fn place(&self, base: &Path, fault: &Error) -> Path {
        fault
            .span()
            .and_then(|span| path_at(self.root, span.start))
            .filter(|place| place.0.starts_with(&base.0))
            .unwrap_or_else(|| base.clone())
    }

    fn absent(&mut self, key: &str) {
        self.faults.push(Fault::new(
            at![key],
            format!("The key {key} is missing."),
            REMEDY,
        ));
    }
}

/// Takes the entry at `steps` out of `value`; `false` when the last step is not the key of a table.
fn remove(value: &mut Spanned<DeValue<'_>>, steps: &[Step]) -> bool {
    match (value.get_mut(), steps) {
        (DeValue::Table(table), [Step::Key(key)]) => table.remove(key.as_str()).is_some(),
        (DeValue::Table(table), [Step::Key(key), rest @ ..]) => table
            .get_mut(key.as_str())
            .is_some_and(|inner| remove(inner, rest)),
        (DeValue::Array(items), [Step::Index(index), rest @ ..]) => items
            .get_mut(*index)
            .is_some_and(|inner| remove(inner, rest)),
        _ => false,
    }
}

fn missing_field(fault: &Error) -> Option<&str> {
    let rest = fault.message().strip_prefix("missing field `")?;
    rest.strip_suffix('`')
}

/// The parser's words as one sentence.
fn sentence(fault: &Error) -> String {
    let message = fault.message().replace('`', "\"");
    let mut letters = message.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_the_schema() {
        let schema = schemars::schema_for!(Provider);
        let properties = schema.get("properties").and_then(|value| value.as_object());
        let mut known: Vec<&str> = KEYS.to_vec();
        known.sort_unstable();
        let mut described: Vec<&str> = properties
            .expect("a schema of an object")
            .keys()
            .map(String::as_str)
            .collect();
        described.sort_unstable();
        assert_eq!(known, described);
    }
}
