use super::*;

#[test]
fn what_is_no_key_to_sign_with_is_told_apart() {
    let foreign = |format| KeyDefect::Foreign { format };
    for (name, expected) in [
        ("p256.public.pem", KeyDefect::PublicInsteadOfPrivate),
        ("rsa2048.public.pem", KeyDefect::PublicInsteadOfPrivate),
        (
            "rsa2048.pkcs1-public.pem",
            KeyDefect::PublicInsteadOfPrivate,
        ),
        ("certificate.pem", KeyDefect::Certificate),
        ("rsa1024.weak.pem", KeyDefect::WeakRsa { bits: 1024 }),
        ("p224.sec1.pem", KeyDefect::WeakCurve { name: "P-224" }),
        ("p224.pkcs8.pem", KeyDefect::WeakCurve { name: "P-224" }),
        (
            "secp256k1.sec1.pem",
            KeyDefect::UnknownCurve {
                name: Some("secp256k1"),
            },
        ),
        ("p256.explicit.pem", KeyDefect::UnknownCurve { name: None }),
        (
            "ed448.pkcs8.pem",
            KeyDefect::UnsupportedKind { name: "Ed448" },
        ),
        (
            "x25519.pkcs8.pem",
            KeyDefect::UnsupportedKind { name: "X25519" },
        ),
        ("dsa.pem", KeyDefect::UnsupportedKind { name: "DSA" }),
        (
            "p256.encrypted-traditional.pem",
            KeyDefect::EncryptionUnsupported,
        ),
        ("p256.encrypted-pbes1.pem", KeyDefect::EncryptionUnsupported),
        ("openssh.key", foreign(ForeignFormat::OpenSsh)),
        ("openssh.public", foreign(ForeignFormat::OpenSshPublic)),
        ("pkcs12.base64", foreign(ForeignFormat::Pkcs12)),
    ] {
        assert_eq!(defect(fixture(name)), Some(expected), "{name}");
    }
}

#[test]
fn a_text_that_holds_no_single_key_is_told_apart() {
    let foreign = |format| KeyDefect::Foreign { format };
    let both = fixture("p256.pkcs8.pem") + &fixture("rsa2048.pkcs8.pem");
    assert_eq!(defect(both), Some(KeyDefect::SeveralKeys));
    // A key with its certificate is how many tools write it.
    assert_eq!(
        defect(fixture("certificate.pem") + &fixture("p256.pkcs8.pem")),
        None
    );
    for (text, expected) in [
        ("", KeyDefect::Empty),
        (" \r\n\t", KeyDefect::Empty),
        ("\u{feff}", KeyDefect::Empty),
        ("/home/me/private.pem", KeyDefect::NotAKey),
        ("hunter2!", KeyDefect::NotAKey),
        ("QUJD", KeyDefect::Damaged),
        ("{}", KeyDefect::NotAKey),
        ("{\"keys\":[]}", KeyDefect::NotAKey),
        ("{\"kty\":\"oct\",\"k\":\"AAAA\"}", KeyDefect::Symmetric),
        ("{\"kty\":", KeyDefect::Damaged),
        ("{\"kty\":\"EC\",\"kty\":\"EC\"}", KeyDefect::Damaged),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519",
            foreign(ForeignFormat::Putty),
        ),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----END PGP PRIVATE KEY BLOCK-----",
            foreign(ForeignFormat::OpenPgp),
        ),
    ] {
        assert_eq!(defect(text), Some(expected), "{text}");
    }
    assert_eq!(defect("A".repeat(100_000)), Some(KeyDefect::TooLong));
}

#[test]
fn a_damaged_key_is_refused_wherever_it_is_cut_or_changed() {
    for name in ["p256.pkcs8.pem", "rsa2048.pkcs1.pem", "ed25519.pkcs8.pem"] {
        let pem = fixture(name);
        // Behind the body, only the words of the last line are missing.
        for cut in (1..pem.find("-----END").unwrap()).step_by(17) {
            assert!(defect(&pem[..cut]).is_some(), "{name} {cut}");
            assert!(defect(&pem[cut + 1..]).is_some(), "{name} {cut}");
        }
        assert_eq!(
            defect(pem.split_once("-----END").unwrap().0),
            Some(KeyDefect::CutOff)
        );
    }
    // The two halves of the pair do not belong together.
    let mut jwk: serde_json::Value = serde_json::from_str(&fixture("p256.jwk.json")).unwrap();
    let own = jwk["d"].clone();
    jwk["d"] = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI".into();
    assert_eq!(defect(jwk.to_string()), Some(KeyDefect::Inconsistent));
    jwk["d"] = own;
    jwk["use"] = "enc".into();
    assert_eq!(defect(jwk.to_string()), Some(KeyDefect::NotForSigning));
    let mut jwk: serde_json::Value = serde_json::from_str(&fixture("rsa2048.jwk.json")).unwrap();
    jwk["dp"] = jwk["dq"].clone();
    assert_eq!(defect(jwk.to_string()), Some(KeyDefect::Inconsistent));
    jwk["dp"] = serde_json::Value::Null;
    assert_eq!(defect(jwk.to_string()), Some(KeyDefect::Damaged));
}

#[test]
fn the_kind_of_key_decides_the_algorithm() {
    let rsa = read(fixture("rsa2048.pkcs8.pem")).unwrap();
    let ec = read(fixture("p384.sec1.pem")).unwrap();
    assert_eq!(rsa.algorithm_fits(SigningAlgorithm::Ps384), Ok(()));
    assert_eq!(ec.algorithm_fits(SigningAlgorithm::Es384), Ok(()));
    let wrong = ec.algorithm_fits(SigningAlgorithm::Es256).unwrap_err();
    assert_eq!(
        wrong.summary(),
        "ES256 does not sign with an EC key on the curve P-384."
    );
    assert!(ec.sign(SigningAlgorithm::Es256, b"x").is_err());
    assert!(ec.sign(SigningAlgorithm::Ps256, b"x").is_err());
    assert!(rsa.sign(SigningAlgorithm::EdDsa, b"x").is_err());
    let offered = [SigningAlgorithm::Es256, SigningAlgorithm::Ps256];
    assert_eq!(rsa.suggested(&offered), Some(SigningAlgorithm::Ps256));
    assert_eq!(ec.suggested(&offered), None);
    assert_eq!(
        rsa.belongs_to(&public("p256.public.pem")),
        Err(KeyDefect::OtherPublicKey)
    );
}

#[test]
fn a_public_key_is_read_only_where_one_belongs() {
    for name in [
        "p256.pkcs8.pem",
        "rsa2048.pkcs1.pem",
        "p256.jwk.json",
        "rsa2048.encrypted-aes128.pem",
    ] {
        assert_eq!(
            PublicKey::read(&fixture(name)).err(),
            Some(KeyDefect::PrivateInsteadOfPublic),
            "{name}"
        );
    }
    let certificate = PublicKey::read(&fixture("certificate.pem"));
    assert_eq!(certificate.err(), Some(KeyDefect::Certificate));
    let off_the_curve = r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"#;
    assert_eq!(
        PublicKey::read(off_the_curve).err(),
        Some(KeyDefect::Inconsistent)
    );
}

/// A file that asks for hours of work, or for all memory, is not opened.
#[test]
fn a_passphrase_never_costs_more_than_is_reasonable() {
    let cheap = fixture("p256.encrypted-aes256.pem");
    let block = pem::blocks(&cheap).unwrap()[0];
    let der = block.der().unwrap();
    // INTEGER 2048, OpenSSL's count; INTEGER 2,000,001 is one octet longer, in four sequences.
    let at = der
        .windows(4)
        .position(|part| part == [2, 2, 8, 0])
        .unwrap();
    let mut costly = der[..at].to_vec();
    costly.extend_from_slice(&[2, 3, 0x1e, 0x84, 0x81]);
    costly.extend_from_slice(&der[at + 4..]);
    for length in lengths_around(&der, at) {
        costly[length] += 1;
    }
    let costly = pem::armoured("ENCRYPTED PRIVATE KEY", &costly);
    let passphrase = Secret::new("passphrase".to_owned());
    let read = SigningKey::read(&Secret::new(costly), Some(&passphrase));
    assert_eq!(read.err(), Some(KeyDefect::EncryptionTooCostly));
}

/// Where the lengths of the sequences stand that hold `at`; all are below 128 but the outermost, which has
/// its length in the octet behind.
fn lengths_around(der: &[u8], at: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for index in 0..at {
        if der[index] != 0x30 {
            continue;
        }
        let (length_at, header) = if der[index + 1] < 0x80 {
            (index + 1, 2)
        } else {
            (index + 2, 3)
        };
        let end = index + header + usize::from(der[length_at]);
        if end > at && end <= der.len() {
            found.push(length_at);
        }
    }
    found
}

/// Whatever is wrong, no sentence repeats a part of the key.
#[test]
fn no_sentence_quotes_what_was_read() {
    let canary = "CANARYcanary0123456789CANARYcanary01234567";
    let texts = [
        canary.to_owned(),
        format!("{{\"kty\":\"{canary}\",\"d\":\"{canary}\"}}"),
        format!("{{\"kty\":\"EC\",\"crv\":\"{canary}\",\"d\":\"{canary}\"}}"),
        format!(
            "{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{canary}\",\"y\":\"{canary}\",\"d\":\"{canary}\"}}"
        ),
        format!("{{\"d\":{canary}}}"),
        format!("-----BEGIN {canary} PRIVATE KEY-----{canary}-----END {canary}-----"),
        format!("-----BEGIN {canary}-----{canary}"),
        format!("-----BEGIN {canary}-----{canary}-----END {canary}-----"),
        format!("PuTTY-User-Key-File-2: {canary}"),
    ];
    for text in texts {
        let defect = defect(text.clone()).unwrap_or_else(|| panic!("{text}"));
        let finding = defect.finding("signing.private_key");
        let said = format!("{} {} {defect:?}", finding.summary, finding.remedy);
        assert!(
            !said.contains("CANARY") && !said.contains("canary"),
            "{said}"
        );
        let public = PublicKey::read(&text).unwrap_err();
        assert!(!format!("{public:?} {}", public.summary()).contains("anary"));
    }
}
