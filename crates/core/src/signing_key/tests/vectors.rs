use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::made::verified;
use super::*;

/// RFC 7515 A.2 to A.4, RFC 7520 §4.1 to §4.3, RFC 8037 A.4: the keys are read, their signatures hold, and
/// what signs without chance signs the same.
#[test]
fn the_signatures_of_the_standards_are_ours() {
    let vectors: Value = serde_json::from_str(&fixture("vectors.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let name = text("name");
        let key =
            read(vector["key"].to_string()).unwrap_or_else(|defect| panic!("{name}: {defect:?}"));
        let algorithm = SigningAlgorithm::from_name(text("alg")).unwrap();
        let message = text("message").as_bytes();
        let theirs = URL_SAFE_NO_PAD.decode(text("signature")).unwrap();
        assert!(
            verified(&key.public(), algorithm, message, &theirs),
            "{name}"
        );
        let ours = key.sign(algorithm, message).unwrap();
        assert!(verified(&key.public(), algorithm, message, &ours), "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
        if vector["reproducible"] == true {
            assert_eq!(ours, theirs, "{name}");
        } else {
            assert_ne!(ours, theirs, "{name}");
        }
    }
}

#[test]
fn thumbprints_are_those_of_the_standards() {
    // RFC 7638 §3.1.
    let rsa = PublicKey::read(
        r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
    );
    assert_eq!(
        rsa.unwrap().thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    // RFC 8037 A.3.
    let ed25519 = PublicKey::read(
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    );
    assert_eq!(
        ed25519.unwrap().thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn every_algorithm_signs_with_every_key_of_its_kind() {
    for name in [
        "p256.pkcs8.pem",
        "p384.sec1.pem",
        "p521.pkcs8.pem",
        "rsa2048.pkcs1.pem",
        "rsa-pss.pkcs8.pem",
        "ed25519.pkcs8.pem",
    ] {
        let key = read(fixture(name)).unwrap();
        for algorithm in SigningAlgorithm::ALL {
            match key.sign(algorithm, b"message") {
                Ok(signature) => {
                    assert!(key.algorithm_fits(algorithm).is_ok());
                    assert!(verified(&key.public(), algorithm, b"message", &signature));
                }
                Err(_) => assert!(key.algorithm_fits(algorithm).is_err()),
            }
        }
    }
}
