//! What goes into the fields of a Nexla credential of the kind "Generic REST API".
//!
//! Nexla publishes no file format to import, so this is a list to type from, for people and scripts.

use super::document::{BLANK, Client, Document};
use super::members::{kept, member};
use crate::provider::Grant;
use crate::secret::Secret;
use crate::tree::Tree;

/// Month in which the pages were read.
const AS_OF: &str = "2026-11";

const SOURCE: &str = "https://docs.nexla.com/user-guides/connectors/rest-api/rest-api-generic";

const NOTE: &str = "Values to type into a Nexla credential. Fields with \"documented\" true are named so on Nexla's pages; the others are in Proofkey's words. A ready-made connector asks for some of them only.";

/// The fields as a tree.
pub(super) fn fields(document: &Document) -> Tree {
    let mut fields = vec![
        documented("Credential Name", &document.connection.name),
        documented("Credential Description", &description(document)),
        documented("API Type", "Generic REST API"),
        documented("Authentication Type", authentication_type(document.grant)),
    ];
    push_client(&mut fields, document);
    if let Some(account) = &document.account {
        fields.push(documented("Account Name", account));
    }
    push_token_request(&mut fields, document);
    fields.push(own("API base URL", &document.api_base));
    if let Some(call) = &document.test_call {
        fields.push(own("URL of a test call", &call.url));
    }
    let mut members = vec![
        member("for", Tree::text("Nexla")),
        member("as_of", Tree::text(AS_OF)),
        member("source", Tree::text(SOURCE)),
        member("note", Tree::text(NOTE)),
    ];
    if document.practice {
        members.push(member("practice", Tree::Flag(true)));
    }
    members.push(member("fields", Tree::List(fields)));
    Tree::Table(members)
}

fn push_client(fields: &mut Vec<Tree>, document: &Document) {
    match &document.client {
        Client::Plain {
            client_id,
            client_secret,
        } => {
            fields.push(secret("Client ID", client_id));
            fields.extend(client_secret.iter().map(|it| secret("Client Secret", it)));
        }
        Client::Signed {
            client_id,
            private_key,
        } => {
            fields.push(secret("Client ID", client_id));
            fields.push(secret("Private key", private_key));
        }
        Client::Basic { username, password } => {
            fields.push(secret("Username", username));
            fields.push(secret("Password", password));
        }
        Client::Key { api_key } => fields.push(secret("API Key Value", api_key)),
        Client::Reference { reference } => {
            let left_out = secrets_of(document).iter().map(|name| {
                let kept = member("kept_in", kept(reference));
                field(name, is_documented(name), kept)
            });
            fields.extend(left_out);
        }
        Client::Nothing {} => {}
    }
}

fn push_token_request(fields: &mut Vec<Tree>, document: &Document) {
    if let Some(token_url) = &document.token_url {
        fields.push(own("Access token URL", token_url));
        let separator = match document.scope_separator.as_str() {
            "" => BLANK,
            separator => separator,
        };
        fields.push(own("Scopes", &document.scopes.join(separator)));
        if let Some(assertion) = &document.client_assertion {
            fields.push(own("Algorithm of the assertion", &assertion.algorithm));
            fields.push(own("Audience of the assertion", &assertion.audience));
            fields.extend(assertion.key_id.iter().map(|id| own("Key ID", id)));
        }
        for (name, value) in &document.token_parameters {
            fields.push(own(&format!("Parameter {name}"), value));
        }
    }
    if let Some(header) = &document.token_header {
        let value = match header.scheme.as_str() {
            "" => header.name.clone(),
            scheme => format!("{}: {scheme}", header.name),
        };
        fields.push(own("Header of API requests", &value));
    }
}

/// As Nexla's pages name the kinds that Proofkey knows.
fn authentication_type(grant: Grant) -> &'static str {
    match grant {
        Grant::ClientCredentials => "OAuth2 2-legged",
        Grant::AuthorizationCode => "OAuth2 3-legged",
        Grant::HttpBasic => "Basic Authentication",
        Grant::ApiKey => "API Key",
        Grant::None => "No Authentication",
    }
}

fn secrets_of(document: &Document) -> &'static [&'static str] {
    match document.grant {
        _ if document.signs_with_a_key() => &["Client ID", "Private key"],
        Grant::ClientCredentials | Grant::AuthorizationCode => &["Client ID", "Client Secret"],
        Grant::HttpBasic => &["Username", "Password"],
        Grant::ApiKey => &["API Key Value"],
        Grant::None => &[],
    }
}

fn description(document: &Document) -> String {
    let proof = &document.proof;
    let generation = proof
        .generation
        .map_or_else(String::new, |number| format!(", generation {number}"));
    format!(
        "Proven by Proofkey {} on {} ({}{generation}).",
        proof.tool_version, proof.proven_at, proof.content_id
    )
}

fn secret(name: &str, value: &Secret) -> Tree {
    let value = member("value", Tree::Text(value.duplicate()));
    field(name, is_documented(name), value)
}

fn is_documented(name: &str) -> bool {
    matches!(name, "Client ID" | "Client Secret")
}

fn documented(name: &str, value: &str) -> Tree {
    field(name, true, member("value", Tree::text(value)))
}

fn own(name: &str, value: &str) -> Tree {
    field(name, false, member("value", Tree::text(value)))
}

fn field(name: &str, is_documented: bool, value: (String, Tree)) -> Tree {
    Tree::Table(vec![
        member("field", Tree::text(name)),
        value,
        member("documented", Tree::Flag(is_documented)),
    ])
}
