//! Whom a limit on repeated trials counts.

use std::hash::Hash;

use sha2::{Digest, Sha256};

use super::Integration;
use super::auth::{Auth, Scalar};
use super::file::FieldKind;

/// One client or account at one integration. It tells nothing of what it was made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientKey([u8; 16]);

impl Integration {
    /// Who tries: the client ID or user name at the account that is named. Never a secret, so that one who
    /// guesses secrets counts as one. `None` when nothing tells callers apart.
    pub fn client(&self, auth: &Auth) -> Option<ClientKey> {
        let named = self.presents.fields();
        let telling = self.fields.iter().filter(|field| {
            field.field.kind != FieldKind::Secret
                && (field.variable().is_some() || named.contains(&field.name.as_str()))
        });
        let mut digest = Sha256::new();
        let mut any = false;
        for field in telling {
            if let Some(Scalar::Text(text)) = auth.get(&field.name) {
                any = true;
                for part in [&field.name, text.expose()] {
                    digest.update((part.len() as u64).to_be_bytes());
                    digest.update(part.as_bytes());
                }
            }
        }
        let mut key = [0; 16];
        key.copy_from_slice(digest.finalize().get(..16)?);
        any.then_some(ClientKey(key))
    }
}
