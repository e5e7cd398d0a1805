//! JSON (RFC 8259), two blanks a level.

use zeroize::Zeroizing;

use super::quoted;
use crate::tree::Tree;

/// Appends `tree` as a JSON text with a line break at its end.
pub(super) fn push(out: &mut Zeroizing<String>, tree: &Tree) {
    push_value(out, tree, 0);
    out.push('\n');
}

fn push_value(out: &mut Zeroizing<String>, tree: &Tree, level: usize) {
    match tree {
        Tree::Nothing => out.push_str("null"),
        Tree::Flag(value) => out.push_str(if *value { "true" } else { "false" }),
        Tree::Whole(value) => out.push_str(&value.to_string()),
        Tree::Text(value) => quoted::push(out, value.expose()),
        Tree::List(items) if items.is_empty() => out.push_str("[]"),
        Tree::Table(members) if members.is_empty() => out.push_str("{}"),
        Tree::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                push_break(out, index > 0, level + 1);
                push_value(out, item, level + 1);
            }
            push_break(out, false, level);
            out.push(']');
        }
        Tree::Table(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                push_break(out, index > 0, level + 1);
                quoted::push(out, key);
                out.push_str(": ");
                push_value(out, value, level + 1);
            }
            push_break(out, false, level);
            out.push('}');
        }
    }
}

fn push_break(out: &mut Zeroizing<String>, after_another: bool, level: usize) {
    if after_another {
        out.push(',');
    }
    out.push('\n');
    for _ in 0..level {
        out.push_str("  ");
    }
}
