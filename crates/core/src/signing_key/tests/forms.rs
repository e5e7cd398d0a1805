use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;

const PASSPHRASE: &str = "passphrase";

#[test]
fn one_key_is_the_same_key_in_every_form() {
    let expected = public("p256.public.pem");
    for name in [
        "p256.pkcs8.pem",
        "p256.sec1.pem",
        "p256.with-parameters.pem",
        "p256.jwk.json",
    ] {
        let key = read(fixture(name)).unwrap_or_else(|defect| panic!("{name}: {defect:?}"));
        assert_eq!(key.public(), expected, "{name}");
        assert_eq!(key.kind(), KeyKind::P256);
    }
    let expected = public("rsa2048.public.pem");
    assert_eq!(public("rsa2048.pkcs1-public.pem"), expected);
    for name in ["rsa2048.pkcs8.pem", "rsa2048.pkcs1.pem", "rsa2048.jwk.json"] {
        let key = read(fixture(name)).unwrap_or_else(|defect| panic!("{name}: {defect:?}"));
        assert_eq!(key.public(), expected, "{name}");
        assert_eq!(key.kind(), KeyKind::Rsa { bits: 2048 });
    }
    let key = read(fixture("rsa2048.jwk.json")).unwrap();
    assert_eq!(key.key_id(), Some("from-the-jwk"));
}

#[test]
fn the_other_curves_are_read_as_well() {
    for (name, kind) in [
        ("p384.pkcs8.pem", KeyKind::P384),
        ("p384.sec1.pem", KeyKind::P384),
        ("p521.pkcs8.pem", KeyKind::P521),
        ("p521.sec1.pem", KeyKind::P521),
        ("ed25519.pkcs8.pem", KeyKind::Ed25519),
        ("rsa-pss.pkcs8.pem", KeyKind::Rsa { bits: 2048 }),
    ] {
        let key = read(fixture(name)).unwrap_or_else(|defect| panic!("{name}: {defect:?}"));
        assert_eq!(key.kind(), kind, "{name}");
    }
}

#[test]
fn armour_may_be_missing_wrong_wrapped_escaped_or_encoded_once_more() {
    for (name, of) in [
        ("p256.pkcs8.pem", "p256.public.pem"),
        ("p256.sec1.pem", "p256.public.pem"),
        ("rsa2048.pkcs1.pem", "rsa2048.public.pem"),
    ] {
        let pem = fixture(name);
        let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let wrapped = bare
            .as_bytes()
            .chunks(20)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join("\r\n");
        let url_safe = bare.replace('+', "-").replace('/', "_");
        let forms = [
            bare.clone(),
            bare.trim_end_matches('=').to_owned(),
            url_safe,
            format!("  \n{wrapped}\r\n\t"),
            format!("\u{feff}{pem}"),
            format!("\"{}\"", pem.replace('\n', "\\n")),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', " "),
            format!("Bag Attributes\n    friendlyName: key\n{pem}"),
            STANDARD.encode(&pem),
            format!("-----BEGIN PRIVATE KEY-----{wrapped}-----END PRIVATE KEY-----"),
            format!("-----BEGIN EC PRIVATE KEY-----\n{bare}\n-----END EC PRIVATE KEY-----"),
            format!("-----BEGIN RSA PRIVATE KEY-----\n{bare}\n-----END RSA PRIVATE KEY-----"),
        ];
        for (index, form) in forms.into_iter().enumerate() {
            let key = read(form).unwrap_or_else(|defect| panic!("{name} {index}: {defect:?}"));
            assert_eq!(key.public(), public(of), "{name} {index}");
        }
    }
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_alone() {
    for (name, of) in [
        ("p256.encrypted-aes256.pem", "p256.public.pem"),
        ("p256.encrypted-scrypt.pem", "p256.public.pem"),
        ("p256.encrypted-des3-sha1.pem", "p256.public.pem"),
        ("rsa2048.encrypted-aes128.pem", "rsa2048.public.pem"),
    ] {
        let text = Secret::new(fixture(name));
        let with = |passphrase: &str| {
            let passphrase = Secret::new(passphrase.to_owned());
            SigningKey::read(&text, Some(&passphrase))
        };
        let opened = with(PASSPHRASE).map(|key| key.public());
        assert_eq!(opened, Ok(public(of)), "{name}");
        assert_eq!(with("Passphrase").err(), Some(KeyDefect::PassphraseWrong));
        assert_eq!(with("").err(), Some(KeyDefect::PassphraseNeeded));
        let without = SigningKey::read(&text, None).err();
        assert_eq!(without, Some(KeyDefect::PassphraseNeeded), "{name}");
        assert!(without.unwrap().needs_passphrase());
    }
    // A key that is not encrypted does not mind one.
    let passphrase = Secret::new(PASSPHRASE.to_owned());
    let plain = Secret::new(fixture("p256.pkcs8.pem"));
    assert!(SigningKey::read(&plain, Some(&passphrase)).is_ok());
}

#[test]
fn leading_zeros_that_a_tool_left_out_are_put_back() {
    let mut jwk: serde_json::Value = serde_json::from_str(&fixture("p256.jwk.json")).unwrap();
    let mut number = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap()).unwrap();
    number.insert(0, 0);
    jwk["d"] = URL_SAFE_NO_PAD.encode(&number).into();
    assert_eq!(defect(jwk.to_string()), Some(KeyDefect::Damaged));
    for _ in 0..2000 {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let public = key.public().jwk(None, None);
        let x: serde_json::Value = serde_json::from_str(&public).unwrap();
        let x = URL_SAFE_NO_PAD.decode(x["x"].as_str().unwrap()).unwrap();
        assert_eq!(x.len(), 32);
        if x[0] != 0 {
            continue;
        }
        let mut short: serde_json::Value = serde_json::from_str(&public).unwrap();
        short["x"] = URL_SAFE_NO_PAD.encode(&x[1..]).into();
        assert_eq!(PublicKey::read(&short.to_string()), Ok(key.public()));
        return;
    }
    panic!("no coordinate began with a zero");
}

#[test]
fn a_key_is_written_as_other_programs_write_it() {
    let key = read(fixture("p256.sec1.pem")).unwrap();
    assert_eq!(
        key.to_pkcs8_pem().unwrap().expose(),
        fixture("p256.pkcs8.pem")
    );
    assert_eq!(key.public().pem(), fixture("p256.public.pem"));
    let key = read(fixture("rsa2048.pkcs1.pem")).unwrap();
    assert_eq!(
        key.to_pkcs8_pem().unwrap().expose(),
        fixture("rsa2048.pkcs8.pem")
    );
    assert_eq!(key.public().pem(), fixture("rsa2048.public.pem"));
    let key = read(fixture("ed25519.pkcs8.pem")).unwrap();
    assert_eq!(
        key.to_pkcs8_pem().unwrap().expose(),
        fixture("ed25519.pkcs8.pem")
    );
    let jwk = key
        .public()
        .jwk(Some("key-1"), Some(SigningAlgorithm::EdDsa));
    let jwk: serde_json::Value = serde_json::from_str(&jwk).unwrap();
    let names: Vec<_> = jwk.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
}
