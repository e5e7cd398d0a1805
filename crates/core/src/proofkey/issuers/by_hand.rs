//! Provider files as a person would begin them: with what is known, and comments for the rest.

use std::fmt::Write;

use crate::provider::{Grant, Provider};

/// Addresses of a system that publishes nothing of itself.
#[derive(Clone, Copy, Debug)]
pub struct Addresses<'a> {
    pub token_url: &'a str,
    /// Where a person approves, when the system has such a page.
    pub authorization_url: Option<&'a str>,
    pub api_base: &'a str,
}

/// A file that extends `base`.
pub(super) fn on_top_of(base: &Provider, id: &str) -> String {
    let mut text = format!(
        "# On top of {}: what is not written here is taken from there. docs/providers.md explains the\n\
         # keys; \"proofkey providers check\" names every mistake with its line.\n\
         id = {}\n\
         extends = {}\n\
         name = {}\n\n\
         # Tables are merged key by key; lists are replaced as a whole. For instance:\n\
         #\n\
         # [endpoints]\n\
         # api_base = {}\n",
        base.id,
        quoted(id),
        quoted(&base.id),
        quoted(&name(base, id)),
        quoted(&base.endpoints.api_base),
    );
    if let Some(token) = &base.endpoints.token {
        let _infallible = writeln!(text, "# token = {}", quoted(token));
    }
    if base.grants.contains(&Grant::ClientCredentials) {
        text.push_str(
            "#\n# [client_credentials.parameters]\n# audience = \"https://api.example.com\"\n",
        );
    }
    if base.grants.contains(&Grant::AuthorizationCode) {
        text.push_str("#\n# [authorization_code.parameters]\n# prompt = \"consent\"\n");
    }
    text.push_str(
        "#\n# [[probes]]\n# path = \"/me\"\n# success_status = [200]\n\
         # proves = \"the API accepts the credential\"\n# certainty = \"observed\"\n",
    );
    text
}

/// A file of its own, which says only what the addresses say.
pub(super) fn from_addresses(addresses: &Addresses<'_>, id: &str, as_of: &str) -> String {
    let approval = addresses.authorization_url.is_some();
    let grants = if approval {
        "[\"authorization_code\", \"client_credentials\"]"
    } else {
        "[\"client_credentials\"]"
    };
    let mut text = format!(
        "# Begun by Proofkey from addresses that were typed. docs/providers.md explains the keys;\n\
         # \"proofkey providers check\" names every mistake with its line.\n\
         schema = 1\n\
         id = {id}\n\
         name = {id}\n\
         summary = \"A system of our own, by its addresses.\"\n\
         category = \"Own systems\"\n\
         as_of = {as_of}\n\
         grants = {grants}\n\
         client_authentication = [\"client_secret_basic\", \"client_secret_post\"]\n\
         variables = []\n\
         # A call that only a good token can make, so that the connection can be proven:\n\
         #   [[probes]]\n\
         #   path = \"/me\"\n\
         #   success_status = [200]\n\
         #   proves = \"the API accepts the token\"\n\
         #   certainty = \"observed\"\n\
         probes = []\n\
         guide = []\n\n\
         [endpoints]\n\
         token = {token}\n\
         api_base = {api_base}\n",
        id = quoted(id),
        as_of = quoted(as_of),
        token = quoted(addresses.token_url),
        api_base = quoted(addresses.api_base),
    );
    if let Some(authorization) = addresses.authorization_url {
        let _infallible = write!(
            text,
            "authorization = {}\n\n\
             [authorization_code]\n\
             pkce = \"unknown\"\n\
             redirect = \"unknown\"\n\
             certainty = \"unverified\"\n",
            quoted(authorization)
        );
    }
    text.push_str(
        "\n[token_header]\nname = \"authorization\"\nscheme = \"Bearer\"\n\n\
         [scopes]\nseparator = \" \"\nfree_text = true\nentries = []\n",
    );
    text
}

fn name(base: &Provider, id: &str) -> String {
    if base.id == id {
        base.name.clone()
    } else {
        format!("{} ({id})", base.name)
    }
}

/// As a string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
