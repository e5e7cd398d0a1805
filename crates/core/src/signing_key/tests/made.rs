use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

/// RSA once is enough: making such a pair takes seconds.
const MADE: [SigningAlgorithm; 5] = [
    SigningAlgorithm::Es256,
    SigningAlgorithm::Es384,
    SigningAlgorithm::Es512,
    SigningAlgorithm::EdDsa,
    SigningAlgorithm::Ps256,
];

#[test]
fn a_new_pair_signs_what_another_library_verifies_and_reads_as_the_same_key() {
    for algorithm in MADE {
        let key = SigningKey::generate(algorithm).unwrap();
        assert_eq!(key.algorithm_fits(algorithm), Ok(()), "{algorithm:?}");
        let signature = key.sign(algorithm, b"message").unwrap();
        assert!(verified(&key.public(), algorithm, b"message", &signature));
        assert!(!verified(&key.public(), algorithm, b"massage", &signature));
        let pem = key.to_pkcs8_pem().unwrap();
        assert!(pem.expose().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(pem.expose().lines().all(|line| line.len() <= 64));
        let again = SigningKey::read(&pem, None).unwrap_or_else(|_| panic!("{algorithm:?}"));
        assert_eq!(again.public(), key.public());
        assert_eq!(again.belongs_to(&key.public()), Ok(()));
        assert_eq!(again.to_pkcs8_pem().unwrap().expose(), pem.expose());
        for public in [
            key.public().pem(),
            key.public().jwk(Some("k"), Some(algorithm)),
        ] {
            assert_eq!(PublicKey::read(&public).unwrap(), key.public());
            assert_eq!(
                SigningKey::read(&Secret::new(public), None).err(),
                Some(KeyDefect::PublicInsteadOfPrivate)
            );
        }
        assert_eq!(
            PublicKey::read(pem.expose()).err(),
            Some(KeyDefect::PrivateInsteadOfPublic)
        );
    }
}

/// By the `jsonwebtoken` crate, from the public JWK.
pub(super) fn verified(
    public: &PublicKey,
    algorithm: SigningAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_str(&public.jwk(None, None)).unwrap();
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    let algorithm = match algorithm {
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Es384 => Algorithm::ES384,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Ps384 => Algorithm::PS384,
        SigningAlgorithm::Ps512 => Algorithm::PS512,
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        // jsonwebtoken has no ES512.
        SigningAlgorithm::Es512 => {
            let public = aws_lc_rs::signature::UnparsedPublicKey::new(
                &aws_lc_rs::signature::ECDSA_P521_SHA512_FIXED,
                point(public),
            );
            return public.verify(message, signature).is_ok();
        }
    };
    let signature = URL_SAFE_NO_PAD.encode(signature);
    crypto::verify(&signature, message, &key, algorithm).unwrap_or(false)
}

fn point(public: &PublicKey) -> Vec<u8> {
    let jwk: serde_json::Value = serde_json::from_str(&public.jwk(None, None)).unwrap();
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    [vec![4], number("x"), number("y")].concat()
}
