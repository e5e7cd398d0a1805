//! A config file or a request body as a tree whose text is wiped when it is dropped.
//!
//! Files and requests may hold secrets anywhere, so no parsed copy of them may be an ordinary
//! `String`. Tables keep their order and their duplicates: whoever reads decides about them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::secret::Secret;

/// The value types that JSON, YAML and TOML have in common. Fractions are not among them.
pub enum Tree {
    Nothing,
    Flag(bool),
    Whole(i64),
    Text(Secret),
    List(Vec<Tree>),
    Table(Vec<(String, Tree)>),
}

/// Why a text is not a tree. It quotes nothing of the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATree {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
}

impl Tree {
    /// Reads one JSON text (RFC 8259), and nothing after it.
    ///
    /// Fractions, numbers outside the range that every JSON reader keeps exactly (±2^53) and more than
    /// 128 levels are refused.
    pub fn from_json(text: &[u8]) -> Result<Self, NotATree> {
        serde_json::from_slice(text).map_err(|error| NotATree {
            line: error.line().max(1),
            column: error.column().max(1),
        })
    }

    pub fn text(value: &str) -> Self {
        Self::Text(Secret::new(value.to_owned()))
    }

    /// The member of that name, when this is a table that has one.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Table(members) = self else {
            return None;
        };
        members
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Levels of lists and tables: 0 for a single value, 1 for `{}`.
    pub fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Table(members) => {
                1 + members
                    .iter()
                    .map(|(_, value)| value.depth())
                    .max()
                    .unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// Whether some table holds a name twice; [`Tree::duplicates`] says where.
    pub fn has_duplicates(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_duplicates),
            Self::Table(members) => {
                repeats(members) || members.iter().any(|(_, value)| value.has_duplicates())
            }
            _ => false,
        }
    }

    /// JSON pointers (RFC 6901) of members whose name occurs twice in their table.
    pub fn duplicates(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect_duplicates("", &mut found);
        found
    }

    /// Whether both hold the same values; the order of a table's members does not matter.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Flag(one), Self::Flag(two)) => one == two,
            (Self::Whole(one), Self::Whole(two)) => one == two,
            (Self::Text(one), Self::Text(two)) => one.expose() == two.expose(),
            (Self::List(one), Self::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Self::Table(one), Self::Table(two)) => {
                one.len() == two.len()
                    && one
                        .iter()
                        .all(|(key, value)| other.member(key).is_some_and(|it| it.same(value)))
            }
            _ => false,
        }
    }

    fn collect_duplicates(&self, path: &str, found: &mut Vec<String>) {
        match self {
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.collect_duplicates(&format!("{path}/{index}"), found);
                }
            }
            Self::Table(members) => {
                let mut seen = std::collections::BTreeSet::new();
                for (key, value) in members {
                    let pointer = format!("{path}/{}", pointer_token(key));
                    value.collect_duplicates(&pointer, found);
                    if !seen.insert(key) {
                        found.push(pointer);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A member's name as part of a JSON pointer (RFC 6901 §3).
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// So few members are compared with each other sooner than sorted.
const FEW: usize = 16;

fn repeats(members: &[(String, Tree)]) -> bool {
    if members.len() > FEW {
        let mut seen = std::collections::BTreeSet::new();
        return members.iter().any(|(name, _)| !seen.insert(name));
    }
    let later = |at: usize| members.iter().skip(at + 1);
    let mut members = members.iter().enumerate();
    members.any(|(at, (name, _))| later(at).any(|(other, _)| other == name))
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

/// Above this, readers that hold numbers as doubles change them (RFC 8259 §6).
const EXACT: i64 = 1 << 53;

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text, a whole number, true, false, a list or a table")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Flag(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        if (-EXACT..=EXACT).contains(&value) {
            Ok(Tree::Whole(value))
        } else {
            Err(E::custom(
                "a number too large to be read exactly everywhere",
            ))
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::text(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(Secret::new(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Table(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tree {
        Tree::from_json(text.as_bytes())
            .map_err(|_| text)
            .expect("a tree")
    }

    #[test]
    fn what_readers_would_change_is_refused() {
        for text in [
            "1.5",
            "1e3",
            "9007199254740993",
            "18446744073709551615",
            "{} {}",
            "{\u{201c}a\u{201d}: 1}",
            "{'a': 1}",
            "\"\\ud800\"",
            "",
        ] {
            assert!(Tree::from_json(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Tree::from_json(b"\"\xff\"").is_err());
        assert!(Tree::from_json("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn duplicates_are_named_by_pointer_at_every_level() {
        let tree = read(r#"{"a":1,"b":{"x/y":1,"x/y":2},"c":[{"~":0,"~":0}],"a":2}"#);
        assert_eq!(tree.duplicates(), ["/b/x~1y", "/c/0/~0", "/a"]);
    }

    #[test]
    fn sameness_looks_at_values_and_not_at_order() {
        let tree = read(r#"{"a":[1,"x",null],"b":true}"#);
        assert!(tree.same(&read(r#"{"b":true,"a":[1,"x",null]}"#)));
        for other in [
            r#"{"a":[1,"x",null],"b":false}"#,
            r#"{"a":[1,"x"],"b":true}"#,
            r#"{"a":["1","x",null],"b":true}"#,
            r#"{"a":[1,"x",null]}"#,
        ] {
            assert!(!tree.same(&read(other)), "{other}");
        }
    }

    #[test]
    fn depth_counts_lists_and_tables() {
        assert_eq!(read("1").depth(), 0);
        assert_eq!(read("{}").depth(), 1);
        assert_eq!(read(r#"{"a":[{}],"b":1}"#).depth(), 3);
    }
}
