//! The bodies that are sent: right ones, and wrong ones made of them.

use zeroize::Zeroizing;

use crate::integration::{Auth, Scalar};
use crate::secret::Secret;
use crate::vault::document::push_string;

/// The name of a field that no validator knows.
pub(super) const UNKNOWN_FIELD: &str = "proofkey_unknown_field";

pub(super) type Body = Zeroizing<Vec<u8>>;

/// `{"auth":{...}}`.
pub(super) fn body(auth: &Auth) -> Body {
    written(auth, None)
}

/// A second holder of the same credentials.
pub(super) fn copy(auth: &Auth) -> Auth {
    let fields = auth.iter();
    fields
        .map(|(name, it)| (name.clone(), it.duplicate()))
        .collect()
}

/// The credentials with one field altered in one place, so that nothing but its value is wrong.
///
/// The place is in the middle: what stands at the end of an encoded text may mean nothing, and what
/// stands at its beginning is often the same for all.
pub(super) fn altered(auth: &Auth, name: &str) -> Auth {
    let mut wrong = copy(auth);
    if let Some(value) = auth.get(name) {
        wrong.insert(name.to_owned(), other(value));
    }
    wrong
}

pub(super) fn without(auth: &Auth, name: &str) -> Auth {
    let mut wrong = copy(auth);
    wrong.remove(name);
    wrong
}

/// Bodies that are not the contract, each with what is wrong about it. In none are all secrets right.
pub(super) fn malformed(auth: &Auth, secrets: impl Iterator<Item = String>) -> Vec<(String, Body)> {
    let plain: [(&str, &[u8]); 9] = [
        ("a body that ends too soon", br#"{"auth":{"name":"value"#),
        (
            "curly quotes",
            "{\u{201c}auth\u{201d}: {\u{201c}name\u{201d}: \u{201c}value\u{201d}}}".as_bytes(),
        ),
        ("an empty body", b""),
        (
            "bytes that are no text",
            b"{\"auth\":{\"name\":\"\xff\xfe\"}}",
        ),
        ("a list", b"[]"),
        ("null", b"null"),
        ("no auth", b"{}"),
        ("a text as auth", br#"{"auth":"value"}"#),
        ("null as auth", br#"{"auth":null}"#),
    ];
    let mut bodies: Vec<(String, Body)> = plain
        .iter()
        .map(|(what, bytes)| ((*what).to_owned(), Zeroizing::new(bytes.to_vec())))
        .collect();
    // What a database query made of the body would read as "any value".
    for name in secrets {
        for (what, json) in [
            ("an object", r#"{"$ne":""}"#),
            ("null", "null"),
            ("true", "true"),
        ] {
            bodies.push((
                format!("{what} as {name}"),
                written(auth, Some((&name, json))),
            ));
        }
    }
    bodies
}

/// The body with the JSON of one field replaced.
fn written(auth: &Auth, replaced: Option<(&str, &str)>) -> Body {
    // Large enough that it never moves and leaves a copy behind: a control character takes six bytes.
    let room: usize = auth
        .iter()
        .map(|(name, value)| name.len() * 6 + longest(value) + 16)
        .sum();
    let mut text = Zeroizing::new(String::with_capacity(room + 32));
    text.push_str("{\"auth\":{");
    for (index, (name, value)) in auth.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_string(&mut text, name);
        text.push(':');
        match (replaced, value) {
            (Some((other, json)), _) if other == name => text.push_str(json),
            (_, Scalar::Text(value)) => push_string(&mut text, value.expose()),
            (_, Scalar::Integer(number)) => text.push_str(&number.to_string()),
            (_, Scalar::Flag(flag)) => text.push_str(if *flag { "true" } else { "false" }),
        }
    }
    text.push_str("}}");
    Zeroizing::new(std::mem::take(&mut *text).into_bytes())
}

fn longest(value: &Scalar) -> usize {
    match value {
        Scalar::Text(text) => text.expose().len() * 6,
        Scalar::Integer(_) | Scalar::Flag(_) => 24,
    }
}

fn other(value: &Scalar) -> Scalar {
    match value {
        Scalar::Integer(number) => Scalar::Integer(number ^ 1),
        Scalar::Flag(flag) => Scalar::Flag(!flag),
        Scalar::Text(text) => {
            let plain = text.expose();
            let middle = plain.chars().count() / 2;
            let mut wrong = String::with_capacity(plain.len() + 4);
            for (index, character) in plain.chars().enumerate() {
                wrong.push(if index == middle {
                    another(character)
                } else {
                    character
                });
            }
            if wrong.is_empty() {
                wrong.push('x');
            }
            Scalar::Text(Secret::new(wrong))
        }
    }
}

/// A different character of the same kind, so that the shape of the value stays right.
fn another(character: char) -> char {
    match character {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(character as u8 + 1),
        '9' => '0',
        'z' => 'a',
        'Z' => 'A',
        _ => 'x',
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::laboratory::read_auth;

    fn auth() -> Auth {
        let text = r#"{"name":"p\"at\n","password":"q7W605","pin":4711,"new":true}"#;
        read_auth(text.as_bytes()).expect("read")
    }

    fn sent(body: &Body) -> Value {
        serde_json::from_slice(body).expect("JSON")
    }

    #[test]
    fn a_body_holds_every_field_as_it_is() {
        let expected =
            json!({"auth": {"name": "p\"at\n", "password": "q7W605", "pin": 4711, "new": true}});
        assert_eq!(sent(&body(&auth())), expected);
    }

    #[test]
    fn an_altered_field_differs_in_one_character_of_its_kind() {
        let auth = auth();
        let wrong = |name: &str| sent(&body(&altered(&auth, name)))["auth"][name].clone();
        assert_eq!(wrong("password"), "q7W705");
        assert_eq!(wrong("pin"), 4710);
        assert_eq!(
            sent(&body(&altered(&auth, "password")))["auth"]["pin"],
            4711
        );
        for character in ['9', 'z', 'Z', '-', 'ü', 'x', '8'] {
            assert_ne!(another(character), character);
        }
        let empty = read_auth(br#"{"password":""}"#).expect("read");
        assert_eq!(
            sent(&body(&altered(&empty, "password")))["auth"]["password"],
            "x"
        );
    }

    #[test]
    fn no_malformed_body_holds_the_secret_and_none_is_the_contract() {
        let bodies = malformed(&auth(), std::iter::once("password".to_owned()));
        assert_eq!(bodies.len(), 12);
        for (what, body) in bodies {
            assert!(!body.windows(6).any(|part| part == b"q7W605"), "{what}");
            let fine = serde_json::from_slice::<Value>(&body).is_ok_and(|it| {
                let fields = it["auth"].as_object();
                fields.is_some_and(|fields| fields["password"].is_string())
            });
            assert!(!fine, "{what}");
        }
    }
}
