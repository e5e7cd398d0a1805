//! The pages where a person signs in and approves (RFC 6749 §3.1), without any script.

use hyper::StatusCode;
use hyper::header::{ALLOW, HeaderValue, LOCATION};

use crate::authorization_request::{
    self, AuthorizationRequest, Mistake, Parameters, Rejection, registered,
};
use crate::call::Call;
use crate::fault::Fault;
use crate::module::Defect;
use crate::pages;
use crate::person::{self, Person};
use crate::reply::Reply;

/// Answers a browser: GET brings the request, POST what the person entered.
pub(crate) fn answer(call: &Call<'_>) -> Reply {
    match call.request.method.as_str() {
        "GET" => begin(call).unwrap_or_else(|rejection| rejected(call, rejection)),
        "POST" => go_on(call).unwrap_or_else(|| {
            let text = "This page is no longer valid. Go back to the program that sent you here, and \
                        start again there.";
            page(StatusCode::BAD_REQUEST, pages::notice("This page is over", text))
        }),
        _ => Reply::text(StatusCode::METHOD_NOT_ALLOWED, "Use a browser\n")
            .with(ALLOW, HeaderValue::from_static("GET, POST")),
    }
}

fn begin(call: &Call<'_>) -> Result<Reply, Rejection> {
    let request = requested(call)?;
    if call.has(Fault::AuthorizationErrorPage) {
        let text = "The sign-in page could not be shown. Try again later.";
        return Ok(page(
            StatusCode::INTERNAL_SERVER_ERROR,
            pages::notice("Something went wrong", text),
        ));
    }
    if call.has(Fault::AuthorizationServerError) {
        let mistake = Mistake {
            error: "server_error",
            description: "The server met an unexpected condition",
        };
        return Ok(failed(call, &request, mistake));
    }
    let Ok(name) = call.keys().random_text() else {
        return Err(Rejection::stay("server_error", "No page could be opened"));
    };
    let shown = pages::login(&request, &name, None);
    call.approvals.open_page(name, request, call.now);
    Ok(page(StatusCode::OK, shown))
}

/// The request of the address, or the one that was pushed before (RFC 9126 §4).
fn requested(call: &Call<'_>) -> Result<AuthorizationRequest, Rejection> {
    let unknown = Rejection::stay("invalid_client", "No client of that name lives here");
    let account = call.account.ok_or(unknown)?;
    let query = call.request.query.as_deref().unwrap_or_default();
    let parameters = Parameters::read(query.as_bytes());
    let Some(uri) = parameters.value("request_uri") else {
        let request = authorization_request::read(&parameters, account, call)?;
        if call.defect() == Defect::PushedRequestsRequired {
            return Err(Rejection::Return {
                redirect_uri: request.redirect_uri,
                state: request.state,
                mistake: Mistake {
                    error: "invalid_request",
                    description: "The request must be pushed first",
                },
            });
        }
        return Ok(request);
    };
    // FAPI 2.0: the browser's address has nothing else in it.
    let client_id = parameters.value("client_id");
    if parameters.len() != 2 || !call.clients.knows(account, client_id, call.now) {
        return Err(Rejection::stay(
            "invalid_request",
            "A pushed request comes with client_id and request_uri alone",
        ));
    }
    call.approvals
        .pushed(uri, call.now)
        .filter(|request| std::ptr::eq(request.account, account))
        .filter(|request| Some(request.client_id.as_str()) == client_id)
        .ok_or(Rejection::stay(
            "invalid_request",
            "The pushed request is not known, is over, or was used before",
        ))
}

fn rejected(call: &Call<'_>, rejection: Rejection) -> Reply {
    match rejection {
        Rejection::Stay(mistake) => {
            let status = match mistake.error {
                "invalid_client" => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            let listed = match mistake.error {
                "invalid_grant" => registered(call.fault),
                _ => Vec::new(),
            };
            page(status, pages::oauth_error(mistake, &listed))
        }
        Rejection::Return {
            redirect_uri,
            state,
            mistake,
        } => sent_back(call, &redirect_uri, state, &error_members(mistake)),
    }
}

/// `None` when the page is not known, or the form makes no sense on it.
fn go_on(call: &Call<'_>) -> Option<Reply> {
    let form = call.form().ok()?;
    let name = form.value("page")?;
    let (request, signed_in) = call.approvals.page(name, call.now)?;
    // A page of another account's server.
    if !call
        .account
        .is_some_and(|account| std::ptr::eq(account, request.account))
    {
        return None;
    }
    match (form.value("decision"), signed_in) {
        (Some("approve"), Some(person)) => Some(decided(call, name, request, person)),
        (Some("deny"), _) => Some(denied(call, name, &request)),
        (None, _) => Some(signed_in_as(call, name, &request, &form)),
        _ => None,
    }
}

fn signed_in_as(
    call: &Call<'_>,
    name: &str,
    request: &AuthorizationRequest,
    form: &Parameters,
) -> Reply {
    let email = form.value("email").unwrap_or_default();
    let password = form.value("password").unwrap_or_default();
    let Some(person) = person::signing_in(request.account, email, password) else {
        return page(StatusCode::OK, pages::login(request, name, Some(email)));
    };
    call.approvals.sign_in(name, person);
    page(StatusCode::OK, pages::consent(request, name, person))
}

fn decided(
    call: &Call<'_>,
    name: &str,
    request: AuthorizationRequest,
    person: &'static Person,
) -> Reply {
    if call.has(Fault::ConsentDenied) {
        return denied(call, name, &request);
    }
    call.approvals.close_page(name, false);
    if call.has(Fault::ResponseWithoutCode) {
        return sent_back(call, &request.redirect_uri, request.state, &[]);
    }
    let Ok(code) = call.keys().random_text() else {
        let mistake = Mistake {
            error: "server_error",
            description: "No code could be made",
        };
        return failed(call, &request, mistake);
    };
    let (redirect_uri, state) = (request.redirect_uri.clone(), request.state.clone());
    let scopes = approved_scopes(&request, call.fault);
    call.approvals
        .approve(code.clone(), request, scopes, person, call.now);
    sent_back(call, &redirect_uri, state, &[("code", &code)])
}

fn denied(call: &Call<'_>, name: &str, request: &AuthorizationRequest) -> Reply {
    call.approvals.close_page(name, true);
    let mistake = Mistake {
        error: "access_denied",
        description: "The person denied the request",
    };
    failed(call, request, mistake)
}

/// What was asked for, or one scope of the API less or more.
fn approved_scopes(request: &AuthorizationRequest, fault: Option<Fault>) -> Vec<String> {
    let mut scopes = request.scopes.clone();
    match fault {
        Some(Fault::ScopeWithheld) => {
            if let Some(first) = scopes.iter().position(|scope| scope.contains(':')) {
                scopes.remove(first);
            }
        }
        Some(Fault::ScopeAdded) => scopes.push("recordings:read".to_owned()),
        _ => {}
    }
    scopes
}

fn failed(call: &Call<'_>, request: &AuthorizationRequest, mistake: Mistake) -> Reply {
    let state = request.state.clone();
    sent_back(call, &request.redirect_uri, state, &error_members(mistake))
}

fn error_members(mistake: Mistake) -> [(&'static str, &'static str); 2] {
    [
        ("error", mistake.error),
        ("error_description", mistake.description),
    ]
}

/// RFC 6749 §4.1.2 and RFC 9207: back to the client, with `state` and `iss` as the server has them.
fn sent_back(
    call: &Call<'_>,
    redirect_uri: &str,
    state: Option<String>,
    members: &[(&str, &str)],
) -> Reply {
    let state = match call.defect() {
        Defect::StateRemoved => None,
        Defect::StateAltered => state.map(|state| state + "1"),
        _ => state,
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(members);
    if let Some(state) = state {
        query.append_pair("state", &state);
    }
    if let Some(issuer) = response_issuer(call) {
        query.append_pair("iss", &issuer);
    }
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let location = format!("{redirect_uri}{separator}{}", query.finish());
    match HeaderValue::from_str(&location) {
        Ok(location) => Reply::text(StatusCode::SEE_OTHER, "Back to the program\n")
            .unstored()
            .with(LOCATION, location),
        Err(_) => Reply::text(StatusCode::BAD_REQUEST, "The redirect URI cannot be sent\n"),
    }
}

/// The server beside Talkdesk names itself in every response; Talkdesk never does.
fn response_issuer(call: &Call<'_>) -> Option<String> {
    let account = call.account?;
    match call.defect() {
        Defect::ResponseIssuerAltered => Some(account.issuer() + "1"),
        Defect::ResponseIssuerRemoved => None,
        _ if account.is_complete() || call.has(Fault::ResponseIssuerUnannounced) => {
            Some(account.issuer())
        }
        _ => None,
    }
}

fn page(status: StatusCode, html: String) -> Reply {
    Reply::html(status, html).unstored().for_people()
}
