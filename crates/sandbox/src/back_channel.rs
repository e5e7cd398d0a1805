//! Pushed authorization requests (RFC 9126) and revocation (RFC 7009): what a client tells the server
//! without a browser, beside the token endpoint.

use hyper::StatusCode;
use serde_json::json;

use crate::authorization_request;
use crate::call::Call;
use crate::fault::Fault;
use crate::refusal::Refusal;
use crate::reply::Reply;

const LIFETIME_SECONDS: u32 = 60;

/// Answers a pushed request with the address that stands for it.
pub(crate) fn push(call: &Call<'_>) -> Result<Reply, Refusal> {
    let form = call.form()?;
    let client = call.client(&form)?;
    // RFC 9126 §2.1.
    if form.has("request_uri") {
        return Err(Refusal::invalid_request(
            "A pushed request has no request_uri in it",
        ));
    }
    let request =
        authorization_request::read(&form, client.account, call).map_err(|rejection| {
            let mistake = rejection.mistake();
            Refusal::bad_request(mistake.error, mistake.description)
        })?;
    let uri = format!(
        "urn:ietf:params:oauth:request_uri:{}",
        call.keys().random_text()?
    );
    call.approvals.push(uri.clone(), request, call.now);
    let body = json!({ "request_uri": uri, "expires_in": LIFETIME_SECONDS });
    Ok(Reply::json(StatusCode::CREATED, &body).unstored())
}

/// Ends a refresh token with all that came of it, or one access token. A token that is not known is
/// as good as revoked (RFC 7009 §2.2).
pub(crate) fn revoke(call: &Call<'_>) -> Result<Reply, Refusal> {
    let form = call.form()?;
    let client = call.client(&form)?;
    if call.has(Fault::RevocationUnavailable) {
        return Ok(Reply::text(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is down for maintenance\n",
        ));
    }
    let token = form
        .value("token")
        .ok_or(Refusal::invalid_request("The token is missing"))?;
    if !call.approvals.revoke(token, &client) {
        let own = call.issuer.granted(token, call.now);
        if own.is_some_and(|granted| granted.client_id == client.id) {
            call.issuer.revoke(token);
        }
    }
    call.approvals.count_revocation();
    Ok(Reply::text(StatusCode::OK, "").unstored())
}
