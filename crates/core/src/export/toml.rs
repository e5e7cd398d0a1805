//! TOML 1.0: single values first, then one table after another; deeper values inline.

use zeroize::Zeroizing;

use super::quoted;
use crate::tree::Tree;

/// Appends `tree`, which must be a table without nulls (TOML has none).
pub(super) fn push(out: &mut Zeroizing<String>, tree: &Tree) {
    let Tree::Table(members) = tree else { return };
    for (key, value) in members {
        if !matches!(value, Tree::Table(_)) {
            push_member(out, key, value);
        }
    }
    for (key, value) in members {
        if let Tree::Table(inner) = value {
            out.push_str("\n[");
            push_key(out, key);
            out.push_str("]\n");
            for (key, value) in inner {
                push_member(out, key, value);
            }
        }
    }
}

fn push_member(out: &mut Zeroizing<String>, key: &str, value: &Tree) {
    push_key(out, key);
    out.push_str(" = ");
    push_value(out, value, true);
    out.push('\n');
}

/// `may_break`: TOML 1.0 allows line breaks in lists but not in inline tables.
fn push_value(out: &mut Zeroizing<String>, value: &Tree, may_break: bool) {
    match value {
        Tree::Nothing => {}
        Tree::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Tree::Whole(number) => out.push_str(&number.to_string()),
        Tree::Text(text) => quoted::push(out, text.expose()),
        Tree::List(items) if items.is_empty() => out.push_str("[]"),
        Tree::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(match (may_break, index) {
                    (true, _) => "\n  ",
                    (false, 0) => "",
                    (false, _) => " ",
                });
                push_value(out, item, false);
                if may_break || index + 1 < items.len() {
                    out.push(',');
                }
            }
            out.push_str(if may_break { "\n]" } else { "]" });
        }
        Tree::Table(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { " " });
                push_key(out, key);
                out.push_str(" = ");
                push_value(out, value, false);
            }
            out.push_str(" }");
        }
    }
}

fn push_key(out: &mut Zeroizing<String>, key: &str) {
    let is_bare = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if is_bare {
        out.push_str(key);
    } else {
        quoted::push(out, key);
    }
}
