//! The tokens of one reply, as the vault will hold them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::oauth::TokenReply;
use crate::secret::Secret;
use crate::vault::{CachedToken, SecretDocument};

/// What of a token reply is worth keeping.
pub struct Tokens {
    pub access: CachedToken,
    pub refresh_token: Option<Secret>,
    pub id_token: Option<Secret>,
    /// Members that the provider says to keep, by name.
    pub kept: BTreeMap<String, Secret>,
}

impl Tokens {
    /// Takes them out of a reply that came at `at`; `keep` names the further members to keep.
    pub fn new(mut reply: TokenReply, keep: &[String], at: Timestamp) -> Self {
        let kept = keep
            .iter()
            .filter_map(|name| reply.other.remove_entry(name))
            .collect();
        Self {
            access: CachedToken::new(reply.access_token, reply.expires_in, reply.scopes, at),
            refresh_token: reply.refresh_token,
            id_token: reply.id_token,
            kept,
        }
    }

    /// A new approval: nothing of an earlier one stays, because it may be another person's.
    pub fn replace_in(&self, document: &mut SecretDocument) {
        document.forget_approval();
        self.renew_in(document);
    }

    /// A refresh: what the reply left out stays as it was (RFC 6749 §6 for the refresh token).
    pub fn renew_in(&self, document: &mut SecretDocument) {
        if let Some(token) = &self.refresh_token {
            document.refresh_token = Some(token.duplicate());
        }
        if let Some(token) = &self.id_token {
            document.id_token = Some(token.duplicate());
        }
        let kept = self.kept.iter();
        document
            .kept
            .extend(kept.map(|(name, value)| (name.clone(), value.duplicate())));
        document.cached_token = Some(self.access.duplicate());
    }
}
