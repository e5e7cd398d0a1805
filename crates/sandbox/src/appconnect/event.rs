//! Events as an app's address would receive them: written, signed and, when asked, spoilt.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::apps;
use super::order::{Curve, EmittedEvent, EventKind, EventOrder, Spelling, Spoilt};
use super::signature_key::{Form, SignatureKey, SignatureKeys};
use crate::account::Account;
use crate::clients::Client;
use crate::host;
use crate::keys::{IssueError, Keys};
use crate::person::identifier;

/// What an event is made of.
pub(crate) struct Material<'a> {
    pub(crate) client: &'a Client,
    pub(crate) keys: &'a Keys,
    pub(crate) signature_keys: &'a SignatureKeys,
    pub(crate) now: Timestamp,
}

/// The event of `order` about the credentials of the material's client.
pub(crate) fn made(
    order: &EventOrder,
    material: &Material<'_>,
) -> Result<EmittedEvent, IssueError> {
    let id = uuid(material.keys)?;
    let written = body(order, material, &id)?;
    let key = material
        .signature_keys
        .latest(order.curve, order.spelling, material.now)?;
    let (signature, named) = signed(order, material, &key, written.as_bytes())?;
    let content = match order.spoilt {
        Some(Spoilt::Reserialized) => format!("{:#}", read(&written)),
        Some(Spoilt::Truncated) => written[..written.len() / 2].to_owned(),
        _ => written,
    };
    Ok(EmittedEvent {
        id,
        kind: order.kind,
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("X-Hub-Ecdsa-Signature".to_owned(), signature),
            ("X-Hub-Ecdsa-Signature-Id".to_owned(), named),
        ],
        body: content,
    })
}

/// A random UUID (RFC 9562 §5.4).
pub(crate) fn uuid(keys: &Keys) -> Result<String, IssueError> {
    let mut digits = keys.random_hex()?.into_bytes();
    digits[12] = b'4';
    digits[16] = b'a';
    let text = String::from_utf8(digits).map_err(|_| IssueError)?;
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..32]
    ))
}

/// The signature header, and the id of the key that is named.
fn signed(
    order: &EventOrder,
    material: &Material<'_>,
    key: &SignatureKey,
    body: &[u8],
) -> Result<(String, String), IssueError> {
    let named = key.id.clone();
    Ok(match order.spoilt {
        Some(Spoilt::UnknownKey) => (key.sign(body, Form::Der)?, material.keys.random_hex()?),
        Some(Spoilt::OtherHash) => (key.sign_sha256(body)?, named),
        Some(Spoilt::RawSignature) => (key.sign(body, Form::Raw)?, named),
        Some(Spoilt::OtherCurve) => {
            let curve = match key.curve {
                Curve::P256 => Curve::P384,
                _ => Curve::P256,
            };
            let other = SignatureKey::new(curve, order.spelling, material.now)?;
            (other.sign(body, Form::Der)?, named)
        }
        Some(Spoilt::Signature) => {
            let mut signature = key.sign(body, Form::Der)?;
            let last = signature
                .pop()
                .and_then(|digit| digit.to_digit(16))
                .unwrap_or(0);
            signature.extend(char::from_digit(last ^ 1, 16));
            (signature, named)
        }
        _ => (key.sign(body, Form::Der)?, named),
    })
}

fn body(order: &EventOrder, material: &Material<'_>, id: &str) -> Result<String, IssueError> {
    let account = material.client.account;
    let (id_name, kind_name) = match order.spelling {
        Spelling::Sample => ("id", "type"),
        Spelling::Table => ("event_id", "event_type"),
    };
    let body = json!({
        id_name: id,
        "created_at": material.now.to_string(),
        "api_version": "1",
        kind_name: order.kind.name(),
        "app_id": apps::app_id(),
        "app_version_id": identifier("version", 1),
        "app_version_name": "1.0.0",
        "data": data(order, material)?,
        "_links": links(order, account),
    });
    Ok(body.to_string())
}

fn data(order: &EventOrder, material: &Material<'_>) -> Result<Value, IssueError> {
    let client = material.client;
    let account = client.account;
    let (id, name) = match order.spoilt {
        Some(Spoilt::OtherAccount) => (identifier("contoso", 0), "contoso"),
        _ => (identifier(account.name, 0), account.name),
    };
    let mut data = Map::new();
    let mut set = |name: &str, value: &str| data.insert(name.to_owned(), value.into());
    set("installation_id", &apps::installation_id(account));
    set("account_id", &id);
    set("account_name", name);
    let credentials = matches!(
        order.kind,
        EventKind::Installed | EventKind::CredentialsRotated
    );
    if credentials {
        set("client_id", &client.id);
        set("client_secret", &client.secret);
        if let Some(key) = &client.delivered {
            let private = match order.spoilt {
                Some(Spoilt::OtherKey) => {
                    super::fresh_key::Delivered::fresh(String::new(), key.algorithm)?.private
                }
                _ => key.private.clone(),
            };
            set("private_key", &private);
            set("public_key", &key.public);
            set("key_id", &key.id);
            set("key_algorithm", key.algorithm.name());
        }
    }
    Ok(Value::Object(data))
}

fn links(order: &EventOrder, account: &Account) -> Value {
    let api = host::api(account.region);
    let root = match order.spoilt {
        Some(Spoilt::ForeignRoot) => format!("https://{api}.collector.example"),
        Some(Spoilt::LookAlikeRoot) => format!("https://{}", api.replacen('l', "1", 1)),
        _ => format!("https://{api}"),
    };
    let issuer = account.issuer();
    let token = match order.spelling {
        Spelling::Sample => "token",
        Spelling::Table => "tokens",
    };
    let link = |address: String| json!({ "href": address });
    let (app, installation) = (apps::app_id(), apps::installation_id(account));
    json!({
        "root": link(root.clone()),
        "self": link(format!("{root}/apps/{app}/installations/{installation}")),
        "userinfo": link(format!("{root}/users/me")),
        "authorization": link(format!("{issuer}/oauth/authorize")),
        token: link(format!("{issuer}/oauth/token")),
    })
}

/// What was written here reads back.
fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}
