//! Double-quoted text that JSON, YAML and TOML all read as the same value.

use zeroize::Zeroizing;

/// Appends `text` in double quotes, using only escapes that JSON (RFC 8259 §7), YAML 1.2 double-quoted
/// scalars (§5.7) and TOML basic strings share.
///
/// Everything that a reader may treat as a line break, refuse, or show in another order than it is
/// written (controls, U+2028, byte order marks, bidi controls) is written as `\uXXXX`.
pub(super) fn push(out: &mut Zeroizing<String>, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            odd if is_odd(odd) => push_escape(out, odd),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// All of these are in the basic plane, so that four digits are enough.
fn is_odd(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}')
}

fn push_escape(out: &mut Zeroizing<String>, character: char) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(character) >> shift) & 0xf;
        out.push(char::from(DIGITS[digit as usize]));
    }
}
