//! The header of an ID token (RFC 7515 §4).

use serde_json::{Map, Value};

use super::{IdTokenError, SignatureAlgorithm, malformed};
use crate::wording::clean;

/// Members that bring or fetch a key of the sender's own choice, demand what is not understood here,
/// or swell (rule F5). Certificates (`x5c`, `x5t`) are hints and are not looked at.
const REFUSED: [&str; 7] = ["jku", "x5u", "jwk", "crit", "zip", "enc", "b64"];

/// Longer key names are no names.
const LONGEST_KID: usize = 512;

pub(super) struct Header {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) kid: Option<String>,
}

/// The algorithm must be one of `algorithms`: what the token says of itself never widens that.
pub(super) fn read(
    members: &Map<String, Value>,
    algorithms: &[SignatureAlgorithm],
) -> Result<Header, IdTokenError> {
    if let Some(name) = REFUSED.iter().find(|name| members.contains_key(**name)) {
        return Err(IdTokenError::Header {
            name: (*name).to_owned(),
        });
    }
    let name = match members.get("alg") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(malformed("alg is not text")),
        None => return Err(malformed("its header has no alg")),
    };
    let algorithm = SignatureAlgorithm::from_name(name)
        .filter(|algorithm| algorithms.contains(algorithm))
        .ok_or_else(|| IdTokenError::Algorithm {
            found: clean(name, 40),
        })?;
    match members.get("typ") {
        None => {}
        Some(Value::String(found)) if is_jwt(found) => {}
        Some(Value::String(found)) => {
            return Err(IdTokenError::Type {
                found: clean(found, 40),
            });
        }
        Some(_) => return Err(malformed("typ is not text")),
    }
    let kid = match members.get("kid") {
        None => None,
        Some(Value::String(kid)) if kid.len() <= LONGEST_KID => Some(kid.clone()),
        Some(_) => return Err(malformed("kid is not a short text")),
    };
    Ok(Header { algorithm, kid })
}

/// RFC 7519 §5.1, with RFC 7515 §4.1.9's optional beginning.
fn is_jwt(found: &str) -> bool {
    found.eq_ignore_ascii_case("JWT") || found.eq_ignore_ascii_case("application/jwt")
}
