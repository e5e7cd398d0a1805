//! On which line of the file something stands.

use toml::de::{DeTable, DeValue};

/// The line of the innermost part of `field` that is written in `root`, which `text` is read into: `integration[0].fields.email`.
pub(super) fn line_of(text: &str, root: &DeTable<'_>, field: &str) -> usize {
    let mut steps = field.split(['.', '[', ']']).filter(|step| !step.is_empty());
    let mut offset = 0;
    let mut inner = InnerValue::Table(root);
    while let Some(next) = steps.next().and_then(|step| inner.below(step, &mut offset)) {
        inner = next;
    }
    line_at(text, offset)
}

/// Counted from 1.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.matches('\n').count() + 1
}

#[derive(Clone, Copy)]
enum InnerValue<'a> {
    Table(&'a DeTable<'a>),
    Value(&'a DeValue<'a>),
}

impl InnerValue<'_> {
    fn below(self, step: &str, offset: &mut usize) -> Option<Self> {
        let table = match self {
            Self::Table(table) | Self::Value(DeValue::Table(table)) => table,
            Self::Value(DeValue::Array(items)) => {
                let item = items.get(step.parse::<usize>().ok()?)?;
                *offset = item.span().start;
                return Some(Self::Value(item.get_ref()));
            }
            Self::Value(_) => return None,
        };
        let (key, value) = table.iter().find(|(key, _)| key.get_ref() == step)?;
        *offset = key.span().start;
        Some(Self::Value(value.get_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_and_what_is_missing_stands_at_what_would_hold_it() {
        let text = "listen = \"a\"\n[tls]\nkey = \"k\"\n\n[[integration]]\npath = \"/a\"\n\n\
                    [[integration]]\npath = \"/b\"\nfields = { a = \"label\" }\n";
        let (root, _) = DeTable::parse_recoverable(text);
        for (field, line) in [
            ("listen", 1),
            ("tls.key", 3),
            ("tls.certificate", 2),
            ("integration[0].path", 6),
            ("integration[1].path", 9),
            ("integration[1].fields.a", 10),
            ("integration[1].provider", 8),
            ("callers", 1),
        ] {
            assert_eq!(line_of(text, root.get_ref(), field), line, "{field}");
        }
    }
}
