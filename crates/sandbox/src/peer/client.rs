//! How the client proves itself: in the ways that the provider's file lists, and in no other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use proofkey_core::provider::{BasicEncoding, BodyFormat, ClientAuthentication};

use super::world::PeerWorld;
use crate::authorization_request::Parameters;
use crate::client_authentication::form_decoded;
use crate::record::Record;
use crate::refusal::Refusal;

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
        let known = match (&self.plan.client_secret, header, secret) {
            (_, Some(_), Some(_)) => {
                return Err(Refusal::invalid_request(
                    "More than one way of client authentication was used",
                ));
            }
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
