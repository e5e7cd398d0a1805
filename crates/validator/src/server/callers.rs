//! Who may call, where not everybody may (rule L1).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use proofkey_core::Secret;
use rustls::server::danger::ClientCertVerifier;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::names::only;

/// What a caller has to show. Kept as digests: a comparison of digests takes as long for a near miss as
/// for anything else, and the words themselves are forgotten.
#[derive(Default)]
pub struct Callers {
    bearer: Vec<[u8; 32]>,
    basic: Vec<[u8; 32]>,
    certificate: Option<Arc<dyn ClientCertVerifier>>,
}

impl Callers {
    /// Adds a word for `Authorization: Bearer` (RFC 6750 §2.1).
    pub fn add_bearer(&mut self, token: &Secret) {
        self.bearer.push(digest(token.expose().as_bytes()));
    }

    /// Adds "user:password" for `Authorization: Basic` (RFC 7617).
    pub fn add_basic(&mut self, pair: &Secret) {
        self.basic.push(digest(pair.expose().as_bytes()));
    }

    /// Callers show a certificate that `verifier` finds right: in the handshake, which has to ask for it, and
    /// at every request, since settings change while connections last.
    pub fn demand_certificate(&mut self, verifier: Arc<dyn ClientCertVerifier>) {
        self.certificate = Some(verifier);
    }

    /// Who judges the certificates of callers, where they have to show one.
    pub fn certificate(&self) -> Option<&Arc<dyn ClientCertVerifier>> {
        self.certificate.as_ref()
    }

    /// Whether callers are told apart from strangers at all.
    pub fn is_asked(&self) -> bool {
        self.certificate.is_some() || self.asks_for_word()
    }

    fn asks_for_word(&self) -> bool {
        !self.bearer.is_empty() || !self.basic.is_empty()
    }

    /// Whether a request has a word that is known, where one is asked for. Certificates are the
    /// connection's to show.
    pub(super) fn know(&self, headers: &HeaderMap) -> bool {
        if !self.asks_for_word() {
            return true;
        }
        let Some((scheme, word)) =
            only(headers, &header::AUTHORIZATION).and_then(|it| it.split_once(' '))
        else {
            return false;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return is_one_of(&self.bearer, word.as_bytes());
        }
        let pair = STANDARD.decode(word).map(zeroize::Zeroizing::new);
        scheme.eq_ignore_ascii_case("basic") && pair.is_ok_and(|pair| is_one_of(&self.basic, &pair))
    }

    /// For `WWW-Authenticate` (RFC 9110 §11.6.1).
    pub(super) fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static(match (self.bearer.is_empty(), self.basic.is_empty()) {
            (false, false) => "Bearer, Basic realm=\"validator\"",
            (true, false) => "Basic realm=\"validator\"",
            (_, true) => "Bearer",
        })
    }
}

impl fmt::Debug for Callers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Callers")
            .field("bearer", &self.bearer.len())
            .field("basic", &self.basic.len())
            .field("certificate", &self.certificate.is_some())
            .finish()
    }
}

fn digest(word: &[u8]) -> [u8; 32] {
    Sha256::digest(word).into()
}

/// All are compared, whichever fits.
fn is_one_of(known: &[[u8; 32]], word: &[u8]) -> bool {
    let word = digest(word);
    let fits = known
        .iter()
        .fold(Choice::from(0), |fits, one| fits | one.ct_eq(&word));
    fits.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(callers: &Callers, values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().expect("a value"));
        }
        callers.know(&headers)
    }

    #[test]
    fn a_caller_is_known_by_one_of_its_words_and_by_nothing_near_it() {
        let mut callers = Callers::default();
        assert!(knows(&callers, &[]) && !callers.is_asked());
        for token in ["first-word", "second-word"] {
            callers.add_bearer(&Secret::new(token.to_owned()));
        }
        callers.add_basic(&Secret::new("desk:pass:word".to_owned()));
        assert!(callers.is_asked());
        for value in [
            "Bearer first-word",
            "bearer second-word",
            "Basic ZGVzazpwYXNzOndvcmQ=",
        ] {
            assert!(knows(&callers, &[value]), "{value}");
        }
        for values in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Bearer first-wor"],
            &["Bearer first-word "],
            &["Bearer  first-word"],
            &["Bearer FIRST-WORD"],
            &["Basic first-word"],
            &["Basic ZGVzazpwYXNzOndvcmQ"],
            &["Bearer desk:pass:word"],
            &["Bearer first-word", "Bearer first-word"],
        ] {
            assert!(!knows(&callers, values), "{values:?}");
        }
    }

    #[test]
    fn no_word_can_be_printed() {
        let mut callers = Callers::default();
        callers.add_bearer(&Secret::new("first-word".to_owned()));
        assert!(!format!("{callers:?}").contains("first"));
    }
}
