//! The practice API: the calls that prove a token, with Talkdesk's answers and error bodies.

use hyper::StatusCode;
use hyper::header::{ALLOW, AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};

use crate::access_token::Granted;
use crate::account::Account;
use crate::fault::Fault;
use crate::record::Record;
use crate::reply::Reply;

/// A list that can be read with one scope, and the error codes of its family.
struct Listing {
    path: &'static str,
    name: &'static str,
    scope: &'static str,
}

const LISTINGS: [Listing; 5] = [
    Listing {
        path: "/users",
        name: "users",
        scope: "users:read",
    },
    Listing {
        path: "/ring-groups",
        name: "ring_groups",
        scope: "ring-groups:read",
    },
    Listing {
        path: "/prompts",
        name: "prompts",
        scope: "prompts:read",
    },
    Listing {
        path: "/contacts",
        name: "contacts",
        scope: "contacts:read",
    },
    Listing {
        path: "/data/reports/calls/jobs",
        name: "jobs",
        scope: "data-reports:read",
    },
];

/// The access token of a request, when it comes as RFC 6750 §2.1 says.
pub(crate) fn bearer_token(request: &Record) -> Option<&str> {
    let (scheme, token) = request.header(AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
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
        ("/users/me", _) => (None, "0070010", "0070011"),
        (_, Some(listing)) => (Some(listing.scope), "0070010", "0070011"),
        _ => return Reply::api_error(StatusCode::NOT_FOUND, "0000404", "Resource not found"),
    };
    let Some(granted) = granted
        .filter(|granted| granted.account.region == region)
        .filter(|_| fault != Some(Fault::ApiUnauthorized))
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
        // Client credentials have no user.
        None => Reply::api_error(
            StatusCode::BAD_REQUEST,
            "0040001",
            "The token has no user context",
        ),
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

/// 24 hexadecimal digits, as Talkdesk's ids have; the same for the same name and number.
fn identifier(name: &str, number: u8) -> String {
    let seed = name
        .bytes()
        .take(11)
        .fold(0_u128, |seed, byte| seed << 8 | u128::from(byte));
    format!("{:024x}", seed << 8 | u128::from(number))
}
