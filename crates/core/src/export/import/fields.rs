//! Reading a table member by member, with everything that is wrong in one list.

use serde::de::DeserializeOwned;
use url::Url;

use super::super::word;
use crate::error::{Code, Problem};
use crate::secret::Secret;
use crate::tree::{Tree, pointer_token};

/// A table that is being read, and where it stands.
pub(super) struct Fields<'t> {
    members: &'t [(String, Tree)],
    path: String,
    read: Vec<&'static str>,
    pub(super) problems: Vec<Problem>,
}

impl<'t> Fields<'t> {
    /// `tree` is a table; anything else reads as an empty one.
    pub(super) fn new(tree: &'t Tree) -> Self {
        Self::of(tree, String::new())
    }

    fn of(tree: &'t Tree, path: String) -> Self {
        let members: &[_] = match tree {
            Tree::Table(members) => members,
            _ => &[],
        };
        Self {
            members,
            path,
            read: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key == name)
    }

    /// Nothing can be said about the members.
    pub(super) fn read_all(&mut self) {
        self.members = &[];
    }

    pub(super) fn take(&mut self, name: &'static str) -> Option<&'t Tree> {
        self.read.push(name);
        self.members
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    pub(super) fn borrowed(&mut self, name: &'static str) -> Option<&'t str> {
        match self.take(name) {
            Some(Tree::Text(text)) => Some(text.expose()),
            Some(_) => {
                self.complain(name, "is not text", "Put the value in double quotes.");
                None
            }
            None => {
                self.missing(name);
                None
            }
        }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.borrowed(name).map(str::to_owned)
    }

    pub(super) fn secret(&mut self, name: &'static str) -> Option<Secret> {
        self.borrowed(name).map(|text| Secret::new(text.to_owned()))
    }

    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        match self.take(name) {
            Some(Tree::Flag(flag)) => *flag,
            None => false,
            Some(_) => {
                self.complain(name, "is neither true nor false", "Write true or false.");
                false
            }
        }
    }

    /// A whole number that is not below zero.
    pub(super) fn whole(&mut self, name: &'static str) -> Option<u32> {
        match self.take(name) {
            Some(Tree::Whole(number)) if u32::try_from(*number).is_ok() => {
                u32::try_from(*number).ok()
            }
            Some(_) => {
                self.complain(name, "is not a whole number", "Write a number like 300.");
                None
            }
            None => {
                self.missing(name);
                None
            }
        }
    }

    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        wrong: &str,
        remedy: &str,
    ) -> Option<T> {
        let parsed = parse(self.borrowed(name)?);
        if parsed.is_none() {
            self.complain(name, wrong, remedy);
        }
        parsed
    }

    pub(super) fn word<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        words: &str,
    ) -> Option<T> {
        let remedy = format!("Write {words}.");
        self.parsed(name, word::read, "is not a known word", &remedy)
    }

    pub(super) fn url(&mut self, name: &'static str) -> Option<Url> {
        let is_plain = |url: &Url| {
            matches!(url.scheme(), "https" | "http")
                && url.username().is_empty()
                && url.password().is_none()
        };
        self.parsed(
            name,
            |text| Url::parse(text).ok().filter(is_plain),
            "is no web address",
            "Write an address like https://api.example.com.",
        )
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let items = self.items(name)?;
        let mut texts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item {
                Tree::Text(text) => texts.push(text.expose().to_owned()),
                _ => self.complain(
                    &format!("{name}/{index}"),
                    "is not text",
                    "Put the value in double quotes.",
                ),
            }
        }
        (texts.len() == items.len()).then_some(texts)
    }

    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(name)?;
        let read_all = items.iter().enumerate().map(|(index, item)| {
            let path = format!("{}/{name}/{index}", self.path);
            self.within(item, path, &read)
        });
        // Not `collect::<Option<_>>()`, which would stop at the first problem.
        let all: Vec<Option<T>> = read_all.collect();
        all.into_iter().collect()
    }

    fn items(&mut self, name: &'static str) -> Option<&'t [Tree]> {
        match self.take(name) {
            Some(Tree::List(items)) => Some(items),
            Some(_) => {
                self.complain(name, "is not a list", "Put the values in square brackets.");
                None
            }
            None => {
                self.missing(name);
                None
            }
        }
    }

    pub(super) fn table<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields<'t>) -> Option<T>,
    ) -> Option<T> {
        let Some(tree) = self.take(name) else {
            self.missing(name);
            return None;
        };
        self.within(tree, format!("{}/{name}", self.path), &read)
    }

    fn within<T>(
        &mut self,
        tree: &'t Tree,
        path: String,
        read: &impl Fn(&mut Fields<'t>) -> Option<T>,
    ) -> Option<T> {
        if !matches!(tree, Tree::Table(_)) {
            self.problems.push(problem(
                &path,
                "is not an object",
                "Put its members in curly brackets.",
            ));
            return None;
        }
        let mut inner = Fields::of(tree, path);
        let value = read(&mut inner);
        inner.refuse_unread();
        self.problems.append(&mut inner.problems);
        value
    }

    pub(super) fn refuse_unread(&mut self) {
        for (key, _) in self.members {
            if !self.read.contains(&key.as_str()) {
                self.complain(
                    &pointer_token(key),
                    "is not a member of a config file",
                    "Remove it, or correct its spelling.",
                );
            }
        }
    }

    pub(super) fn missing(&mut self, name: &str) {
        self.complain(
            name,
            "is missing",
            "Add it, or export the connection again.",
        );
    }

    pub(super) fn complain(&mut self, place: &str, wrong: &str, remedy: &str) {
        let pointer = format!("{}/{place}", self.path);
        self.problems.push(problem(&pointer, wrong, remedy));
    }
}

/// Names come from the file too: what is odd in them is shown as an escape.
fn problem(pointer: &str, wrong: &str, remedy: &str) -> Problem {
    let shown: String = pointer.chars().take(200).collect();
    let shown = shown.escape_debug().to_string();
    Problem::new(Code::DraftInvalid, format!("{shown} {wrong}."), remedy).at(shown)
}
