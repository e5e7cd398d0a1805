//! The versioned JSON document that one vault item holds.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{Code, Problem};
use crate::secret::Secret;

/// Version of the document's shape.
const VERSION: u32 = 1;

/// The secrets of one generation of one connection.
///
/// The client ID is kept here too: after saving it is as invisible as the secret.
#[derive(Deserialize)]
pub struct SecretDocument {
    pub version: u32,
    pub client_id: Secret,
    #[serde(default)]
    pub client_secret: Option<Secret>,
    #[serde(default)]
    pub private_key: Option<Secret>,
    #[serde(default)]
    pub refresh_token: Option<Secret>,
    /// Of the last approval that asked for `openid`.
    #[serde(default)]
    pub id_token: Option<Secret>,
    /// Further members of the token response that the provider says to keep, by name: "sid".
    #[serde(default)]
    pub kept: BTreeMap<String, Secret>,
    #[serde(default)]
    pub cached_token: Option<CachedToken>,
}

/// An access token that was obtained earlier.
#[derive(Deserialize)]
pub struct CachedToken {
    pub access_token: Secret,
    /// `None` when the server did not say.
    pub expires_at: Option<Timestamp>,
    /// Granted scopes, when the server said so.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// By the clock of this machine. Without it nobody can tell that the clock was set back since.
    #[serde(default)]
    pub obtained_at: Option<Timestamp>,
    /// The API base that came with it, where the provider sends one. It was judged before it was kept,
    /// and is judged again before it is used.
    #[serde(default)]
    pub api_base: Option<String>,
}

impl SecretDocument {
    pub fn new(client_id: Secret, client_secret: Option<Secret>) -> Self {
        Self {
            version: VERSION,
            client_id,
            client_secret,
            private_key: None,
            refresh_token: None,
            id_token: None,
            kept: BTreeMap::new(),
            cached_token: None,
        }
    }

    /// The client secret for callers that cannot go on without it; `Code::SecretMissing` otherwise.
    pub fn required_client_secret(&self) -> Result<&Secret, Problem> {
        self.client_secret.as_ref().ok_or_else(|| {
            Problem::new(
                Code::SecretMissing,
                "The vault holds no secret for this connection.",
                "Enter it again.",
            )
        })
    }

    /// The private key of a client that signs, as PKCS#8 PEM; `Code::SecretMissing` otherwise.
    pub fn required_private_key(&self) -> Result<&Secret, Problem> {
        self.private_key.as_ref().ok_or_else(|| {
            Problem::new(
                Code::SecretMissing,
                "The vault holds no private key for this connection.",
                "Enter it again.",
            )
        })
    }

    /// Drops everything that an approval brought.
    pub fn forget_approval(&mut self) {
        self.refresh_token = None;
        self.id_token = None;
        self.kept.clear();
        self.cached_token = None;
    }

    /// Takes what an approval brought from the document of another generation of the same client.
    pub fn take_approval_of(&mut self, other: &Self) {
        let of_other = other.duplicate();
        self.refresh_token = of_other.refresh_token;
        self.id_token = of_other.id_token;
        self.kept = of_other.kept;
        self.cached_token = of_other.cached_token;
    }

    /// Reads what [`SecretDocument::to_json`] wrote; `None` when the text is not such a document or is
    /// of a newer version.
    pub fn from_json(text: &str) -> Option<Self> {
        let document: Self = serde_json::from_str(text).ok()?;
        (document.version == VERSION).then_some(document)
    }

    /// The JSON text for the vault, wiped when dropped.
    ///
    /// Written by hand over `serde_json` values because no secret type may implement `Serialize`.
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(1024));
        text.push_str("{\"version\":");
        text.push_str(&self.version.to_string());
        push_member(&mut text, "client_id", Some(&self.client_id));
        push_member(&mut text, "client_secret", self.client_secret.as_ref());
        push_member(&mut text, "private_key", self.private_key.as_ref());
        push_member(&mut text, "refresh_token", self.refresh_token.as_ref());
        push_member(&mut text, "id_token", self.id_token.as_ref());
        push_kept(&mut text, &self.kept);
        if let Some(token) = &self.cached_token {
            push_token(&mut text, token);
        }
        text.push('}');
        text
    }

    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            version: self.version,
            client_id: self.client_id.duplicate(),
            client_secret: self.client_secret.as_ref().map(Secret::duplicate),
            private_key: self.private_key.as_ref().map(Secret::duplicate),
            refresh_token: self.refresh_token.as_ref().map(Secret::duplicate),
            id_token: self.id_token.as_ref().map(Secret::duplicate),
            kept: self
                .kept
                .iter()
                .map(|(name, value)| (name.clone(), value.duplicate()))
                .collect(),
            cached_token: self.cached_token.as_ref().map(CachedToken::duplicate),
        }
    }
}

impl CachedToken {
    /// A token that came at `obtained_at` and lives `expires_in` seconds, when the server said so. A
    /// life beyond any calendar counts as unknown.
    pub fn new(
        access_token: Secret,
        expires_in: Option<u64>,
        scopes: Option<Vec<String>>,
        obtained_at: Timestamp,
    ) -> Self {
        let life = expires_in
            .and_then(|seconds| i64::try_from(seconds).ok())
            .map(SignedDuration::from_secs);
        Self {
            access_token,
            expires_at: life.and_then(|life| obtained_at.checked_add(life).ok()),
            scopes,
            obtained_at: Some(obtained_at),
            api_base: None,
        }
    }

    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            access_token: self.access_token.duplicate(),
            expires_at: self.expires_at,
            scopes: self.scopes.clone(),
            obtained_at: self.obtained_at,
            api_base: self.api_base.clone(),
        }
    }
}

fn push_token(text: &mut Zeroizing<String>, token: &CachedToken) {
    text.push_str(",\"cached_token\":{\"expires_at\":");
    push_time(text, token.expires_at);
    text.push_str(",\"obtained_at\":");
    push_time(text, token.obtained_at);
    push_member(text, "access_token", Some(&token.access_token));
    if let Some(api_base) = &token.api_base {
        text.push_str(",\"api_base\":");
        push_string(text, api_base);
    }
    if let Some(scopes) = &token.scopes {
        text.push_str(",\"scopes\":[");
        for (index, scope) in scopes.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_string(text, scope);
        }
        text.push(']');
    }
    text.push('}');
}

fn push_time(text: &mut Zeroizing<String>, time: Option<Timestamp>) {
    match time {
        Some(at) => push_string(text, &at.to_string()),
        None => text.push_str("null"),
    }
}

fn push_kept(text: &mut Zeroizing<String>, kept: &BTreeMap<String, Secret>) {
    if kept.is_empty() {
        return;
    }
    text.push_str(",\"kept\":{");
    for (index, (name, value)) in kept.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_string(text, name);
        text.push(':');
        push_string(text, value.expose());
    }
    text.push('}');
}

fn push_member(text: &mut Zeroizing<String>, name: &str, secret: Option<&Secret>) {
    let Some(secret) = secret else { return };
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":");
    push_string(text, secret.expose());
}

/// Appends `value` as a JSON string (RFC 8259 §7).
pub(crate) fn push_string(text: &mut Zeroizing<String>, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            control if control < ' ' => push_escaped(text, control),
            other => text.push(other),
        }
    }
    text.push('"');
}

fn push_escaped(text: &mut Zeroizing<String>, control: char) {
    text.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (control as u32 >> shift) & 0xf;
        text.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_document_comes_back_as_it_was(id in "\\PC*|[\\x00-\\x7f]*", secret in "\\PC*|[\\x00-\\x7f]*") {
            let mut document = SecretDocument::new(Secret::new(id.clone()), Some(Secret::new(secret.clone())));
            document.id_token = Some(Secret::new(id.clone()));
            document.kept.insert(id.clone(), Secret::new(secret.clone()));
            document.cached_token = Some(CachedToken {
                access_token: Secret::new(secret.clone()),
                expires_at: Some(Timestamp::UNIX_EPOCH),
                scopes: Some(vec![id.clone()]),
                obtained_at: Some(Timestamp::MAX),
                api_base: Some(id.clone()),
            });
            let text = document.to_json();
            let back = SecretDocument::from_json(&text).expect("readable");
            prop_assert_eq!(back.client_id.expose(), id.as_str());
            let kept = back.client_secret.expect("kept");
            prop_assert_eq!(kept.expose(), secret.as_str());
            prop_assert_eq!(back.kept[&id].expose(), secret.as_str());
            prop_assert_eq!(back.id_token.as_ref().map(Secret::expose), Some(id.as_str()));
            let token = back.cached_token.expect("kept");
            prop_assert_eq!(token.access_token.expose(), secret.as_str());
            prop_assert_eq!(token.api_base.as_ref(), Some(&id));
            prop_assert_eq!(token.scopes, Some(vec![id]));
            prop_assert_eq!(token.obtained_at, Some(Timestamp::MAX));
        }
    }

    #[test]
    fn a_newer_version_is_not_guessed() {
        assert!(SecretDocument::from_json(r#"{"version":2,"client_id":"a"}"#).is_none());
    }
}
