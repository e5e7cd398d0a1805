//! Which scopes a server has, by its metadata.

use crate::connection::is_scope_token;
use crate::oauth::discovery::ServerMetadata;
use crate::provider::{ScopeCatalogue, ScopeEntry};

/// Scopes that OpenID Connect Core §5.4 and §11 define, in the order in which they are shown.
pub(super) const USUAL_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// OpenID Connect Core §11.
pub(super) const REFRESH_SCOPE: &str = "offline_access";

/// All that the server lists, the usual ones first. One that lists none takes what is typed.
pub(super) fn catalogue(metadata: &ServerMetadata) -> ScopeCatalogue {
    let listed = metadata.scopes_supported.iter().flatten();
    let mut names: Vec<&str> = Vec::new();
    for name in listed.filter(|name| is_scope_token(name)) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if names.is_empty() && metadata.jwks_uri.is_some() {
        names.push("openid");
    }
    let order = |name: &&str| USUAL_SCOPES.iter().position(|usual| usual == name);
    names.sort_by_key(|name| order(name).unwrap_or(USUAL_SCOPES.len()));
    let entry = |name: &str| ScopeEntry {
        name: name.to_owned(),
        group: if USUAL_SCOPES.contains(&name) {
            "Sign-in".to_owned()
        } else {
            "Published by the server".to_owned()
        },
        note: None,
        grant: None,
        unanswered: false,
    };
    ScopeCatalogue {
        separator: " ".to_owned(),
        free_text: true,
        suggested: Vec::new(),
        always: Vec::new(),
        entries: names.into_iter().map(entry).collect(),
    }
}
