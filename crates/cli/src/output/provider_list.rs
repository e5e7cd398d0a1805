//! Providers for people, one line each.

use std::fmt::Write;

use proofkey_core::border::{ProviderOrigin, ProviderView};
use proofkey_core::provider::Provider;
use serde::Serialize;

use super::tables::plain;

/// One line a provider.
pub(crate) fn provider_list(all: &[ProviderView]) -> String {
    let column = |of: &dyn Fn(&Provider) -> &str| {
        all.iter()
            .map(|view| of(&view.provider).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (ids, names) = (column(&|one| &one.id), column(&|one| &one.name));
    let categories = column(&|one| &one.category);
    let mut text = String::new();
    for view in all {
        let one = &view.provider;
        let _infallible = writeln!(
            text,
            "{:<ids$}  {:<names$}  {:<categories$}  {}{}{}",
            one.id,
            one.name,
            one.category,
            names_of(&one.grants),
            origin(&view.origin),
            match view.warnings.len() {
                0 => String::new(),
                1 => " · 1 change to know of".to_owned(),
                more => format!(" · {more} changes to know of"),
            }
        );
    }
    text
}

/// Where a file of the user's own is.
pub(super) fn origin(origin: &ProviderOrigin) -> String {
    match origin {
        ProviderOrigin::BuiltIn => String::new(),
        ProviderOrigin::Own { path } => format!(" · your own, {path}"),
        ProviderOrigin::Replacement { path } => format!(" · replaced by {path}"),
    }
}

/// As the contract writes them, between commas.
pub(super) fn names_of<T: Serialize>(items: &[T]) -> String {
    let names: Vec<String> = items.iter().map(plain).collect();
    names.join(", ")
}
