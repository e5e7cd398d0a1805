//! Secrets that cannot be mistaken, and the fourteen forms in which one may leak.
//!
//! A leak seldom looks like the secret: it comes base64-encoded inside a header, percent-encoded
//! inside a query, or cut by a redactor that came too late.

use std::hash::{BuildHasher as _, RandomState};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How much of a secret counts as the secret when only its beginning or end survives.
const FRAGMENT: usize = 12;

/// A secret made for one run.
pub struct Canary {
    pub(crate) name: String,
    pub(crate) client_id: String,
    value: String,
}

impl Canary {
    /// A fresh value, which holds characters that change under percent-, form- and base64url
    /// encoding. `name` says in a finding which secret it was; `client_id` is what stands before it
    /// in a Basic header.
    pub fn new(name: &str, client_id: &str) -> Self {
        let [head, middle, tail] = [0, 1, 2].map(|part| random_text(name, part));
        Self {
            name: name.to_owned(),
            client_id: client_id.to_owned(),
            value: format!("{head}+/{middle}=~*{tail}"),
        }
    }

    /// A secret that somebody else made, such as a token: `value` is long enough to be unmistakable.
    ///
    /// # Panics
    /// When it is not.
    pub fn known(name: &str, client_id: &str, value: &str) -> Self {
        assert!(
            value.len() >= 2 * FRAGMENT,
            "{name} could be found by chance"
        );
        Self {
            name: name.to_owned(),
            client_id: client_id.to_owned(),
            value: value.to_owned(),
        }
    }

    /// The secret itself, to be entered where a person would.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A form in which a secret may turn up (security rule J8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Raw,
    /// At any of the three byte offsets.
    Base64,
    Base64Url,
    /// As `id:secret`, before and after form-encoding: the content of a Basic header.
    Basic,
    Percent,
    Form,
    /// Every character as `\uXXXX`.
    JsonEscapes,
    HexLower,
    HexUpper,
    Utf16LittleEndian,
    Utf16BigEndian,
    Reversed,
    /// The first or last 12 characters.
    Fragment,
    /// The SHA-256 of the secret, in hexadecimal.
    Digest,
}

impl Encoding {
    pub const ALL: [Self; 14] = [
        Self::Raw,
        Self::Base64,
        Self::Base64Url,
        Self::Basic,
        Self::Percent,
        Self::Form,
        Self::JsonEscapes,
        Self::HexLower,
        Self::HexUpper,
        Self::Utf16LittleEndian,
        Self::Utf16BigEndian,
        Self::Reversed,
        Self::Fragment,
        Self::Digest,
    ];

    /// The byte strings that betray `canary` in this form.
    pub(crate) fn needles(self, canary: &Canary) -> Vec<Vec<u8>> {
        let value = canary.value.as_str();
        let bytes = value.as_bytes();
        match self {
            Self::Raw => vec![bytes.to_vec()],
            Self::Base64 => at_any_offset(&STANDARD_NO_PAD, bytes),
            Self::Base64Url => at_any_offset(&URL_SAFE_NO_PAD, bytes),
            Self::Basic => basic(canary),
            // RFC 3986 keeps "~", JavaScript's encodeURIComponent keeps "*" too.
            Self::Percent => [b"-._~".as_slice(), b"-._~*"]
                .iter()
                .flat_map(|kept| in_either_case(|case| percent(value, kept, case)))
                .collect(),
            Self::Form => in_either_case(|case| percent(value, b"*-._", case)),
            Self::JsonEscapes => in_either_case(|case| json_escapes(value, case)),
            Self::HexLower => vec![hex(bytes, Case::Lower).into_bytes()],
            Self::HexUpper => vec![hex(bytes, Case::Upper).into_bytes()],
            Self::Utf16LittleEndian => {
                vec![value.encode_utf16().flat_map(u16::to_le_bytes).collect()]
            }
            Self::Utf16BigEndian => vec![value.encode_utf16().flat_map(u16::to_be_bytes).collect()],
            Self::Reversed => vec![value.chars().rev().collect::<String>().into_bytes()],
            Self::Fragment => vec![
                bytes[..FRAGMENT].to_vec(),
                bytes[bytes.len() - FRAGMENT..].to_vec(),
            ],
            Self::Digest => in_either_case(|case| hex(digest(&SHA256, bytes).as_ref(), case)),
        }
    }

    /// What a careless program would have written: always more than the secret itself, so that whoever
    /// searches has to find it in its surroundings.
    pub fn careless(self, canary: &Canary) -> Vec<u8> {
        let value = canary.value.as_str();
        let text = match self {
            Self::Raw => format!("secret={value}&"),
            Self::Base64 => STANDARD_NO_PAD.encode(format!("?{value}!")),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(format!("??{value}!!")),
            Self::Basic => STANDARD_NO_PAD.encode(format!(
                "{}:{}",
                form_encoded(&canary.client_id),
                form_encoded(value)
            )),
            Self::Percent => percent(value, b"-._~*", Case::Lower),
            Self::Form => form_encoded(value),
            Self::JsonEscapes => value.bytes().fold(String::new(), |text, byte| {
                text + &format!("\\u00{byte:02x}")
            }),
            Self::HexLower => hex(value.as_bytes(), Case::Lower),
            Self::HexUpper => hex(value.as_bytes(), Case::Upper),
            Self::Utf16LittleEndian => {
                return value.encode_utf16().flat_map(u16::to_le_bytes).collect();
            }
            Self::Utf16BigEndian => {
                return value.encode_utf16().flat_map(u16::to_be_bytes).collect();
            }
            Self::Reversed => value.chars().rev().collect(),
            Self::Fragment => format!("{}...", &value[..FRAGMENT]),
            Self::Digest => hex(digest(&SHA256, value.as_bytes()).as_ref(), Case::Lower),
        };
        text.into_bytes()
    }
}

/// 12 letters and digits that no other run and no other secret has.
fn random_text(name: &str, part: u8) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // Each RandomState has keys of its own, seeded by the operating system.
    let (high, low) = (
        RandomState::new().hash_one((name, part)),
        RandomState::new().hash_one((part, name)),
    );
    let mut rest = u128::from(high) << 64 | u128::from(low);
    (0..FRAGMENT)
        .map(|_| {
            let letter = LETTERS[usize::try_from(rest % 62).unwrap_or_default()];
            rest /= 62;
            char::from(letter)
        })
        .collect()
}

/// The characters of the encoding that do not depend on what stands before and after the secret.
fn at_any_offset(engine: &impl base64::Engine, secret: &[u8]) -> Vec<Vec<u8>> {
    (0..3_usize)
        .map(|offset| {
            let mut bytes = vec![0; offset];
            bytes.extend_from_slice(secret);
            let text = engine.encode(&bytes);
            let (from, until) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
            text.as_bytes()[from..until].to_vec()
        })
        .collect()
}

fn basic(canary: &Canary) -> Vec<Vec<u8>> {
    let Canary {
        client_id, value, ..
    } = canary;
    let encoded = [client_id, value].map(|text| form_encoded(text));
    [format!("{client_id}:{value}"), encoded.join(":")]
        .iter()
        .flat_map(|pair| {
            [
                STANDARD_NO_PAD.encode(pair).into_bytes(),
                URL_SAFE_NO_PAD.encode(pair).into_bytes(),
            ]
        })
        .collect()
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The case of hexadecimal digits; programs differ.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

fn in_either_case(encode: impl Fn(Case) -> String) -> Vec<Vec<u8>> {
    [Case::Lower, Case::Upper]
        .map(|case| encode(case).into_bytes())
        .into()
}

fn percent(text: &str, kept: &[u8], case: Case) -> String {
    text.bytes().fold(String::new(), |encoded, byte| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded + char::from(byte).encode_utf8(&mut [0; 4])
        } else {
            encoded + "%" + &hex(&[byte], case)
        }
    })
}

fn json_escapes(text: &str, case: Case) -> String {
    text.encode_utf16().fold(String::new(), |escaped, unit| {
        escaped + "\\u" + &hex(&unit.to_be_bytes(), case)
    })
}

fn hex(bytes: &[u8], case: Case) -> String {
    bytes.iter().fold(String::new(), |text, byte| {
        text + &match case {
            Case::Lower => format!("{byte:02x}"),
            Case::Upper => format!("{byte:02X}"),
        }
    })
}
