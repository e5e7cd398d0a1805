//! Asking the authorization server whether a token is good (RFC 7662).

use http::{Request, header};
use jiff::Timestamp;
use serde_json::Value;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::document::{self, BODY_LIMIT, DocumentError, DocumentErrorKind};
use crate::provider::TokenIntrospection;
use crate::secret::Secret;
use crate::system::network::Network;
use crate::wording::clean;

/// What the server says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introspected {
    /// It is good now. A server that does not say so says no (RFC 7662 §2.2).
    pub active: bool,
    /// When it ends, as far as the server tells.
    pub expires_at: Option<Timestamp>,
}

/// Asks `url` once, without authentication of the client. The token is sent in the body and nowhere else.
///
/// Fails when there is no answer, or one that is not a JSON object of a success.
pub async fn introspect(
    network: &Network,
    url: &Url,
    rules: &TokenIntrospection,
    token: &Secret,
) -> Result<Introspected, DocumentError> {
    let failed = |kind| DocumentError {
        url: clean(url.as_str(), 300),
        kind,
    };
    let request = Request::post(url.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form(token))
        .map_err(|_| {
            failed(DocumentErrorKind::Malformed {
                reason: "the address is not one".to_owned(),
            })
        })?;
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(|error| failed(DocumentErrorKind::Transport(Box::new(error))))?;
    let members = document::members(&reply, url).map_err(failed)?;
    Ok(read(&Value::Object(members), rules))
}

/// RFC 7662 §2.1.
fn form(token: &Secret) -> Zeroizing<Vec<u8>> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", token.expose());
    Zeroizing::new(form.finish().into_bytes())
}

fn read(answer: &Value, rules: &TokenIntrospection) -> Introspected {
    let end = rules.expires_at.as_deref();
    Introspected {
        active: answer.pointer(&rules.active) == Some(&Value::Bool(true)),
        expires_at: end
            .and_then(|pointer| answer.pointer(pointer)?.as_i64())
            .and_then(|seconds| Timestamp::from_second(seconds).ok()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(answer: &Value, active: &str) -> Introspected {
        let rules = TokenIntrospection {
            active: active.to_owned(),
            expires_at: Some("/exp".to_owned()),
        };
        read(answer, &rules)
    }

    #[test]
    fn only_a_plain_yes_is_one() {
        // RFC 7662 §2.2, its example shortened.
        let answer =
            json!({ "active": true, "client_id": "l238j323ds-23ij4", "exp": 1_419_356_238 });
        let end = Timestamp::from_second(1_419_356_238).ok();
        let good = Introspected {
            active: true,
            expires_at: end,
        };
        assert_eq!(said(&answer, "/active"), good);
        for answer in [
            json!({ "active": false }),
            json!({ "active": "true" }),
            json!({ "active": 1 }),
            json!({}),
            json!({ "token": { "active": true } }),
        ] {
            assert!(!said(&answer, "/active").active, "{answer}");
        }
        let nested = json!({ "token_introspection": { "active": true } });
        assert!(said(&nested, "/token_introspection/active").active);
    }
}
