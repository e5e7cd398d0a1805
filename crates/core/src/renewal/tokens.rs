//! The tokens of one reply, as the vault will hold them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::oauth::TokenReply;
use crate::provider::Provider;
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
    /// Takes them out of a reply of `provider` that came at `at`.
    ///
    /// A life that the server does not tell is taken from the provider file, where that knows one.
    pub fn new(mut reply: TokenReply, provider: &Provider, at: Timestamp) -> Self {
        let section = provider.authorization_code.as_ref();
        let keep = section.map_or(&[][..], |section| &section.keep);
        // The API base outlives the access token that it came with: a refresh need not repeat it.
        let base = provider.endpoints.api_base_from.as_ref();
        let kept = (keep.iter())
            .chain(base.map(|base| &base.member))
            .filter_map(|name| reply.other.remove_entry(name))
            .collect();
        let assumed = provider.lifetimes.assumed_seconds.map(u64::from);
        let life = reply.expires_in.or(assumed);
        let mut access = CachedToken::new(reply.access_token, life, reply.scopes, at);
        access.api_base = reply.api_base.map(String::from);
        Self {
            access,
            refresh_token: reply.refresh_token,
            id_token: reply.id_token,
            kept,
        }
    }

    /// A refresh that does not say where the API is leaves it where it was.
    pub fn stay_at(&mut self, provider: &Provider, before: &SecretDocument) {
        if self.access.api_base.is_none()
            && let Some(rule) = &provider.endpoints.api_base_from
        {
            let kept = before.kept.get(&rule.member);
            self.access.api_base = kept.map(|base| base.expose().to_owned());
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
