//! What the server beside Talkdesk says about itself (RFC 8414, `OpenID` Connect Discovery §3).

use hyper::StatusCode;
use proofkey_core::provider::SigningAlgorithm;
use serde_json::{Value, json};

use crate::account::{Account, COMPLETE_SCOPES};
use crate::call::Call;
use crate::fault::Fault;
use crate::host;
use crate::module::Defect;
use crate::reply::Reply;

/// Answers a request for the metadata of `account`'s server.
pub(crate) fn answer(call: &Call<'_>, account: &Account) -> Reply {
    Reply::json(StatusCode::OK, &metadata(call, account))
}

fn metadata(call: &Call<'_>, account: &Account) -> Value {
    let (issuer, defect) = (account.issuer(), call.defect());
    let keys = match defect {
        Defect::KeysElsewhere => call.keys().elsewhere(),
        _ => "/jwks",
    };
    let token = match call.fault {
        Some(Fault::TokenEndpointMoved) => {
            format!("https://{}/token", host::api(account.region))
        }
        _ => format!("{issuer}/token"),
    };
    let algorithms: &[&str] = match defect {
        Defect::AlternateAlgorithm => &["ES256"],
        _ => &["ES256", "RS256"],
    };
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": token,
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
        "jwks_uri": format!("{issuer}{keys}"),
        "scopes_supported": COMPLETE_SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": defect == Defect::PushedRequestsRequired,
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "name", "email"],
    });
    authentication(&mut metadata, "token", defect);
    // The suite's own server publishes none, and counts every request after a defect as a failure.
    if !matches!(call.fault, Some(Fault::Module(_))) {
        metadata["revocation_endpoint"] = format!("{issuer}/revoke").into();
        authentication(&mut metadata, "revocation", defect);
    }
    if defect == Defect::MetadataIssuerAltered {
        metadata["issuer"] = format!("{issuer}1").into();
    }
    match call.fault {
        Some(Fault::PkcePlainOnly) => {
            metadata["code_challenge_methods_supported"] = json!(["plain"]);
        }
        Some(Fault::PkceUnlisted) => {
            if let Some(members) = metadata.as_object_mut() {
                members.remove("code_challenge_methods_supported");
            }
        }
        Some(Fault::ResponseIssuerUnannounced) => {
            metadata["authorization_response_iss_parameter_supported"] = false.into();
        }
        _ => {}
    }
    metadata
}

/// How clients prove themselves at `endpoint`, and what those that sign may sign with (RFC 8414 §2).
fn authentication(metadata: &mut Value, endpoint: &str, defect: Defect) {
    let methods = format!("{endpoint}_endpoint_auth_methods_supported");
    if defect == Defect::BasicOnly {
        metadata[methods] = json!(["client_secret_basic"]);
        return;
    }
    metadata[methods] = json!([
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "client_secret_jwt",
    ]);
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::name);
    let algorithms: Vec<&str> = algorithms.into_iter().chain(["HS256"]).collect();
    metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")] = json!(algorithms);
}
