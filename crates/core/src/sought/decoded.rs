//! Base64 and hexadecimal digits wherever they stand in a text.
//!
//! Where a run begins is not known: letters before it belong to the same alphabet. So a run is read from each
//! of its first characters that lead to other bytes.

use zeroize::Zeroizing;

/// Stands between runs, so that the end of one and the beginning of the next make no word.
const GAP: u8 = b'\n';

/// The bytes of all runs of base64, of either alphabet (RFC 4648 §4 and §5), from the symbol `first` of each
/// run on. A run may be broken into lines.
pub(super) fn base64(text: &[u8], first: usize) -> Option<Zeroizing<Vec<u8>>> {
    digits(text, 6, first, b"", |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

/// The bytes of all runs of hexadecimal digits of either case, from the digit `first` of each run on. Colons and
/// hyphens between the digits are no end.
pub(super) fn hexadecimal(text: &[u8], first: usize) -> Option<Zeroizing<Vec<u8>>> {
    digits(text, 4, first, b":-", |byte| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    })
}

fn digits(
    text: &[u8],
    bits: u32,
    first: usize,
    between: &[u8],
    value: impl Fn(u8) -> Option<u8>,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    let (mut run, mut held, mut waiting) = (0_usize, 0_u32, 0_u32);
    for byte in text {
        let Some(digit) = value(*byte) else {
            if !byte.is_ascii_whitespace() && !between.contains(byte) {
                (run, held, waiting) = (0, 0, 0);
                if bytes.last().is_some_and(|last| *last != GAP) {
                    bytes.push(GAP);
                }
            }
            continue;
        };
        run += 1;
        if run <= first {
            continue;
        }
        held = held << bits | u32::from(digit);
        waiting += bits;
        if waiting >= 8 {
            waiting -= 8;
            bytes.push((held >> waiting).to_be_bytes()[3]);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}
