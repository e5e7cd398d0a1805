//! How a client proves who it is at a server, by the server's own metadata.

use super::unusable;
use crate::error::Problem;
use crate::oauth::discovery::metadata::ServerMetadata;
use crate::provider::{ClientAssertion, ClientAuthentication, SigningAlgorithm};

/// RFC 8414 §2: without a list, it is HTTP Basic. `DraftInvalid` when nothing on the list is known.
///
/// Signing comes last: what everybody has is offered first.
pub(super) fn methods(metadata: &ServerMetadata) -> Result<Vec<ClientAuthentication>, Problem> {
    let Some(listed) = &metadata.token_endpoint_auth_methods_supported else {
        return Ok(vec![ClientAuthentication::ClientSecretBasic]);
    };
    let known = [
        (
            "client_secret_basic",
            ClientAuthentication::ClientSecretBasic,
            true,
        ),
        (
            "client_secret_post",
            ClientAuthentication::ClientSecretPost,
            true,
        ),
        (
            "private_key_jwt",
            ClientAuthentication::PrivateKeyJwt,
            !algorithms(metadata).is_empty(),
        ),
        (
            "client_secret_jwt",
            ClientAuthentication::ClientSecretJwt,
            takes_hs256(metadata),
        ),
    ];
    let methods: Vec<_> = known
        .into_iter()
        .filter(|(name, _, possible)| *possible && listed.iter().any(|one| one == name))
        .map(|(_, method, _)| method)
        .collect();
    if methods.is_empty() {
        return Err(unusable(
            metadata,
            "offers no way of client authentication that Proofkey has",
        ));
    }
    Ok(methods)
}

/// The issuer as audience and a minute (rule D5), and the algorithms that the server takes.
pub(super) fn assertion(metadata: &ServerMetadata) -> ClientAssertion {
    let usual = ClientAssertion::default();
    let algorithms = algorithms(metadata);
    if algorithms.is_empty() {
        return usual;
    }
    ClientAssertion {
        algorithms,
        ..usual
    }
}

/// Those of the listed ones that can be signed with, in the order of the list. RFC 8414 §2 makes the list
/// a must where signing is offered; without it the usual ones are tried.
fn algorithms(metadata: &ServerMetadata) -> Vec<SigningAlgorithm> {
    let Some(listed) = &metadata.token_endpoint_auth_signing_alg_values_supported else {
        return ClientAssertion::default().algorithms;
    };
    let mut algorithms = Vec::new();
    for one in listed
        .iter()
        .filter_map(|one| SigningAlgorithm::from_name(one))
    {
        if !algorithms.contains(&one) {
            algorithms.push(one);
        }
    }
    algorithms
}

fn takes_hs256(metadata: &ServerMetadata) -> bool {
    let listed = &metadata.token_endpoint_auth_signing_alg_values_supported;
    listed
        .as_ref()
        .is_none_or(|listed| listed.iter().any(|one| one == "HS256"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oauth::discovery::issuer::Issuer;

    fn metadata(methods: &[&str], algorithms: Option<&[&str]>) -> ServerMetadata {
        let mut document = json!({
            "issuer": "https://id.example",
            "token_endpoint_auth_methods_supported": methods,
        });
        if let Some(algorithms) = algorithms {
            document["token_endpoint_auth_signing_alg_values_supported"] = json!(algorithms);
        }
        let issuer = Issuer::parse("https://id.example").unwrap();
        ServerMetadata::read(document.as_object().unwrap(), &issuer).unwrap()
    }

    #[test]
    fn signing_is_offered_where_an_algorithm_is_known() {
        use ClientAuthentication::{ClientSecretJwt, ClientSecretPost, PrivateKeyJwt};
        let all = ["private_key_jwt", "client_secret_jwt", "client_secret_post"];
        let of = |algorithms: Option<&[&str]>| methods(&metadata(&all, algorithms)).unwrap();
        assert_eq!(of(None), [ClientSecretPost, PrivateKeyJwt, ClientSecretJwt]);
        assert_eq!(
            of(Some(&["PS256", "none"])),
            [ClientSecretPost, PrivateKeyJwt]
        );
        assert_eq!(of(Some(&["HS256"])), [ClientSecretPost, ClientSecretJwt]);
        assert_eq!(of(Some(&["none", "HS384"])), [ClientSecretPost]);
        assert!(methods(&metadata(&["private_key_jwt"], Some(&["none"]))).is_err());
    }

    #[test]
    fn the_algorithms_are_those_of_the_server_in_its_order() {
        let listed = ["none", "PS512", "HS256", "ES256", "PS512", "RS1", "es256"];
        let read = assertion(&metadata(&["private_key_jwt"], Some(&listed)));
        assert_eq!(
            read.algorithms,
            [SigningAlgorithm::Ps512, SigningAlgorithm::Es256]
        );
        let unsaid = assertion(&metadata(&["private_key_jwt"], None));
        assert_eq!(unsaid, ClientAssertion::default());
    }
}
