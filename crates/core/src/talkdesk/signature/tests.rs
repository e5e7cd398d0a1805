//! Signatures made by OpenSSL 3 ("openssl dgst -sha512 -sign"), and what is done to them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const BODY: &[u8] = br#"{"id":"evt-1","type":"app.uninstalled","_links":{"root":{"href":"https://api.talkdeskapp.com"}}}"#;

struct Sample {
    key: &'static str,
    curve: Curve,
    signature: &'static str,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER6T05DDFs4EJj+kg6aOyGubbmcTEWokF4l2mrK8H9dYQ\
                Yu9SdO9Pj3p9uNK2ucYHzAx22JzcqTN3xcgWcImFxQ==",
        curve: Curve::P256,
        signature: "304402204ee8c7a6f48c02c70adfb5bcefc8df69d30b5fa0c3740cfdd657e5d426367226022032c2\
                82373451c2b17de38951ecedc4eced8986f52d92fa76011baf977dde921d",
    },
    Sample {
        key: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEI3AYXriWBcU6Dkcb9KoapSMDGTvir22eADrXk/3JPU9sbSkn\
                4wKCfhTlTmWDVCj/fLLPijuos/l+dJlYcvON1zSvleAuD2q0gPgztjfxpfcOIY46DSiOFz3INe4rbSn7",
        curve: Curve::P384,
        signature: "30650230303bc1d8c64d000f06b1c012850ad628b49822aa137b8bc11b72fec02b930ec9adff2833\
                f686e0e48aea1bfbb24e146a023100d7da8d52e6e5032dd70709e7ce59b6625de5946bb76738e85e\
                ccce7033112bfa9a53a35388da14d521145b6ab0ebb7f8",
    },
    Sample {
        key: "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQB5DyACLeY3EDvX6g9WzkQi/U0mva2KU3bDAqwHJuqGgO0\
                GBjLvENaWCyP1dEhYQ4lWjyEc3hA5DAtytOIdMB+BhQAbdXbmFnn1+/Jar5xbXzoweB7LaSEdBds8tCF\
                1FE5JTAc0029iO0fyUQQHwuniUSnt1cHHgoa8aBJNpTvmV3R+EE=",
        curve: Curve::P521,
        signature: "30818702417215e2f69c31451ba85cfcfa267539636be27ca557ed5f8414e4206f80225665a9d725\
                0e3d66645b9e72e62c8b9d254da4be1da04c82413255de8fdaf744ef46c402420179ffcd686cfd1a\
                f460bdb5a3044597c05f405d1321e9b012326ebe2a9deca52a2414fe25229ba2c6b10164650e76a0\
                3778918025f4670f761e3f8605e07ef5e82e",
    },
];

impl Sample {
    /// The point is what follows the fixed head of the `SubjectPublicKeyInfo`.
    fn key(&self) -> EventKey {
        let der = STANDARD.decode(self.key).unwrap();
        let point = der[der.len() - 1 - 2 * self.curve.bytes()..].to_vec();
        EventKey {
            id: "k1".to_owned(),
            curve: self.curve,
            point,
            expires_at: None,
        }
    }

    fn raw(&self) -> String {
        let signature = Signature::read(self.signature).unwrap();
        let width = self.curve.bytes();
        let padded = |number: &[u8]| [vec![0; width - number.len()], number.to_vec()].concat();
        written(&[padded(&signature.r), padded(&signature.s)].concat())
    }
}

fn written(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn signatures_of_openssl_are_accepted_in_both_forms_which_are_told_apart() {
    for sample in &SAMPLES {
        let key = sample.key();
        assert_eq!(verify(&key, sample.signature, BODY), Ok(SignatureForm::Der));
        let upper = sample.signature.to_ascii_uppercase();
        assert_eq!(verify(&key, &upper, BODY), Ok(SignatureForm::Der));
        assert_eq!(verify(&key, &sample.raw(), BODY), Ok(SignatureForm::Raw));
    }
}

#[test]
fn every_changed_byte_of_body_and_signature_is_noticed() {
    for sample in &SAMPLES {
        let key = sample.key();
        for index in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[index] ^= 1;
            assert!(verify(&key, sample.signature, &body).is_err(), "{index}");
        }
        let signature = hex(sample.signature).unwrap();
        for index in 0..signature.len() {
            let mut signature = signature.clone();
            signature[index] ^= 1;
            assert!(verify(&key, &written(&signature), BODY).is_err(), "{index}");
        }
    }
}

#[test]
fn a_body_that_was_written_anew_is_told_from_one_that_was_changed() {
    let sample = &SAMPLES[0];
    let refused = |body: &[u8]| verify(&sample.key(), sample.signature, body).unwrap_err();
    let value: serde_json::Value = serde_json::from_slice(BODY).unwrap();
    let pretty = String::from_utf8_lossy(BODY)
        .replace(',', ",\n  ")
        .replace("\":", "\": ");
    assert!(value.is_object());
    for body in [
        pretty.as_bytes(),
        &[BODY, b"\n"].concat(),
        &[b"\xef\xbb\xbf", BODY].concat(),
    ] {
        assert!(matches!(refused(body), EventRefusal::Rewritten(_)));
    }
    let other = String::from_utf8_lossy(BODY).replace("evt-1", "evt-2");
    assert_eq!(refused(other.as_bytes()), EventRefusal::WrongSignature);
}

#[test]
fn another_curve_is_named_in_either_form() {
    for sample in &SAMPLES {
        for other in SAMPLES.iter().filter(|other| other.curve != sample.curve) {
            let mismatch = Err(EventRefusal::CurveMismatch(sample.curve.name()));
            let key = sample.key();
            assert_eq!(verify(&key, other.signature, BODY), mismatch);
            assert_eq!(verify(&key, &other.raw(), BODY), mismatch);
        }
    }
}

#[test]
fn what_is_no_signature_is_refused_by_its_form() {
    let key = SAMPLES[0].key();
    let der = SAMPLES[0].signature;
    for text in ["", "abc", "zz", "MEUCIQ==", &"ab".repeat(400)] {
        assert_eq!(
            verify(&key, text, BODY),
            Err(EventRefusal::NotHex),
            "{text}"
        );
    }
    for text in [
        "abcd",
        &format!("{der}00"),
        &der[..der.len() - 2],
        // Two negative numbers, and a number with a superfluous zero.
        "3006020181020181",
        "300702020001020101",
    ] {
        assert_eq!(
            verify(&key, text, BODY),
            Err(EventRefusal::NoSignatureForm),
            "{text}"
        );
    }
    // Zero is no number of a signature.
    let zeros = "00".repeat(64);
    assert_eq!(
        verify(&key, &zeros, BODY),
        Err(EventRefusal::WrongSignature)
    );
}
