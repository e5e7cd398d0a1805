//! YAML 1.2 in block style. Every key and every text is double-quoted, so that no reader of any YAML
//! version sees a number, a date, a truth value, a tag, an anchor or a merge in it.

use zeroize::Zeroizing;

use super::quoted;
use crate::tree::Tree;

/// Appends `tree`, which must be a table, as one YAML document.
pub(super) fn push(out: &mut Zeroizing<String>, tree: &Tree) {
    if let Tree::Table(members) = tree {
        for (key, value) in members {
            push_member(out, key, value, 0);
        }
    }
}

fn push_member(out: &mut Zeroizing<String>, key: &str, value: &Tree, level: usize) {
    push_indent(out, level);
    quoted::push(out, key);
    out.push(':');
    push_value(out, value, level);
}

/// What stands behind a colon or a dash, up to and including the line break.
fn push_value(out: &mut Zeroizing<String>, value: &Tree, level: usize) {
    match value {
        Tree::Nothing => out.push_str(" null\n"),
        Tree::Flag(flag) => out.push_str(if *flag { " true\n" } else { " false\n" }),
        Tree::Whole(number) => {
            out.push(' ');
            out.push_str(&number.to_string());
            out.push('\n');
        }
        Tree::Text(text) => {
            out.push(' ');
            quoted::push(out, text.expose());
            out.push('\n');
        }
        Tree::List(items) if items.is_empty() => out.push_str(" []\n"),
        Tree::Table(members) if members.is_empty() => out.push_str(" {}\n"),
        Tree::List(items) => {
            out.push('\n');
            for item in items {
                push_indent(out, level + 1);
                out.push('-');
                push_value(out, item, level + 1);
            }
        }
        Tree::Table(members) => {
            out.push('\n');
            for (key, value) in members {
                push_member(out, key, value, level + 1);
            }
        }
    }
}

fn push_indent(out: &mut Zeroizing<String>, level: usize) {
    for _ in 0..level {
        out.push_str("  ");
    }
}
