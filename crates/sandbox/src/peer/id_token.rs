//! ID tokens (OpenID Connect Core §2), and the keys that they are proven with.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use serde_json::json;

use super::ledger::Approval;
use super::world::{PERSON, PeerWorld};
use crate::keys::{Algorithm, IssueError};
use crate::module::Defect;
use crate::reply::Reply;

const LIFETIME_SECONDS: i64 = 600;

pub(crate) fn made(
    world: &PeerWorld,
    approval: &Approval,
    access_token: &str,
    nonce: Option<&str>,
) -> Result<String, IssueError> {
    let now = world.now_there().as_second();
    let hash = digest(&SHA256, access_token.as_bytes());
    let mut claims = json!({
        "iss": world.issuer(),
        "sub": PERSON.subject,
        "name": PERSON.name,
        "email": PERSON.email,
        "aud": world.plan.client_id,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "auth_time": approval.at.as_second(),
        // OpenID Connect Core §3.1.3.6: the left half of the hash.
        "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]),
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    let algorithm = if uses_rsa(world) {
        Algorithm::Rs256
    } else {
        Algorithm::Es256
    };
    world.keys.sign(algorithm, true, &claims)
}

/// RFC 7517.
pub(crate) fn jwks(world: &PeerWorld) -> Reply {
    let defect = if uses_rsa(world) {
        Defect::SignedRs256
    } else {
        Defect::None
    };
    match world.keys.jwks(defect, false) {
        Ok(keys) => Reply::json(StatusCode::OK, &keys),
        Err(_) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "No keys\n"),
    }
}

/// RS256 is the default of OpenID Connect Discovery §3.
fn uses_rsa(world: &PeerWorld) -> bool {
    let grant = world.plan.provider.authorization_code.as_ref();
    let first = grant.and_then(|grant| grant.id_token_algorithms.first());
    first.is_none_or(|algorithm| algorithm == "RS256")
}
