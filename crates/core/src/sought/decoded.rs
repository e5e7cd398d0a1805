//! Base64 and hexadecimal digits wherever they stand in a text.
//!
//! Where an encoding begins is not known: letters before it belong to the same alphabet. So each run is read
//! from each of its first digits that lead to other bytes.

use zeroize::Zeroizing;

/// Stands between two readings, so that the end of one and the beginning of the next make no word.
const GAP: u8 = b'\n';

/// Digits of an encoding.
struct Alphabet {
    /// What a digit says.
    bits: u32,
    value: fn(u8) -> Option<u8>,
    /// What may stand between two digits besides blanks and ends of lines.
    between: &'static [u8],
}

/// The bytes of all runs of base64, of either alphabet (RFC 4648 §4 and §5), broken into lines or not. `None`
/// when no run holds `shortest` bytes.
pub(super) fn base64(text: &[u8], shortest: usize) -> Option<Zeroizing<Vec<u8>>> {
    let alphabet = Alphabet {
        bits: 6,
        value: |byte| match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        },
        between: b"",
    };
    alphabet.read(text, shortest)
}

/// The same of hexadecimal digits of either case, with colons or hyphens between them or not.
pub(super) fn hexadecimal(text: &[u8], shortest: usize) -> Option<Zeroizing<Vec<u8>>> {
    let alphabet = Alphabet {
        bits: 4,
        value: |byte| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            b'A'..=b'F' => Some(byte - b'A' + 10),
            _ => None,
        },
        between: b":-",
    };
    alphabet.read(text, shortest)
}

impl Alphabet {
    fn read(&self, text: &[u8], shortest: usize) -> Option<Zeroizing<Vec<u8>>> {
        // Without digits for it there is nothing to make room for, and that is the usual case.
        let enough = (shortest * 8).div_ceil(self.bits as usize);
        if self.longest_run(text) < enough {
            return None;
        }
        let starts = if self.bits == 6 { 4 } else { 2 };
        let mut bytes = Zeroizing::new(Vec::with_capacity(starts * (text.len() + 1)));
        for start in 0..starts {
            self.read_from(start, text, &mut bytes);
            bytes.push(GAP);
        }
        Some(bytes)
    }

    fn longest_run(&self, text: &[u8]) -> usize {
        let (mut longest, mut run) = (0, 0);
        for byte in text {
            if (self.value)(*byte).is_some() {
                run += 1;
                longest = longest.max(run);
            } else if self.ends_a_run(*byte) {
                run = 0;
            }
        }
        longest
    }

    /// Each run from its digit `start` on.
    fn read_from(&self, start: usize, text: &[u8], bytes: &mut Vec<u8>) {
        let (mut run, mut held, mut waiting) = (0_usize, 0_u32, 0_u32);
        for byte in text {
            let Some(digit) = (self.value)(*byte) else {
                if self.ends_a_run(*byte) {
                    (run, held, waiting) = (0, 0, 0);
                    if bytes.last().is_some_and(|last| *last != GAP) {
                        bytes.push(GAP);
                    }
                }
                continue;
            };
            run += 1;
            if run <= start {
                continue;
            }
            held = held << self.bits | u32::from(digit);
            waiting += self.bits;
            if waiting >= 8 {
                waiting -= 8;
                bytes.push((held >> waiting).to_be_bytes()[3]);
            }
        }
    }

    fn ends_a_run(&self, byte: u8) -> bool {
        !byte.is_ascii_whitespace() && !self.between.contains(&byte)
    }
}
