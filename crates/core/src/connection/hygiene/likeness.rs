//! What a value looks like when it is not the value that was asked for.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::mending::{holds_several, squeezed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// JSON, a form or several lines: more than one value.
    Block,
    /// `Basic ...`, `Bearer ...`.
    Header,
    /// base64 of `id:secret`.
    Joined,
    PrivateKey,
    /// A JSON Web Token (RFC 7519).
    Token,
    Address,
    /// `<client_secret>`, `your-client-id`.
    Placeholder,
    /// The dots of a password field.
    Masked,
}

impl Likeness {
    /// The first likeness of `text`, if there is one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        if lower.contains("-----begin") {
            Some(Self::PrivateKey)
        } else if holds_several(text) {
            Some(Self::Block)
        } else if is_header(&lower) {
            Some(Self::Header)
        } else if lower.starts_with("https://") || lower.starts_with("http://") {
            Some(Self::Address)
        } else if is_masked(text) {
            Some(Self::Masked)
        } else if is_placeholder(&lower) {
            Some(Self::Placeholder)
        } else if is_token(text) {
            Some(Self::Token)
        } else {
            is_joined(text).then_some(Self::Joined)
        }
    }
}

/// Client IDs are short or have a fixed form; secrets are long and mixed. Only a clear case counts.
pub(super) fn swapped(id: &str, secret: &str) -> bool {
    let exchanged = is_id_like(secret) && !is_id_like(id) && is_secret_like(id);
    let much_longer = secret.len() >= 8 && id.len() >= 2 * secret.len() && is_secret_like(id);
    exchanged || (much_longer && !is_secret_like(secret))
}

/// A UUID, or hexadecimal digits of a usual length.
fn is_id_like(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let uuid = parts == [8, 4, 4, 4, 12] && text.split('-').all(hex);
    uuid || (matches!(text.len(), 20 | 24 | 32) && hex(text))
}

/// Long, with small and capital letters and digits.
fn is_secret_like(text: &str) -> bool {
    text.len() >= 32
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_header(lower: &str) -> bool {
    ["basic ", "bearer ", "authorization:"]
        .iter()
        .any(|word| lower.starts_with(word))
}

fn is_masked(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let dots = matches!(
        first,
        '*' | '•' | '●' | '·' | '∙' | '⬤' | '.' | 'x' | 'X' | '-' | '_'
    );
    dots && text.chars().count() >= 4 && characters.all(|character| character == first)
}

/// What documentation and form fields show in place of a value, without signs between words.
const PLACEHOLDERS: [&str; 18] = [
    "clientid",
    "clientsecret",
    "secret",
    "password",
    "changeme",
    "placeholder",
    "todo",
    "null",
    "none",
    "undefined",
    "yourid",
    "yoursecret",
    "myclientid",
    "myclientsecret",
    "insertclientid",
    "insertclientsecret",
    "clientidvalue",
    "clientsecretvalue",
];

fn is_placeholder(lower: &str) -> bool {
    let squeezed = squeezed(lower);
    let yours = [
        "your",
        "myclient",
        "enteryour",
        "insert",
        "replace",
        "example",
    ]
    .iter()
    .any(|word| squeezed.starts_with(word));
    is_marked(lower)
        || PLACEHOLDERS.contains(&squeezed.as_str())
        || (yours && is_wordy(lower) && lower.len() <= 40)
}

/// Words in the brackets that templates use: `<client_secret>`, `${CLIENT_SECRET}`, `%SECRET%`.
fn is_marked(lower: &str) -> bool {
    [
        ("<", ">"),
        ("{", "}"),
        ("${", "}"),
        ("[", "]"),
        ("%", "%"),
        ("$", ""),
    ]
    .iter()
    .any(|(open, close)| {
        let inner = lower
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(is_wordy)
    })
}

/// Letters with the signs that join words, as nobody's random value is.
fn is_wordy(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b"_- .{}".contains(&byte))
}

fn is_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && text.starts_with("eyJ") && parts.iter().all(|part| part.len() >= 8)
}

/// base64 of printable text with a colon in it. Random bytes are not printable.
fn is_joined(text: &str) -> bool {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    if text.len() < 16 {
        return false;
    }
    let Ok(decoded) = engine.decode(text).map(Zeroizing::new) else {
        return false;
    };
    let printable = decoded.iter().all(|byte| (0x20..=0x7e).contains(byte));
    printable && decoded.split(|byte| *byte == b':').count() == 2
}
