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
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
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
        server: None,
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
        "https://id.example/authorize?Client.ID=1",
        "https://id.example/authorize?redirect_uri%5B%5D=x",
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
