use super::*;
use crate::check::fixtures;
use crate::provider::CredentialField;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn provider(username: &str, password: &str) -> Provider {
    let field = || CredentialField {
        label: "Key".to_owned(),
        help: String::new(),
    };
    Provider {
        static_credentials: Some(StaticCredentials {
            identifier: Some(field()),
            secret: field(),
            username: username.to_owned(),
            password: password.to_owned(),
        }),
        ..fixtures::provider()
    }
}

fn decoded(username: &str, password: &str, id: &str, key: &str) -> String {
    let provider = provider(username, password);
    let document = SecretDocument::new(secret(id), Some(secret(key)));
    let presented = Presented::credentials(&provider, Grant::HttpBasic, &document).unwrap();
    let (name, value) = presented.header().unwrap().unwrap();
    assert!(name == header::AUTHORIZATION && value.is_sensitive());
    let text = value
        .to_str()
        .unwrap()
        .strip_prefix("Basic ")
        .unwrap()
        .to_owned();
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

#[test]
fn templates_put_the_pair_together_and_replace_nothing_twice() {
    for (username, password, id, key, sent) in [
        (
            "{identifier}",
            "{secret}",
            "Aladdin",
            "open sesame",
            "Aladdin:open sesame",
        ),
        (
            "{identifier}/token",
            "{secret}",
            "a@b.example",
            "k1",
            "a@b.example/token:k1",
        ),
        ("{secret}", "X", "", "k2", "k2:X"),
        (
            "{identifier}",
            "{secret}",
            "{secret}",
            "p{identifier}",
            "{secret}:p{identifier}",
        ),
        ("{identifier}", "{secret}", "tëst", "p:ss€", "tëst:p:ss€"),
    ] {
        assert_eq!(decoded(username, password, id, key), sent);
    }
}

#[test]
fn the_example_of_the_standard_is_written_as_there() {
    // RFC 7617 §2 and §2.1.
    let document = SecretDocument::new(secret("Aladdin"), Some(secret("open sesame")));
    let provider = fixtures::provider();
    let presented = Presented::credentials(&provider, Grant::HttpBasic, &document).unwrap();
    let (_, value) = presented.header().unwrap().unwrap();
    assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert!(
        presented
            .withheld()
            .iter()
            .any(|it| it.expose() == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
}

#[test]
fn what_a_header_cannot_carry_is_said_before_anything_is_sent() {
    let provider = fixtures::provider();
    for (id, key) in [
        ("a:b", "c"),
        ("a\r\nb", "c"),
        ("a", "c\u{7f}"),
        ("a\u{85}", "c"),
    ] {
        let document = SecretDocument::new(secret(id), Some(secret(key)));
        let basic = Presented::credentials(&provider, Grant::HttpBasic, &document).unwrap();
        assert!(basic.header().is_err(), "{id:?} {key:?}");
    }
    for key in ["", " a", "a ", "a\r\nX: 1", "ä", "a\0"] {
        let document = SecretDocument::new(secret(""), Some(secret(key)));
        let presented = Presented::credentials(&provider, Grant::ApiKey, &document).unwrap();
        assert!(presented.header().is_err(), "{key:?}");
    }
    for token in ["a\r\nX-Evil: 1", "a b", "ä", "", "=="] {
        assert!(
            Presented::token(&provider, &fixtures::connection(), &secret(token))
                .header()
                .is_err()
        );
    }
}

#[test]
fn a_token_goes_into_the_providers_header_only() {
    for (scheme, written) in [
        ("Bearer", "Bearer abc"),
        ("", "abc"),
        ("Zoho-oauthtoken", "Zoho-oauthtoken abc"),
    ] {
        let mut provider = fixtures::provider();
        provider.token_header = TokenHeader {
            name: "X-Token".to_owned(),
            scheme: scheme.to_owned(),
        };
        let (name, value) = Presented::token(&provider, &fixtures::connection(), &secret("abc"))
            .header()
            .unwrap()
            .unwrap();
        assert!(name == "x-token" && value == written && value.is_sensitive());
    }
    assert!(Presented::Nothing.header().unwrap().is_none());
}
