//! Armour (RFC 7468), read as forgivingly as people paste it.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

use super::defect::KeyDefect;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Trailing padding is often lost when people copy.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What stands between a BEGIN line and the next END line.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    body: &'a str,
}

impl Block<'_> {
    /// RFC 1421 §4.6: the body itself is encrypted, by a scheme of old OpenSSL.
    pub(super) fn is_encrypted_the_old_way(&self) -> bool {
        self.body.contains("DEK-Info") || self.body.contains("Proc-Type")
    }

    /// `Damaged` when the body is not Base64.
    pub(super) fn der(&self) -> Result<Zeroizing<Vec<u8>>, KeyDefect> {
        decoded(self.body).ok_or(KeyDefect::Damaged)
    }
}

/// Whether `text` has armour, whole or not.
pub(super) fn is_armoured(text: &str) -> bool {
    text.contains("-----BEGIN") || text.contains("-----END")
}

/// All blocks in `text`, in order; what stands between them is skipped. `CutOff` when a BEGIN or END line
/// is missing.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, KeyDefect> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (label, after) = rest[start + BEGIN.len()..]
            .split_once("-----")
            .ok_or(KeyDefect::CutOff)?;
        let (body, after) = after.split_once(END).ok_or(KeyDefect::CutOff)?;
        if body.contains(BEGIN) {
            return Err(KeyDefect::CutOff);
        }
        found.push(Block { label, body });
        rest = after;
    }
    if found.is_empty() {
        return Err(KeyDefect::CutOff);
    }
    Ok(found)
}

/// Base64 with blanks, line ends (written as `\n` in JSON and environment files, too) and either
/// alphabet. `None` for everything else.
pub(super) fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars().peekable();
    while let Some(one) = characters.next() {
        match one {
            '\\' if matches!(characters.peek(), Some('n' | 'r')) => {
                characters.next();
            }
            '-' => plain.push('+'),
            '_' => plain.push('/'),
            _ if one.is_whitespace() => {}
            _ if one.is_ascii() => plain.push(one),
            _ => return None,
        }
    }
    FORGIVING
        .decode(plain.as_bytes())
        .ok()
        .filter(|bytes| !bytes.is_empty())
        .map(Zeroizing::new)
}

/// `der` in armour, in lines of 64 (RFC 7468 §2). The caller wraps the result.
pub(super) fn armoured(label: &str, der: &[u8]) -> String {
    let encoded = Zeroizing::new(STANDARD.encode(der));
    // Exactly the room that it takes: neither growing nor shrinking leaves a copy behind.
    let lines = encoded.len() + encoded.len().div_ceil(64);
    let frame = BEGIN.len() + END.len() + 2 * (label.len() + "-----\n".len());
    let mut text = String::with_capacity(lines + frame);
    text.push_str(BEGIN);
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII, so every index is a boundary.
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(END);
    text.push_str(label);
    text.push_str("-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_takes_exactly_the_room_that_it_was_given() {
        for length in [1, 47, 48, 49, 96, 97, 138, 1000] {
            let text = armoured("PRIVATE KEY", &vec![7; length]);
            assert_eq!(text.len(), text.capacity(), "{length}");
        }
    }
}
