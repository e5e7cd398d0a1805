//! ARCHITECTURE.md says which room of core may use which; this looks whether it is true.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");
const CORE: &str = include_str!("../src/lib.rs");

/// Words that go up, as ARCHITECTURE.md tells. `border` names types of any room.
const UPWARDS: [(&str, &str, &str); 6] = [
    ("connection", "check", "Report"),
    ("ports", "check", "Check"),
    ("ports", "check", "CheckId"),
    ("vault", "connection", "ConnectionId"),
    ("signing_key", "provider", "SigningAlgorithm"),
    ("signing_key", "connection", "Finding"),
];

/// Each room with the number of its line; upper rooms have lower numbers.
fn rooms() -> BTreeMap<&'static str, usize> {
    let (_, list) = ARCHITECTURE
        .split_once("Inside `crates/core/src`")
        .expect("the list of rooms");
    let mut lines = list.split("```");
    let lines = lines.nth(1).expect("the list").lines().enumerate();
    let mut rooms = BTreeMap::new();
    for (number, line) in lines {
        let names = line.split("  ").next().unwrap_or_default().split(", ");
        rooms.extend(
            names
                .filter(|name| !name.is_empty())
                .map(|name| (name, number)),
        );
    }
    rooms
}

#[test]
fn every_room_is_listed_and_every_listed_room_is_there() {
    let there = CORE
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "));
    let there: BTreeSet<&str> = there.map(|name| name.trim_end_matches(';')).collect();
    assert_eq!(rooms().into_keys().collect::<BTreeSet<_>>(), there);
}

#[test]
fn a_room_uses_only_lower_ones_but_for_the_words_that_are_told() {
    let rooms = rooms();
    let (mut strays, mut told) = (Vec::new(), BTreeSet::<usize>::new());
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, text) in files_of(&sources) {
        let room = path.split(['/', '.']).next().unwrap_or_default();
        let Some(own) = rooms.get(room) else { continue };
        for (other, word) in uses(&text) {
            if rooms.get(other).is_none_or(|line| line >= own) {
                continue;
            }
            let is_type = word.starts_with(char::is_uppercase);
            let exception = UPWARDS.iter().position(|it| *it == (room, other, word));
            told.extend(exception);
            if exception.is_none() && !(room == "border" && is_type) {
                strays.push(format!("{path} uses {other}::{word}"));
            }
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
    assert_eq!(told.len(), UPWARDS.len(), "a word does not go up any more");
}

/// Every source file below `folder` but tests, by its path there.
fn files_of(folder: &Path) -> Vec<(String, String)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let own = path.strip_prefix(folder).expect("below");
            let name = own.to_string_lossy().replace('\\', "/");
            if !name.contains("tests") && !name.ends_with("fixtures.rs") {
                files.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    files
}

/// What a file takes from other rooms: `crate::room::word` and `crate::room::{word, word}`.
fn uses(text: &str) -> Vec<(&str, &str)> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        let line = text[..start].rsplit('\n').next().unwrap_or_default();
        if line.trim_start().starts_with("//") || line.ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[start + "crate::".len()..];
        let Some((room, rest)) = rest.split_once("::") else {
            continue;
        };
        if let Some(group) = rest.strip_prefix('{') {
            let words = group.split('}').next().unwrap_or_default().split(',');
            let words = words.map(str::trim).filter(|word| !word.is_empty());
            found.extend(words.map(|word| (room, word)));
        } else {
            // A deeper path ends in its word: `sheet::SheetFormat`.
            let end = rest.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
            let path = &rest[..end.unwrap_or(rest.len())];
            let mut words = path.split("::");
            let word = words.find(|word| word.starts_with(char::is_uppercase));
            found.push((room, word.unwrap_or(path)));
        }
    }
    found
}
