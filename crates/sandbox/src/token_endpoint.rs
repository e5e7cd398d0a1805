//! The practice token endpoint: client credentials (RFC 6749 §4.4) as Talkdesk answers them, and the
//! way to the grants that a person approves.

use hyper::StatusCode;
use serde_json::json;

use crate::access_token::Granted;
use crate::account::Account;
use crate::authorization_request::Parameters;
use crate::call::Call;
use crate::clients::Client;
use crate::code_grant;
use crate::fault::Fault;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::service_token;

/// Answers one token request.
pub(crate) fn answer(call: &Call<'_>) -> Reply {
    grant(call).unwrap_or_else(Refusal::into_reply)
}

fn grant(call: &Call<'_>) -> Result<Reply, Refusal> {
    let form = call.form()?;
    let grant = match form.value("grant_type") {
        None => return Err(Refusal::invalid_request("Missing grant type")),
        Some("client_credentials") => client_credentials,
        Some("authorization_code") => code_grant::redeem,
        Some("refresh_token") => code_grant::refresh,
        Some(_) => {
            return Err(Refusal::bad_request(
                "unsupported_grant_type",
                "The grant type is not supported for this client",
            ));
        }
    };
    let client = call.client(&form)?;
    grant(call, &client, &form)
}

fn client_credentials(
    call: &Call<'_>,
    client: &Client,
    form: &Parameters,
) -> Result<Reply, Refusal> {
    let service = service_token::asked(form)?.filter(|_| !client.account.is_complete());
    let scopes = grant_scopes(form.value("scope"), client.account, call.fault)?;
    let scope = scopes.join(" ");
    let seconds = service.unwrap_or_else(|| call.lifetime());
    let mut granted = Granted::new(client, scopes, call.now, seconds);
    granted.service = service.is_some();
    let token = call.issuer.issue(granted)?;
    let body = json!({
        "access_token": token,
        "token_type": if service.is_some() { "opaque" } else { "Bearer" },
        "expires_in": seconds,
        "scope": scope,
    });
    Ok(Reply::json(StatusCode::OK, &body).unstored())
}

/// All granted scopes when none are named. One that the client does not have gives 401 for the whole
/// request, which is what Talkdesk's documentation on scopes describes.
fn grant_scopes(
    asked: Option<&str>,
    account: &Account,
    fault: Option<Fault>,
) -> Result<Vec<String>, Refusal> {
    let own = account.granted_scopes();
    let asked: Vec<&str> = asked.unwrap_or_default().split_whitespace().collect();
    let unknown = asked.iter().any(|scope| !own.contains(scope));
    if unknown || (!asked.is_empty() && fault == Some(Fault::ScopeInactive)) {
        return Err(Refusal::invalid_client(
            "The client is not authorized to use the requested scope",
        ));
    }
    let granted: &[&str] = if asked.is_empty() { &own } else { &asked };
    let granted = match fault {
        // The first scope goes. When it was the only one, the client has another instead: an answer
        // without `scope` would mean that everything was granted (RFC 6749 §5.1).
        Some(Fault::ScopeWithheld) if granted.len() == 1 => &["users:read"],
        Some(Fault::ScopeWithheld) => &granted[1..],
        _ => granted,
    };
    Ok(granted.iter().map(|scope| (*scope).to_owned()).collect())
}
