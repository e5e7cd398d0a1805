//! What curl is told: the token request and the call of the API.

use url::form_urlencoded;
use zeroize::Zeroizing;

use super::super::document::{Client, Document};
use super::super::entries::Inexact;
use super::super::json;
use super::can_ask;
use super::options::Options;
use crate::provider::{BasicEncoding, BodyFormat, ClientAuthentication};
use crate::secret::Secret;
use crate::tree::Tree;

/// The token request (RFC 6749 §4.4.2), when the document holds the secrets for it.
pub(super) fn token(document: &Document) -> Result<Option<Options>, Inexact> {
    let Client::Plain {
        client_id,
        client_secret: Some(client_secret),
    } = &document.client
    else {
        return Ok(None);
    };
    let Some(token_url) = document.token_url.as_ref().filter(|_| can_ask(document)) else {
        return Ok(None);
    };
    let mut options = to(token_url, "/token_url")?;
    options.add_header("Accept", "application/json", "/token_url")?;
    let mut members = members(document);
    if document.client_authentication == ClientAuthentication::ClientSecretBasic {
        let pair = pair(document.basic_encoding, client_id, client_secret);
        options.add("user", pair, CLIENT_SECRET)?;
    } else {
        members.push(Member::new("client_id", client_id.expose(), CLIENT_ID));
        members.push(Member::new(
            "client_secret",
            client_secret.expose(),
            CLIENT_SECRET,
        ));
    }
    match document.body_format {
        BodyFormat::Form => add_form(&mut options, &members)?,
        BodyFormat::Json => add_json(&mut options, members)?,
    }
    Ok(Some(options))
}

/// The test call of the proof or, without one, the API base: whatever the document holds to be presented
/// goes with it.
pub(super) fn call(document: &Document) -> Result<Options, Inexact> {
    let mut options = match &document.test_call {
        Some(call) => to(&call.url, "/test_call/url")?,
        None => to(&document.api_base, "/api_base")?,
    };
    let headers = document.test_call.as_ref().map(|call| &call.headers);
    let is_accept = |name: &String| name.eq_ignore_ascii_case("accept");
    if !headers.is_some_and(|headers| headers.keys().any(is_accept)) {
        options.add_header("Accept", "application/json", "/test_call/headers")?;
    }
    for (name, value) in headers.into_iter().flatten() {
        options.add_header(name, value, "/test_call/headers")?;
    }
    match (&document.client, &document.token_header) {
        (Client::Basic { username, password }, _) => {
            let pair = pair(BasicEncoding::Raw, username, password);
            options.add("user", pair, "/client/password")?;
        }
        (Client::Key { api_key }, Some(header)) => {
            let value = Zeroizing::new(match header.scheme.as_str() {
                "" => api_key.expose().to_owned(),
                scheme => format!("{scheme} {}", api_key.expose()),
            });
            options.add_header(&header.name, &value, "/client/api_key")?;
        }
        _ => {}
    }
    Ok(options)
}

const CLIENT_ID: &str = "/client/client_id";
const CLIENT_SECRET: &str = "/client/client_secret";

/// A parameter of the token request, and the field of the config file that it comes from.
struct Member {
    name: String,
    value: Secret,
    field: String,
}

impl Member {
    fn new(name: &str, value: &str, field: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: Secret::new(value.to_owned()),
            field: field.to_owned(),
        }
    }
}

/// All but the client's own.
fn members(document: &Document) -> Vec<Member> {
    let mut members = vec![Member::new("grant_type", "client_credentials", "/grant")];
    if !document.scopes.is_empty() {
        let scope = document.scopes.join(&document.scope_separator);
        members.push(Member::new("scope", &scope, "/scopes"));
    }
    for (name, value) in &document.token_parameters {
        members.push(Member::new(name, value, "/token_parameters"));
    }
    members
}

fn to(url: &str, field: &str) -> Result<Options, Inexact> {
    let mut options = Options::default();
    options.add("url", Secret::new(url.to_owned()), field)?;
    if url.starts_with("https:") {
        options.add("proto", Secret::new("=https".to_owned()), field)?;
    }
    Ok(options)
}

/// curl encodes the values itself, but not the names.
fn add_form(options: &mut Options, members: &[Member]) -> Result<(), Inexact> {
    for Member { name, value, field } in members {
        let name = form_encoded(name);
        let pair = Secret::new(format!("{}={}", name.as_str(), value.expose()));
        options.add("data-urlencode", pair, field)?;
    }
    Ok(())
}

fn add_json(options: &mut Options, members: Vec<Member>) -> Result<(), Inexact> {
    let weight: usize = members
        .iter()
        .map(|member| 6 * (member.name.len() + member.value.expose().len()) + 16)
        .sum();
    let table = members.into_iter();
    let table = table.map(|member| (member.name, Tree::Text(member.value)));
    let mut text = Zeroizing::new(String::with_capacity(weight + 16));
    json::push(&mut text, &Tree::Table(table.collect()));
    options.add_header("Content-Type", "application/json", "/body_format")?;
    options.add(
        "data-raw",
        Secret::new(text.as_str().to_owned()),
        CLIENT_SECRET,
    )
}

/// User name and password for curl, which makes `Authorization: Basic` of them (RFC 7617).
fn pair(encoding: BasicEncoding, id: &Secret, secret: &Secret) -> Secret {
    let (id, secret) = (id.expose(), secret.expose());
    Secret::new(match encoding {
        BasicEncoding::Raw => format!("{id}:{secret}"),
        BasicEncoding::Form => {
            let (id, secret) = (form_encoded(id), form_encoded(secret));
            format!("{}:{}", id.as_str(), secret.as_str())
        }
    })
}

fn form_encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
}
