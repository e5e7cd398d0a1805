//! The path, and the names of what comes in and goes back.

use std::collections::BTreeMap;

use super::Review;
use crate::integration::json_path;
use crate::wording::clean;

/// As many as a request may hold.
const MOST_FIELDS: usize = 64;

impl Review<'_> {
    /// Checks every name; the JSON pointers of what is returned.
    pub(super) fn names(&mut self) -> BTreeMap<String, String> {
        if let Some(defect) = path_defect(&self.file.path) {
            let summary = format!(
                "\"{}\" is not a path: {defect}.",
                clean(&self.file.path, 60)
            );
            self.wrong("path", summary, "Write it like /desk/authorization.");
        }
        for name in self.file.fields.keys() {
            self.name("fields", name);
        }
        self.bounds();
        let mut pointers = BTreeMap::new();
        for (name, path) in &self.file.returns {
            self.name("returns", name);
            let field = format!("returns.{}", clean(name, 60));
            if self.file.fields.contains_key(name) {
                self.wrong(
                    &field,
                    "A field of this name is entered; what is returned would take its place.",
                    "Return it by another name.",
                );
            }
            match json_path::pointer(path) {
                Ok(pointer) => drop(pointers.insert(name.clone(), pointer)),
                Err(fault) => self.wrong(
                    &field,
                    format!("This names no place in the answer. {fault}"),
                    "Write it like $.user.id or $.items[0].name.",
                ),
            }
        }
        pointers
    }

    fn bounds(&mut self) {
        let count = self.file.fields.len() + self.file.returns.len();
        if count > MOST_FIELDS {
            self.wrong(
                "fields",
                format!("There are {count} fields, with those that are returned."),
                "Keep them to 64: a call holds no more.",
            );
        }
        if self.file.in_flight == Some(0) {
            self.wrong(
                "in_flight",
                "With 0, no call would ever be answered.",
                "Write at least 1, or leave it out.",
            );
        }
        if self
            .file
            .timeout_ms
            .is_some_and(|longest| !(100..=60_000).contains(&longest))
        {
            self.wrong(
                "timeout_ms",
                "This is not between 100 and 60000 milliseconds.",
                "Write for example 5000, or leave it out.",
            );
        }
    }

    fn name(&mut self, section: &str, name: &str) {
        if !is_field_name(name) {
            self.wrong(
                format!("{section}.{}", clean(name, 60)),
                "This is not the name of a field.",
                "Begin it with a letter, and use up to 64 letters, digits, _ and -.",
            );
        }
    }
}

fn is_field_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Why `path` could be read in two ways, by one proxy or another, in the middle of a sentence.
fn path_defect(path: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let Some(rest) = path.strip_prefix('/') else {
        return Some("it does not begin with a slash");
    };
    if path.len() > 200 {
        Some("it is longer than 200 characters")
    } else if !path.bytes().all(plain) {
        Some("it has letters, digits, hyphens, dots, underscores and slashes, and nothing else")
    } else if rest.split('/').any(|segment| matches!(segment, "." | "..")) {
        Some("a step of dots leads elsewhere")
    } else if !rest.is_empty() && rest.split('/').any(str::is_empty) {
        Some("a slash at the end, or two in a row, make it another path for some proxies")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_read_in_one_way() {
        for path in ["/", "/desk", "/desk/authorization", "/v1/a-b_c.d~e"] {
            assert_eq!(path_defect(path), None, "{path}");
        }
        for path in [
            "", "desk", "//", "/desk/", "/a//b", "/..", "/a/../b", "/a?b", "/a%20b", "/a b",
            "/\u{e4}", "/a#b", "/{a}", "/*x",
        ] {
            assert!(path_defect(path).is_some(), "{path}");
        }
    }
}
