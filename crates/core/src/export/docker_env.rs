//! Docker's env-file, for `docker run --env-file`: one `NAME=value` a line. It knows no quotes and no
//! escapes, so that a value is everything up to the end of its line.

use zeroize::Zeroizing;

use super::entries::{Entry, Inexact};
use crate::secret::Secret;

/// Docker reads the file with a scanner that gives up at lines of 64 KiB.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// Appends one line for each entry; names the field and the reason when a value is no line.
pub(super) fn push(out: &mut Zeroizing<String>, entries: &[Entry]) -> Result<(), Inexact> {
    for entry in entries {
        let variable = entry.variable();
        let value = entry.value.expose();
        if value.contains('\n') {
            return Err(entry.inexact("a line break"));
        }
        if value.contains('\r') {
            // At the end of a line it is taken for a part of the line break.
            return Err(entry.inexact("a carriage return"));
        }
        if variable.len() + 1 + value.len() >= LONGEST_LINE {
            return Err(entry.inexact("more than 64 KiB"));
        }
        out.push_str(&variable);
        out.push('=');
        out.push_str(value);
        out.push('\n');
    }
    Ok(())
}

/// Reads exactly what [`push`] writes; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Vec<(String, Secret)>> {
    text.strip_suffix('\n')?
        .split('\n')
        .map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), Secret::new(value.to_owned())))
        })
        .collect()
}
