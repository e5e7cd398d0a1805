//! Service tokens: opaque, living from a day to a year, and shown to the API without any word before
//! them; and the endpoint that says what one is. As Talkdesk's `OpenAPI` document has both.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::access_token::Granted;
use crate::authorization_request::Parameters;
use crate::call::Call;
use crate::host;
use crate::person::identifier;
use crate::refusal::Refusal;
use crate::reply::Reply;

pub(crate) const PREFIX: &str = "tdst_";
const SHORTEST_SECONDS: u32 = 86_400;
const LONGEST_SECONDS: u32 = 31_556_952;

/// For how long a service token is asked for; `None` when an ordinary one is.
pub(crate) fn asked(form: &Parameters) -> Result<Option<u32>, Refusal> {
    match form.value("token_type") {
        None if form.has("expires_in") => Err(Refusal::invalid_request(
            "The lifetime of tokens that are not opaque cannot be chosen",
        )),
        None => Ok(None),
        Some("opaque") => lifetime(form.value("expires_in")).map(Some),
        Some(_) => Err(Refusal::invalid_request("The token type is not known")),
    }
}

/// Answers a request of the introspection endpoint. Nobody has to authenticate for it.
pub(crate) fn introspect(call: &Call<'_>) -> Reply {
    let form = match call.form() {
        Ok(form) => form,
        Err(refusal) => return refusal.into_reply(),
    };
    let Some(token) = form.value("token") else {
        return Reply::api_error(
            StatusCode::BAD_REQUEST,
            "0070201",
            "Missing request parameter token",
        );
    };
    let known = call.issuer.granted(token, call.now);
    let own = |granted: &Granted| {
        granted.service
            && call
                .account
                .is_some_and(|own| std::ptr::eq(own, granted.account))
    };
    let state = match known.filter(own) {
        Some(granted) => active(&granted),
        None => json!({ "active": false }),
    };
    match call.keys().seal(&state) {
        Ok((key_id, signature)) => {
            let body = json!({ "kid": key_id, "sig": signature, "token_introspection": state });
            Reply::json(StatusCode::OK, &body).unstored()
        }
        Err(error) => Refusal::from(error).into_reply(),
    }
}

fn active(granted: &Granted) -> Value {
    let account = granted.account;
    json!({
        "active": true,
        "iss": account.issuer(),
        "aud": format!("https://{}", host::api(account.region)),
        "exp": granted.until.as_second(),
        "nbf": granted.since.as_second(),
        "iat": granted.since.as_second(),
        "cid": granted.client_id,
        "aid": identifier(account.name, 0),
        "scp": granted.scopes.join(" "),
        "reg": host::claim(account.region),
        "psn": "CUSTOMER",
    })
}

fn lifetime(asked: Option<&str>) -> Result<u32, Refusal> {
    let Some(text) = asked else {
        return Ok(SHORTEST_SECONDS);
    };
    let seconds = text.parse().ok();
    seconds
        .filter(|seconds| (SHORTEST_SECONDS..=LONGEST_SECONDS).contains(seconds))
        .ok_or(Refusal::invalid_request(
            "The lifetime (expires_in) has to be from 86400 to 31556952 seconds",
        ))
}
