//! Scopes that can be sent.

use super::super::token_error::TokenError;
use crate::wording::clean;

/// Refuses scopes that hold what RFC 6749 §3.3 excludes.
pub(in crate::oauth) fn check_scopes(scopes: &[String]) -> Result<(), TokenError> {
    let Some(scope) = scopes.iter().find(|scope| !is_scope(scope)) else {
        return Ok(());
    };
    Err(TokenError::not_sendable(
        "scopes",
        &format!(
            "The scope {} holds a character that scopes cannot have.",
            clean(scope, 60)
        ),
    ))
}

fn is_scope(scope: &str) -> bool {
    !scope.is_empty()
        && scope
            .bytes()
            .all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\')
}
