//! Tokens for what a person approved: codes (RFC 6749 §4.1.3) and refresh tokens (§6).

use std::sync::Arc;

use hyper::StatusCode;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::access_token::Granted;
use crate::account::Account;
use crate::approval::{Approval, Redemption};
use crate::authorization_request::Parameters;
use crate::call::Call;
use crate::clients::Client;
use crate::fault::Fault;
use crate::id_token;
use crate::module::Defect;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// Answers a request with a code.
pub(crate) fn redeem(
    call: &Call<'_>,
    client: &Client,
    form: &Parameters,
) -> Result<Reply, Refusal> {
    let code = form
        .value("code")
        .ok_or(Refusal::invalid_request("The code is missing"))?;
    let attempt = Redemption {
        client,
        code,
        redirect_uri: form.value("redirect_uri"),
        verifier: form.value("code_verifier"),
        pkce_ignored: call.has(Fault::PkceIgnored),
    };
    let approval = call
        .approvals
        .redeem(&attempt, call.now)
        .map_err(Refusal::invalid_grant)?;
    if call.has(Fault::CodeRefused) {
        return Err(Refusal::invalid_grant(
            "The authorization code is not valid",
        ));
    }
    let mut reply = access_token(call, &approval, approval.scopes.clone())?;
    if issues_refresh_tokens(call, &approval) {
        reply.insert(
            "refresh_token".into(),
            refresh_token(call, &approval)?.into(),
        );
    }
    if approval.scopes.iter().any(|scope| scope == "openid") {
        let token = id_token::of_code(call, &approval, text(&reply, "access_token"))?;
        reply.insert("id_token".into(), token.into());
    }
    session(client.account, &approval, &mut reply);
    Ok(Reply::json(StatusCode::OK, &Value::Object(reply)).unstored())
}

/// Answers a request with a refresh token: it is spent, and a new one comes with the reply.
pub(crate) fn refresh(
    call: &Call<'_>,
    client: &Client,
    form: &Parameters,
) -> Result<Reply, Refusal> {
    let token = form.value("refresh_token").ok_or(Refusal {
        status: StatusCode::UNAUTHORIZED,
        error: "unauthorized",
        description: "No refresh token specified",
    })?;
    if call.has(Fault::RefreshUnavailable) {
        return Ok(Reply::text(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is down for maintenance\n",
        ));
    }
    if call.has(Fault::RefreshRefused) {
        return Err(Refusal::invalid_grant("The refresh token was revoked"));
    }
    let rotate = !call.has(Fault::RefreshTokenKept);
    let approval = call
        .approvals
        .refresh(token, client, rotate)
        .map_err(Refusal::invalid_grant)?;
    let scopes = narrowed(form.value("scope"), &approval)?;
    let mut reply = access_token(call, &approval, scopes)?;
    if rotate {
        reply.insert(
            "refresh_token".into(),
            refresh_token(call, &approval)?.into(),
        );
    }
    // OpenID Connect Core §12.2 leaves it open; Talkdesk documents one with the code alone.
    if client.account.is_complete() && approval.scopes.iter().any(|scope| scope == "openid") {
        let token = id_token::of_refresh(call, &approval, text(&reply, "access_token"))?;
        reply.insert("id_token".into(), token.into());
    }
    session(client.account, &approval, &mut reply);
    Ok(Reply::json(StatusCode::OK, &Value::Object(reply)).unstored())
}

fn access_token(
    call: &Call<'_>,
    approval: &Arc<Approval>,
    scopes: Vec<String>,
) -> Result<Map<String, Value>, Refusal> {
    let token_type = match call.defect() {
        Defect::TokenTypeCase => "bEARER",
        _ => "Bearer",
    };
    let mut reply = Map::new();
    reply.insert("token_type".into(), token_type.into());
    reply.insert("scope".into(), scopes.join(" ").into());
    if call.defect() != Defect::LifetimeRemoved {
        reply.insert("expires_in".into(), call.lifetime().into());
    }
    let granted = Granted {
        account: approval.account,
        client_id: approval.client_id.clone(),
        scopes,
        approval: Some(approval.clone()),
        service: false,
        since: call.now,
        until: call.now + SignedDuration::from_secs(call.lifetime().into()),
    };
    let token = call.issuer.issue(granted)?;
    reply.insert("access_token".into(), token.into());
    Ok(reply)
}

fn refresh_token(call: &Call<'_>, approval: &Arc<Approval>) -> Result<String, Refusal> {
    let token = call.keys().random_text()?;
    call.approvals.remember(token.clone(), approval);
    Ok(token)
}

fn issues_refresh_tokens(call: &Call<'_>, approval: &Approval) -> bool {
    let asked = approval.account.refresh_scope();
    !call.has(Fault::RefreshTokenWithheld) && approval.scopes.iter().any(|scope| scope == asked)
}

/// RFC 6749 §6: the same scopes or fewer.
fn narrowed(asked: Option<&str>, approval: &Approval) -> Result<Vec<String>, Refusal> {
    let Some(asked) = asked else {
        return Ok(approval.scopes.clone());
    };
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if asked.iter().all(|scope| approval.scopes.contains(scope)) {
        return Ok(asked);
    }
    Err(Refusal::bad_request(
        "invalid_scope",
        "The requested scope exceeds what was approved",
    ))
}

/// Talkdesk's own member, which stays the same as long as the approval does.
fn session(account: &Account, approval: &Approval, reply: &mut Map<String, Value>) {
    if !account.is_complete() {
        reply.insert("sid".into(), approval.session().into());
    }
}

fn text<'a>(reply: &'a Map<String, Value>, member: &str) -> &'a str {
    reply
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
