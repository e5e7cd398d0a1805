//! The practice API: the calls that prove a token, with Talkdesk's answers and error bodies.

use hyper::StatusCode;
use hyper::header::{ALLOW, AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::access_token::Granted;
use crate::account::Account;
use crate::approval::Approval;
use crate::fault::Fault;
use crate::module::Defect;
use crate::person::identifier;
use crate::record::Record;
use crate::reply::Reply;
use crate::service_token;

/// A list that can be read with one scope, and the error codes of its family.
struct Listing {
    path: &'static str,
    /// Whether it takes service tokens, which only some APIs do.
    service_tokens: bool,
    name: &'static str,
    scope: &'static str,
}

const LISTINGS: [Listing; 5] = [
    Listing {
        path: "/users",
        service_tokens: true,
        name: "users",
        scope: "users:read",
    },
    Listing {
        path: "/ring-groups",
        service_tokens: true,
        name: "ring_groups",
        scope: "ring-groups:read",
    },
    Listing {
        path: "/prompts",
        service_tokens: false,
        name: "prompts",
        scope: "prompts:read",
    },
    Listing {
        path: "/contacts",
        service_tokens: true,
        name: "contacts",
        scope: "contacts:read",
    },
    Listing {
        path: "/data/reports/calls/jobs",
        service_tokens: false,
        name: "jobs",
        scope: "data-reports:read",
    },
];

/// The access token of a request, when it comes as RFC 6750 §2.1 says; a service token stands alone.
pub(crate) fn presented(request: &Record) -> Option<&str> {
    let value = request.header(AUTHORIZATION.as_str())?;
    if value.starts_with(service_token::PREFIX) {
        return Some(value);
    }
    let (scheme, token) = value.split_once(' ')?;
    let usual = scheme.eq_ignore_ascii_case("bearer") && !token.starts_with(service_token::PREFIX);
    usual.then_some(token)
}

/// Answers one API call in `region`. `granted` is `None` when there was no valid token.
pub(crate) fn answer(
    request: &Record,
    region: &str,
    granted: Option<&Granted>,
    fault: Option<Fault>,
) -> Reply {
    if request.method != "GET" {
        return Reply::api_error(
            StatusCode::METHOD_NOT_ALLOWED,
            "0000405",
            "Method not allowed",
        )
        .with(ALLOW, HeaderValue::from_static("GET"));
    }
    let listing = LISTINGS.iter().find(|listing| listing.path == request.path);
    let (scope, unauthorized, forbidden) = match (request.path.as_str(), listing) {
        ("/account", _) => (Some("account:read"), "0060001", "0060002"),
        // Without a user the scope is of no importance: that is said first.
        ("/users/me", _) => {
            let needed = granted.is_some_and(|granted| granted.approval.is_some());
            (needed.then_some("openid"), "0070010", "0070011")
        }
        (_, Some(listing)) => (Some(listing.scope), "0070010", "0070011"),
        _ => return Reply::api_error(StatusCode::NOT_FOUND, "0000404", "Resource not found"),
    };
    let Some(granted) = granted
        .filter(|granted| granted.account.region == region)
        .filter(|granted| !granted.service || listing.is_none_or(|it| it.service_tokens))
        .filter(|_| fault != Some(Fault::ApiUnauthorized))
        .filter(|_| fault.map(Fault::defect) != Some(Defect::ApiUnauthorized))
    else {
        return Reply::api_error(StatusCode::UNAUTHORIZED, unauthorized, "Unauthorized");
    };
    let allowed = scope.is_none_or(|scope| granted.scopes.iter().any(|held| held == scope));
    if !allowed || fault == Some(Fault::ApiForbidden) {
        return Reply::api_error(
            StatusCode::FORBIDDEN,
            forbidden,
            "Insufficient permissions to access the resource",
        );
    }
    match listing {
        Some(listing) => Reply::json(StatusCode::OK, &list(listing, granted.account)),
        None if request.path == "/account" => {
            Reply::json(StatusCode::OK, &account(granted.account, fault))
        }
        None => user(granted, fault),
    }
}

/// The userinfo endpoint of the server beside Talkdesk (`OpenID` Connect Core §5.3): claims by scope.
pub(crate) fn userinfo(granted: Option<&Granted>, defect: Defect) -> Reply {
    let approved = granted
        .filter(|_| defect != Defect::ApiUnauthorized)
        .and_then(|granted| Some((granted, granted.approval.as_ref()?)));
    let Some((granted, approval)) =
        approved.filter(|(granted, _)| granted.scopes.iter().any(|scope| scope == "openid"))
    else {
        let body =
            json!({ "error": "invalid_token", "error_description": "No access for a person" });
        return Reply::json(StatusCode::UNAUTHORIZED, &body).with(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_token\""),
        );
    };
    let has = |scope: &str| granted.scopes.iter().any(|held| held == scope);
    let mut claims = json!({ "sub": subject(granted, approval, defect) });
    if has("profile") {
        claims["name"] = approval.person.name.into();
    }
    if has("email") {
        claims["email"] = approval.person.email(granted.account).into();
        claims["email_verified"] = true.into();
    }
    Reply::json(StatusCode::OK, &claims)
}

/// `/users/me`. Client credentials have no user.
fn user(granted: &Granted, fault: Option<Fault>) -> Reply {
    let Some(approval) = &granted.approval else {
        return Reply::api_error(
            StatusCode::BAD_REQUEST,
            "0040001",
            "The token has no user context",
        );
    };
    let person = approval.person;
    let defect = fault.map_or(Defect::None, Fault::defect);
    Reply::json(
        StatusCode::OK,
        &json!({
            "sub": subject(granted, approval, defect),
            "id": person.subject(granted.account),
            "name": person.name,
            "email": person.email(granted.account),
        }),
    )
}

fn subject(granted: &Granted, approval: &Approval, defect: Defect) -> String {
    let subject = approval.person.subject(granted.account);
    match defect {
        Defect::UserinfoSubjectAltered => subject + "1",
        _ => subject,
    }
}

fn account(account: &Account, fault: Option<Fault>) -> Value {
    let (name, company) = if fault == Some(Fault::OtherAccount) {
        ("contoso", "Contoso")
    } else {
        (account.name, account.company)
    };
    json!({
        "id": identifier(name, 0),
        "name": name,
        "company_name": company,
        "timezone": "Etc/UTC",
        "created_at": "2024-02-29T09:30:00.000Z",
        "_links": { "self": { "href": "/account" } },
    })
}

fn list(listing: &Listing, account: &Account) -> Value {
    let entries: Vec<Value> = ["Ada", "Grace"]
        .into_iter()
        .zip(1..)
        .map(|(name, number)| {
            json!({
                "id": identifier(account.name, number),
                "name": format!("{name} ({})", account.company),
            })
        })
        .collect();
    json!({
        "total": entries.len(),
        "count": entries.len(),
        "page": 1,
        "per_page": 50,
        "_embedded": { listing.name: entries },
        "_links": { "self": { "href": listing.path } },
    })
}
