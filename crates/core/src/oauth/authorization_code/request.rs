//! The authorization request (RFC 6749 §4.1.1).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;
use zeroize::Zeroizing;

use super::pending::{IssuerRule, PendingAuthorization};
use crate::error::{Code, Problem};
use crate::oauth::client::check_scopes;
use crate::ports::Entropy;
use crate::secret::Secret;
use crate::system::address::names_loopback;

/// 256 bits: of a state, a nonce and a code verifier, which is 43 characters then (RFC 7636 §4.1).
const RANDOM_BYTES: usize = 32;

/// Everything that must be settled before a request is written (rule A14).
pub struct Settled<'a> {
    pub authorization_url: &'a Url,
    /// Where the code will go, and nowhere else (rule C7).
    pub token_url: &'a Url,
    pub client_id: &'a Secret,
    /// As the listener is bound, or as the person registered it.
    pub redirect_uri: &'a str,
    /// Empty asks for what the server gives by default.
    pub scopes: &'a [String],
    pub separator: &'a str,
    /// Further parameters, from the provider's file only.
    pub parameters: &'a BTreeMap<String, String>,
    pub issuer: IssuerRule,
}

/// A request that is written and has not gone out yet. It cannot be copied: state, nonce and verifier
/// are for one approval.
pub struct AuthorizationRequest {
    endpoint: Url,
    /// In the order in which they are sent; `client_id` first.
    parameters: Vec<(String, Zeroizing<String>)>,
    pending: PendingAuthorization,
}

impl AuthorizationRequest {
    /// Writes a request with fresh state, code verifier, and a nonce when `openid` is asked for.
    ///
    /// `DraftInvalid` when the endpoint cannot be opened in a browser, when a parameter would stand in
    /// the request twice, or when a scope cannot be sent.
    pub fn new(settled: Settled<'_>, entropy: &dyn Entropy) -> Result<Self, Problem> {
        check_endpoint(settled.authorization_url)?;
        check_scopes(settled.scopes).map_err(Problem::from)?;
        let state = random(entropy);
        let verifier = random(entropy);
        let wants_identity = settled.scopes.iter().any(|scope| scope == "openid");
        let nonce = wants_identity.then(|| random(entropy));
        let nonce_text = nonce.as_ref().map(|nonce| nonce.as_str());
        let parameters = parameters(&settled, &state, nonce_text, &verifier);
        refuse_doubles(settled.authorization_url, &parameters)?;
        let pending = PendingAuthorization {
            state: secret(state),
            verifier: secret(verifier),
            nonce: nonce.map(secret),
            redirect_uri: settled.redirect_uri.to_owned(),
            token_url: settled.token_url.clone(),
            issuer: settled.issuer,
        };
        Ok(Self {
            endpoint: settled.authorization_url.clone(),
            parameters,
            pending,
        })
    }

    /// The address for the browser, with every parameter in it, and what recognizes the answer.
    pub fn into_url(self) -> (Url, PendingAuthorization) {
        let mut url = self.endpoint;
        url.query_pairs_mut().extend_pairs(
            self.parameters
                .iter()
                .map(|(name, value)| (name, value.as_str())),
        );
        (url, self.pending)
    }

    /// The parameters, for a request that is pushed (RFC 9126 §2.1).
    pub(in crate::oauth) fn parameters(&self) -> &[(String, Zeroizing<String>)] {
        &self.parameters
    }

    /// The address for the browser after the parameters were pushed: it names only what was pushed
    /// (RFC 9126 §4).
    pub(in crate::oauth) fn into_pushed_url(
        self,
        request_uri: &str,
    ) -> (Url, PendingAuthorization) {
        let mut url = self.endpoint;
        let client_id = self.parameters.iter().find(|(name, _)| name == "client_id");
        let client_id = client_id.map_or("", |(_, value)| value.as_str());
        url.query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("request_uri", request_uri);
        (url, self.pending)
    }
}

fn parameters(
    settled: &Settled<'_>,
    state: &str,
    nonce: Option<&str>,
    verifier: &str,
) -> Vec<(String, Zeroizing<String>)> {
    let verifier = PkceCodeVerifier::new(verifier.to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let scope = settled.scopes.join(settled.separator);
    let mut all = vec![
        ("client_id", settled.client_id.expose()),
        ("response_type", "code"),
        ("redirect_uri", settled.redirect_uri),
    ];
    if !scope.is_empty() {
        all.push(("scope", &scope));
    }
    all.push(("state", state));
    if let Some(nonce) = nonce {
        all.push(("nonce", nonce));
    }
    all.push(("code_challenge", challenge.as_str()));
    all.push(("code_challenge_method", challenge.method().as_str()));
    let further = settled.parameters.iter();
    all.extend(further.map(|(name, value)| (name.as_str(), value.as_str())));
    all.into_iter()
        .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
        .collect()
}

/// RFC 6749 §3.1: no fragment; and nothing that a browser must not be sent to (rule A2).
fn check_endpoint(url: &Url) -> Result<(), Problem> {
    let host = url.host_str().unwrap_or_default();
    let loopback = names_loopback(host.trim_start_matches('[').trim_end_matches(']'));
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if scheme && plain && !host.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::DraftInvalid,
        "The sign-in address of this connection is not one that a browser is sent to.",
        "It must be an https address without a user name and without a part behind a #. Correct the provider file.",
    ))
}

/// RFC 6749 §3.1: a parameter stands in a request once.
fn refuse_doubles(
    endpoint: &Url,
    parameters: &[(String, Zeroizing<String>)],
) -> Result<(), Problem> {
    let mut names: Vec<String> = endpoint
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    for (name, _) in parameters {
        if names.contains(name) {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "The sign-in request would hold {} twice.",
                    crate::wording::clean(name, 60)
                ),
                "Remove it from the sign-in address or from the parameters in the provider file.",
            ));
        }
        names.push(name.clone());
    }
    Ok(())
}

fn random(entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; RANDOM_BYTES]);
    entropy.fill(&mut bytes[..]);
    Zeroizing::new(URL_SAFE_NO_PAD.encode(&bytes[..]))
}

fn secret(mut text: Zeroizing<String>) -> Secret {
    Secret::new(std::mem::take(&mut *text))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::provider::ResponseIssuer;
    use crate::system::entropy::OsEntropy;

    /// The octets of RFC 7636 Appendix B.
    struct Rfc7636;

    impl Entropy for Rfc7636 {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&[
                116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22,
                212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
            ]);
        }
    }

    fn written(
        endpoint: &str,
        scopes: &[&str],
        parameters: &BTreeMap<String, String>,
        entropy: &dyn Entropy,
    ) -> Result<(Url, PendingAuthorization), Problem> {
        let url = Url::parse(endpoint).unwrap();
        let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        let settled = Settled {
            authorization_url: &url,
            token_url: &Url::parse("https://id.example/token").unwrap(),
            client_id: &Secret::new("client & co".to_owned()),
            redirect_uri: "http://127.0.0.1:49213/authorized/4f",
            scopes: &scopes,
            separator: " ",
            parameters,
            issuer: IssuerRule {
                expected: None,
                response: ResponseIssuer::Unknown,
            },
        };
        Ok(AuthorizationRequest::new(settled, entropy)?.into_url())
    }

    fn pairs(url: &Url) -> BTreeMap<String, String> {
        url.query_pairs().into_owned().collect()
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let (url, pending) = written(
            "https://id.example/authorize",
            &[],
            &BTreeMap::new(),
            &Rfc7636,
        )
        .unwrap();
        assert_eq!(
            pending.verifier.expose(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        let pairs = pairs(&url);
        assert_eq!(
            pairs["code_challenge"],
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_eq!(pairs["code_challenge_method"], "S256");
    }

    #[test]
    fn a_nonce_goes_out_only_with_openid_and_an_empty_scope_is_left_out() {
        let endpoint = "https://id.example/authorize";
        let (url, pending) = written(
            endpoint,
            &["openid", "users:read"],
            &BTreeMap::new(),
            &OsEntropy,
        )
        .unwrap();
        let sent = pairs(&url);
        assert_eq!(sent["scope"], "openid users:read");
        assert_eq!(
            Some(sent["nonce"].as_str()),
            pending.nonce.as_ref().map(Secret::expose)
        );
        let (url, pending) = written(endpoint, &[], &BTreeMap::new(), &OsEntropy).unwrap();
        assert!(pending.nonce.is_none());
        assert!(!pairs(&url).contains_key("nonce") && !pairs(&url).contains_key("scope"));
    }

    #[test]
    fn states_and_verifiers_are_never_the_same_twice() {
        let mut seen = HashSet::new();
        for _ in 0..2_000 {
            let (url, pending) = written(
                "https://id.example/authorize",
                &["openid"],
                &BTreeMap::new(),
                &OsEntropy,
            )
            .unwrap();
            let sent = pairs(&url);
            assert!(!url.as_str().contains(pending.verifier.expose()));
            for value in [&sent["state"], &sent["nonce"], pending.verifier.expose()] {
                assert_eq!(value.len(), 43);
                assert!(
                    value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
                );
                assert!(seen.insert(value.to_owned()));
            }
        }
    }

    #[test]
    fn no_parameter_stands_in_a_request_twice() {
        for endpoint in [
            "https://id.example/authorize?state=mine",
            "https://id.example/authorize?client_id=1",
        ] {
            let refused = written(endpoint, &[], &BTreeMap::new(), &OsEntropy);
            assert_eq!(refused.err().expect("refused").code, Code::DraftInvalid);
        }
        for name in ["redirect_uri", "code_challenge_method", "response_type"] {
            let parameters = BTreeMap::from([(name.to_owned(), "x".to_owned())]);
            let refused = written("https://id.example/a", &[], &parameters, &OsEntropy);
            assert!(refused.is_err(), "{name}");
        }
    }

    #[test]
    fn a_browser_is_sent_to_https_or_this_machine_only() {
        for endpoint in [
            "http://id.example/authorize",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ms-msdt:/id",
            "https://user@id.example/authorize",
            "https://id.example/authorize#part",
            "http://127.0.0.1.example/",
        ] {
            let refused = written(endpoint, &[], &BTreeMap::new(), &OsEntropy);
            assert!(refused.is_err(), "{endpoint}");
        }
        for endpoint in [
            "http://127.0.0.1:1/a",
            "http://[::1]:1/a",
            "http://localhost/a",
        ] {
            assert!(written(endpoint, &[], &BTreeMap::new(), &OsEntropy).is_ok());
        }
    }

    proptest! {
        /// Rule A10: what is read back from the address is what was put in, and nothing smuggled.
        #[test]
        fn every_value_comes_back_as_it_was(
            further in proptest::collection::btree_map("x_[a-z]{1,8}", "\\PC*|[&=+%# \r\n?üé💥]{0,20}", 0..8),
            own in "\\PC{0,20}",
        ) {
            let mut endpoint = Url::parse("https://id.example/authorize").unwrap();
            endpoint.query_pairs_mut().append_pair("own", &own);
            let (url, _) = written(endpoint.as_str(), &["a", "b"], &further, &OsEntropy).unwrap();
            let read: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let names: HashSet<&String> = read.iter().map(|(name, _)| name).collect();
            prop_assert_eq!(names.len(), read.len());
            prop_assert!(url.fragment().is_none());
            let read: BTreeMap<String, String> = read.into_iter().collect();
            prop_assert_eq!(&read["own"], &own);
            prop_assert_eq!(&read["client_id"], "client & co");
            prop_assert_eq!(&read["redirect_uri"], "http://127.0.0.1:49213/authorized/4f");
            for (name, value) in &further {
                prop_assert_eq!(&read[name], value);
            }
            prop_assert_eq!(read.len(), further.len() + 8);
        }
    }
}
