//! Pushed authorization requests (RFC 9126): the parameters go to the server directly, and the browser
//! carries only a reference to them.

use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use super::authorization_code::{AuthorizationRequest, PendingAuthorization};
use super::client::Client;
use super::token_answer::Answer;
use super::token_endpoint::BODY_LIMIT;
use super::token_error::{TokenError, TokenErrorKind};
use crate::error::{Code, Problem};
use crate::ports::Clock;
use crate::system::network::Network;

/// More than any real reference; a longer one would not fit into an address.
const LONGEST_REFERENCE: usize = 2048;

/// Pushes `request` to `url`, once, and gives the address for the browser.
///
/// There is no way around a refusal: a request that is not pushed although the server offers it would
/// be one that anybody on the way could change.
pub async fn push(
    network: &Network,
    clock: &dyn Clock,
    client: &Client<'_>,
    url: &Url,
    request: AuthorizationRequest,
) -> Result<(Url, PendingAuthorization), Problem> {
    let reference = reference(network, clock, client, url, &request)
        .await
        .map_err(|error| match client.clock_problem(&error) {
            Some(problem) => problem,
            None => explained(error),
        })?;
    Ok(request.into_pushed_url(&reference))
}

async fn reference(
    network: &Network,
    clock: &dyn Clock,
    client: &Client<'_>,
    url: &Url,
    request: &AuthorizationRequest,
) -> Result<Zeroizing<String>, TokenError> {
    // Some ways of client authentication bring their own.
    let authenticates = client.names_itself_in_the_body();
    let members: Vec<(&str, &str)> = request
        .parameters()
        .iter()
        .filter(|(name, _)| !(authenticates && name == "client_id"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let http = client.form(url, &members, clock.now())?;
    let reply = network.send(http, BODY_LIMIT).await?;
    let withheld: Vec<_> = (client.withheld()).chain(request.withheld()).collect();
    let answer = Answer {
        reply: &reply,
        asked: url,
        withheld: &withheld,
    };
    // RFC 9126 §2.2: 201, and nothing else.
    answer
        .members(&[201])
        .and_then(|members| request_uri(&members))
        .map_err(|kind| TokenError {
            kind,
            status: Some(reply.status),
            clock_skew_seconds: reply.clock_skew_seconds(clock.now()),
            clock_corrected: false,
        })
}

fn request_uri(members: &Map<String, Value>) -> Result<Zeroizing<String>, TokenErrorKind> {
    let malformed = |reason: &str| TokenErrorKind::Malformed {
        reason: reason.to_owned(),
    };
    let Some(Value::String(reference)) = members.get("request_uri") else {
        return Err(malformed("it holds no request_uri"));
    };
    let visible = reference.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if reference.is_empty() || reference.len() > LONGEST_REFERENCE || !visible {
        return Err(malformed("its request_uri cannot be one"));
    }
    match members.get("expires_in").and_then(Value::as_u64) {
        Some(1..) => Ok(Zeroizing::new(reference.clone())),
        _ => Err(malformed("it does not say how long its request_uri lives")),
    }
}

fn explained(error: TokenError) -> Problem {
    let quoted = error.quoted().cloned();
    let problem = match error.kind {
        TokenErrorKind::Refused(_) | TokenErrorKind::OkWithError(_) => Problem::new(
            Code::AuthorizationDenied,
            "The server did not accept the sign-in request.",
            "Compare client ID, client secret, scopes and the redirect address with what is registered at the provider, then authorize again.",
        ),
        TokenErrorKind::Malformed { .. }
        | TokenErrorKind::NotJson { .. }
        | TokenErrorKind::Redirected { .. } => Problem::new(
            Code::ResponseMalformed,
            format!(
                "The server did not take the sign-in request: {}.",
                error.kind
            ),
            "Check the address for pushed requests in the provider file. If it is right, tell the operator of the server.",
        ),
        _ => return error.into(),
    };
    match quoted {
        Some(quoted) => problem.quoting(quoted),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::json;

    #[test]
    fn a_reference_is_taken_only_as_rfc_9126_writes_it() {
        let read = |text: &str| request_uri(&json::parse_object(text.as_bytes()).unwrap());
        // The example of RFC 9126 §2.2.
        let example =
            r#"{"request_uri":"urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2","expires_in":90}"#;
        assert_eq!(
            read(example).unwrap().as_str(),
            "urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2"
        );
        for text in [
            r"{}",
            r#"{"request_uri":"urn:x"}"#,
            r#"{"request_uri":"","expires_in":90}"#,
            r#"{"request_uri":7,"expires_in":90}"#,
            r#"{"request_uri":"urn:x y","expires_in":90}"#,
            r#"{"request_uri":"urn:x\n","expires_in":90}"#,
            r#"{"request_uri":"urn:x","expires_in":0}"#,
            r#"{"request_uri":"urn:x","expires_in":"90"}"#,
            r#"{"request_uri":"urn:x","expires_in":-1}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
