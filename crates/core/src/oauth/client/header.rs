//! The client's own header: HTTP Basic (RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, header};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::super::token_error::TokenError;
use super::{Client, WipedRequest, unusable};
use crate::provider::ClientAuthentication;
use crate::secret::Secret;

impl Client<'_> {
    /// The header is ours even where `oauth2` wrote one: it knows no raw Basic, and the endpoints it
    /// does not model need the same header.
    pub(super) fn signed(&self, mut request: WipedRequest) -> Result<WipedRequest, TokenError> {
        if self.authentication == ClientAuthentication::ClientSecretBasic
            && let Some(secret) = self.secret
        {
            let mut value = self.basic(secret)?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// RFC 7617 with the form-encoding of RFC 6749 §2.3.1, or without it for servers that never
    /// decode (rule D2).
    fn basic(&self, secret: &Secret) -> Result<HeaderValue, TokenError> {
        let (id, secret) = (self.id.expose(), secret.expose());
        let pair = Zeroizing::new(if self.is_raw_basic() {
            format!("{id}:{secret}")
        } else {
            let id = form_encoded(id);
            let secret = form_encoded(secret);
            format!("{}:{}", id.as_str(), secret.as_str())
        });
        let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        HeaderValue::from_str(&value).map_err(|_| unusable("the header cannot be written"))
    }
}

fn form_encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
}
