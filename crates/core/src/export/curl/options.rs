//! Options of curl as its config files write them (curl(1), `--config`): `name = "value"`, one a line.

use zeroize::Zeroizing;

use super::super::entries::Inexact;
use crate::secret::Secret;

/// curl gives up at longer lines of a config file; since version 8.3 it takes far longer ones.
const LONGEST_LINE: usize = 100 * 1024;

/// Options, in order.
#[derive(Default)]
pub(super) struct Options(Vec<(&'static str, Secret)>);

impl Options {
    /// Adds an option whose value comes from `field`, a JSON pointer. A value of any kind can be written;
    /// only one that is longer than a line may be is refused.
    pub(super) fn add(
        &mut self,
        name: &'static str,
        value: Secret,
        field: &str,
    ) -> Result<(), Inexact> {
        // Escaped, each character may be two; the rest is the name with the marks around the value.
        if 2 * value.expose().len() + name.len() + 8 > LONGEST_LINE {
            return Err(inexact(field, "more than 50 KiB"));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Adds a header. What would end it early (RFC 9110 §5.5) is refused.
    pub(super) fn add_header(
        &mut self,
        name: &str,
        value: &str,
        field: &str,
    ) -> Result<(), Inexact> {
        if name.contains(char::is_control) || value.contains(char::is_control) {
            return Err(inexact(field, "a control character"));
        }
        let header = match value {
            // For curl, a name without a value takes the header away, and a semicolon sends it empty.
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        self.add("header", Secret::new(header), field)
    }

    pub(super) fn write(&self, out: &mut Zeroizing<String>) {
        for (name, value) in &self.0 {
            out.push_str(name);
            out.push_str(" = \"");
            push_escaped(out, value.expose());
            out.push_str("\"\n");
        }
    }

    pub(super) fn is_same(&self, others: &[(String, Secret)]) -> bool {
        self.0.len() == others.len()
            && self.0.iter().zip(others).all(|((name, value), other)| {
                *name == other.0 && value.expose() == other.1.expose()
            })
    }
}

pub(super) fn inexact(field: &str, held: &'static str) -> Inexact {
    Inexact {
        field: field.to_owned(),
        held,
    }
}

/// Appends `value` with the escapes that curl knows within double quotes. It knows no other, and drops a
/// backslash before anything else.
pub(super) fn push_escaped(out: &mut Zeroizing<String>, value: &str) {
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            other => out.push(other),
        }
    }
}

/// Reads the lines that [`Options::write`] writes; `None` for anything else.
pub(super) fn read(lines: &str) -> Option<Vec<(String, Secret)>> {
    let lines = lines.split_terminator('\n');
    lines
        .map(|line| {
            let (name, rest) = line.split_once(" = \"")?;
            Some((name.to_owned(), unescaped(rest.strip_suffix('"')?)?))
        })
        .collect()
}

fn unescaped(text: &str) -> Option<Secret> {
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        value.push(match character {
            '"' => return None,
            '\\' => match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                same @ ('"' | '\\') => same,
                _ => return None,
            },
            other => other,
        });
    }
    Some(Secret::new(value.as_str().to_owned()))
}
