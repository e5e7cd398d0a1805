//! Whether the values of a provider file make sense together.

mod addresses;
mod answers;
mod app_events;
mod approval;
mod behaviour;
mod knowledge;
mod parameters;
mod pasted;
mod probes;
mod rotation;
mod sign_in;
mod signing;

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{Fault, Path, at};
use super::host;
use super::schema::{Provider, VariableKind};
use super::template::is_name;
use super::{pattern, values};

/// Everything wrong with `provider`. Top-level keys in `broken` could not be read completely; what
/// depends on them is not judged.
pub(super) fn check(provider: &Provider, broken: &BTreeSet<String>) -> Vec<Fault> {
    let mut review = Review {
        provider,
        broken,
        faults: Vec::new(),
    };
    review.identity();
    review.variables();
    review.addresses();
    review.sign_in();
    review.signing();
    review.behaviour();
    review.answers();
    review.approval();
    review.rotation();
    review.app_events();
    review.knowledge();
    review.faults
}

struct Review<'p> {
    provider: &'p Provider,
    broken: &'p BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Review<'_> {
    fn identity(&mut self) {
        if self.provider.schema != 1 && self.read("schema") {
            self.fault(
                at!["schema"],
                "This version of the file's shape is not known.",
                "Write schema = 1.",
            );
        }
        if self.read("id") && !is_id(&self.provider.id) {
            self.fault(
                at!["id"],
                "The id is not a short lower-case name.",
                "Use letters, digits and hyphens, for example talkdesk.",
            );
        }
        if self.read("as_of")
            && !pattern::matches("20[0-9]{2}-(0[1-9]|1[0-2])", &self.provider.as_of)
        {
            self.fault(
                at!["as_of"],
                "This is not a month.",
                "Write it as \"2026-11\".",
            );
        }
        let texts = [
            ("name", &self.provider.name),
            ("summary", &self.provider.summary),
            ("category", &self.provider.category),
        ];
        for (key, text) in texts {
            if self.read(key) {
                self.speaks(at![key], text);
            }
        }
        if self.read("also_known_as") {
            self.other_names();
        }
    }

    /// Each says something that the name does not say by itself.
    fn other_names(&mut self) {
        let Provider {
            name,
            also_known_as,
            ..
        } = self.provider;
        for (index, other) in also_known_as.iter().enumerate() {
            let at = at!["also_known_as", index];
            self.speaks(at.clone(), other);
            if other == name {
                self.fault(at, "This is the name itself.", "Remove it.");
            }
        }
        self.repeats("also_known_as", also_known_as);
    }

    fn variables(&mut self) {
        let mut seen = BTreeSet::new();
        for (index, variable) in self.provider.variables.iter().enumerate() {
            let at = at!["variables", index];
            self.name(at.with("name"), &variable.name, &mut seen);
            for (key, text) in [
                ("label", &variable.label),
                ("help", &variable.help),
                ("example", &variable.example),
            ] {
                self.speaks(at.with(key), text);
            }
            let patterns = [
                ("pattern", &variable.pattern),
                ("usual_pattern", &variable.usual_pattern),
            ];
            for (key, expression) in patterns {
                if let Some(expression) = expression {
                    self.pattern(at.with(key), expression, &variable.example);
                }
            }
            if variable.kind != VariableKind::Region {
                self.example(at.with("example"), variable.kind, &variable.example);
            }
        }
        self.region_variable();
    }

    /// Regions and the variable that chooses one come together.
    fn region_variable(&mut self) {
        if !(self.read("variables") && self.read("regions")) {
            return;
        }
        let mut choosers = self.provider.variables.iter().enumerate();
        let mut choosers = choosers
            .by_ref()
            .filter(|(_, v)| v.kind == VariableKind::Region);
        let (first, second) = (choosers.next(), choosers.next());
        let regions = &self.provider.regions;
        match first {
            Some((index, _)) if regions.is_empty() => self.fault(
                at!["variables", index, "kind"],
                "A region is asked for, but the file lists none.",
                "Add [[regions]], or remove the variable.",
            ),
            Some((index, variable)) if regions.iter().all(|r| r.id != variable.example) => self
                .fault(
                    at!["variables", index, "example"],
                    "The example is not the id of a region in this file.",
                    format!("Write one of them, for example {}.", regions[0].id),
                ),
            None if !regions.is_empty() => self.fault(
                at!["regions"],
                "The file lists regions, but no variable asks for one.",
                "Add a variable with kind = \"region\".",
            ),
            _ => {}
        }
        if let Some((index, _)) = second {
            self.fault(
                at!["variables", index, "kind"],
                "Only one variable can choose the region.",
                "Remove one of them.",
            );
        }
    }

    fn pattern(&mut self, at: Path, expression: &str, example: &str) {
        match pattern::whole(expression) {
            Err(fault) => self.fault(
                at,
                format!("The pattern cannot be read: {fault}."),
                "Write a regular expression such as [a-z0-9-]{3,20}.",
            ),
            Ok(regex) if !regex.is_match(example) => self.fault(
                at,
                "The variable's own example does not match the pattern.",
                "Change the pattern or the example.",
            ),
            Ok(_) => {}
        }
    }

    fn example(&mut self, at: Path, kind: VariableKind, example: &str) {
        if let Err(fault) = values::of_kind(kind, example)
            && !example.is_empty()
        {
            self.fault(
                at,
                format!("The example is not a value of its kind. {fault}"),
                "Write an example that a person could type.",
            );
        }
    }

    /// A name of a variable or region value: well formed and not taken.
    fn name(&mut self, at: Path, name: &str, seen: &mut BTreeSet<String>) {
        if !is_name(name) {
            self.fault(
                at,
                format!("\"{}\" is not a name.", host::shown(name)),
                "Use lower-case letters, digits and underscores, for example id_host.",
            );
        } else if !seen.insert(name.to_owned()) {
            self.fault(
                at,
                format!("The name {name} is used twice."),
                "Give each its own name.",
            );
        }
    }

    /// A sentence or label that people will read.
    fn speaks(&mut self, at: Path, text: &str) {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            self.fault(
                at,
                "This text is empty or holds a control character.",
                "Write what people should read here.",
            );
        }
    }

    /// Repeated entries of a list.
    fn repeats<T: PartialEq>(&mut self, key: &str, items: &[T]) {
        for (index, item) in items.iter().enumerate() {
            if items[..index].contains(item) {
                self.fault(at![key, index], "This is listed twice.", "Keep one.");
            }
        }
    }

    fn fault(&mut self, at: Path, summary: impl Into<String>, remedy: impl Into<String>) {
        self.faults.push(Fault::new(at, summary, remedy));
    }

    /// Whether the section was read completely.
    fn read(&self, key: &str) -> bool {
        !self.broken.contains(key)
    }

    fn kinds(&self) -> BTreeMap<&str, VariableKind> {
        let variables = &self.provider.variables;
        variables
            .iter()
            .map(|v| (v.name.as_str(), v.kind))
            .collect()
    }
}

/// Ids of providers and regions.
fn is_id(text: &str) -> bool {
    pattern::matches("[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?", text)
}
