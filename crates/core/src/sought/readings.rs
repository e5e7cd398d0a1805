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

type Decoder = fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>;

/// Each gives `None` where there is nothing to take off.
const DECODERS: [(Form, Decoder); 10] = [
    (Form::Escaped, backslashes),
    (Form::Percent, percent),
    (Form::Percent, form),
    (Form::Html, entities),
    (Form::Base64, |text| base64(text, 0)),
    (Form::Base64, |text| base64(text, 1)),
    (Form::Base64, |text| base64(text, 2)),
    (Form::Base64, |text| base64(text, 3)),
    (Form::Hexadecimal, |text| hexadecimal(text, 0)),
    (Form::Hexadecimal, |text| hexadecimal(text, 1)),
];

/// Tells `seen` every reading of `text`, itself first, as long as it wants more.
pub(super) fn each_reading(text: &[u8], mut seen: impl FnMut(&Reading) -> bool) {
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
            let Some(bytes) = decoder(&reading.bytes) else {
                continue;
            };
            left -= bytes.len();
            waiting.push_back(Reading {
                bytes,
                form,
                depth: reading.depth + 1,
            });
        }
    }
}
