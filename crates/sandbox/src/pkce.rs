//! The server's half of PKCE (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whether `verifier` is what `challenge` was made of with S256 (RFC 7636 §4.6). A verifier without a
/// challenge fits nothing (RFC 9700 §4.8.2).
pub(crate) fn fits(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            is_well_formed(verifier)
                && URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) == challenge
        }
        _ => false,
    }
}

/// RFC 7636 §4.1, which holds for a challenge too (§4.2).
pub(crate) fn is_well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_fits_and_nothing_else_does() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(fits(Some(challenge), Some(verifier)));
        assert!(!fits(Some(challenge), Some(challenge)));
        assert!(!fits(Some(challenge), None));
        assert!(!fits(None, Some(verifier)));
        assert!(fits(None, None));
    }
}
