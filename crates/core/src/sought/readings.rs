//! What a text says, read in each encoding and in two of them one inside the other.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::Form;
use super::decoded::{base64, hexadecimal};
use super::unescaped::{backslashes, entities, form, percent};

/// How many encodings are taken off one after another.
const DEEPEST: u8 = 2;
/// Bytes that are made of one text at most, so that a large answer costs no more than a few times itself.
const MOST: usize = 8 * 1024 * 1024;

/// A text as somebody may read it.
pub(super) struct Reading {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// What was taken off last.
    pub(super) form: Form,
    depth: u8,
}

impl Reading {
    /// Whether it may be chance: any run of letters is base64 of something.
    pub(super) fn is_decoded(&self) -> bool {
        matches!(self.form, Form::Base64 | Form::Hexadecimal)
    }
}

/// Gives `None` where there is nothing to take off, or where less than `shortest` bytes would be left.
type Decoder = fn(text: &[u8], shortest: usize) -> Option<Zeroizing<Vec<u8>>>;

const DECODERS: [(Form, Decoder); 6] = [
    (Form::Escaped, |text, _| backslashes(text)),
    (Form::Percent, |text, _| percent(text)),
    (Form::Percent, |text, _| form(text)),
    (Form::Html, |text, _| entities(text)),
    (Form::Base64, base64),
    (Form::Hexadecimal, hexadecimal),
];

/// Tells `seen` every reading of `text` that has at least `shortest` bytes, itself first, as long as it wants
/// more.
pub(super) fn each_reading(text: &[u8], shortest: usize, mut seen: impl FnMut(&Reading) -> bool) {
    let mut left = MOST;
    let mut waiting = VecDeque::from([Reading {
        bytes: Zeroizing::new(text.to_vec()),
        form: Form::Plain,
        depth: 0,
    }]);
    while let Some(reading) = waiting.pop_front() {
        if !seen(&reading) {
            return;
        }
        if reading.depth == DEEPEST {
            continue;
        }
        for (form, decoder) in DECODERS {
            if left < reading.bytes.len() {
                break;
            }
            let decoded = decoder(&reading.bytes, shortest);
            let Some(bytes) = decoded.filter(|bytes| bytes.len() >= shortest) else {
                continue;
            };
            left = left.saturating_sub(bytes.len());
            waiting.push_back(Reading {
                bytes,
                form,
                depth: reading.depth + 1,
            });
        }
    }
}
