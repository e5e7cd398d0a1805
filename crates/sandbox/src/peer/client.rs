//! How the client proves itself: in the ways that the provider's file lists, and in no other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use proofkey_core::provider::{AssertionAudience, BasicEncoding, BodyFormat, ClientAuthentication};

use super::world::PeerWorld;
use crate::authorization_request::Parameters;
use crate::client_authentication::form_decoded;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::signed::assertion::{Assertion, Place, Registered};

impl PeerWorld {
    /// The parameters of a request to the token endpoint, written as the file says.
    pub(crate) fn token_body(&self, request: &Record) -> Result<Parameters, Refusal> {
        match self.plan.provider.body_format {
            BodyFormat::Form => form(request),
            BodyFormat::Json => {
                written_as(request, "application/json")?;
                let unreadable = Refusal::invalid_request("The body must be a JSON object of text");
                Parameters::read_json(&request.body).ok_or(unreadable)
            }
        }
    }

    /// RFC 6749 §2.3 and §2.1.
    pub(crate) fn authenticate(&self, request: &Record, body: &Parameters) -> Result<(), Refusal> {
        let listed = |method| self.plan.provider.client_authentication.contains(&method);
        let header = request.header("authorization");
        let (id, secret) = (body.value("client_id"), body.value("client_secret"));
        let assertion = Assertion::of(body)?;
        let ways = [header.is_some(), secret.is_some(), assertion.is_some()];
        if ways.iter().filter(|used| **used).count() > 1 {
            return Err(Refusal::invalid_request(
                "More than one way of client authentication was used",
            ));
        }
        if let Some(assertion) = assertion {
            return self.signed(&assertion);
        }
        let known = match (&self.plan.client_secret, header, secret) {
            // A public client that shows a secret is refused: some servers do, and none needs it.
            (None, None, None) => {
                listed(ClientAuthentication::None) && id == Some(&self.plan.client_id)
            }
            (Some(own), Some(header), None) => {
                listed(ClientAuthentication::ClientSecretBasic) && self.is_basic(header, own)
            }
            (Some(own), None, Some(secret)) => {
                listed(ClientAuthentication::ClientSecretPost)
                    && id == Some(&self.plan.client_id)
                    && secret == own
            }
            _ => false,
        };
        if known {
            Ok(())
        } else {
            Err(Refusal::invalid_client("Client authentication failed"))
        }
    }

    /// RFC 7523 §3, with the audience and the algorithms of the file.
    fn signed(&self, assertion: &Assertion) -> Result<(), Refusal> {
        let provider = &self.plan.provider;
        let rules = &provider.client_assertion;
        let listed = |method| provider.client_authentication.contains(&method);
        let usual = ClientAuthentication::PrivateKeyJwt;
        let mut keys = self.client_keys();
        keys.retain(|key| listed(usual) && rules.algorithms.contains(&key.algorithm));
        let shared = self.plan.client_secret.as_deref();
        let client = Registered {
            keys: &keys,
            shared: shared.filter(|_| listed(ClientAuthentication::ClientSecretJwt)),
            key_id_required: rules.key_id_required,
        };
        let token = self.places.token.as_ref().map(url::Url::as_str);
        let audience = match rules.audience {
            AssertionAudience::Issuer => self.places.issuer.as_deref().or(token),
            AssertionAudience::TokenEndpoint => token,
        };
        if assertion.client_id() != self.plan.client_id {
            return Err(Refusal::invalid_client(
                "The client of the assertion is not registered here",
            ));
        }
        assertion.verify(
            &client,
            &Place {
                audience: audience.unwrap_or_default(),
                now: self.now_there(),
                seen: &self.seen,
            },
        )
    }

    fn is_basic(&self, header: &str, own: &str) -> bool {
        let Some((id, secret)) = basic_pair(header) else {
            return false;
        };
        let (id, secret) = match self.plan.provider.basic_encoding {
            BasicEncoding::Form => (form_decoded(&id), form_decoded(&secret)),
            BasicEncoding::Raw => (id, secret),
        };
        id == self.plan.client_id && secret == own
    }
}

/// User name and password of HTTP Basic (RFC 7617 §2).
pub(crate) fn basic_pair(header: &str) -> Option<(String, String)> {
    let encoded = header.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// RFC 6749 §3.2: POST, form-encoded, no parameter twice.
pub(crate) fn form(request: &Record) -> Result<Parameters, Refusal> {
    written_as(request, "application/x-www-form-urlencoded")?;
    let form = Parameters::read(&request.body);
    if form.is_repeated() {
        return Err(Refusal::invalid_request("A parameter was sent twice"));
    }
    Ok(form)
}

fn written_as(request: &Record, content_type: &str) -> Result<(), Refusal> {
    if request.method != "POST" {
        return Err(Refusal {
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..Refusal::invalid_request("Use POST for token requests")
        });
    }
    let own = request.header("content-type").unwrap_or_default();
    let essence = own.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(content_type) {
        Ok(())
    } else {
        Err(Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Refusal::invalid_request("The content type is not the one of this endpoint")
        })
    }
}
