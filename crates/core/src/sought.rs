//! Secrets that went out, looked for in what came back.
//!
//! The search goes through the text and not through a list of spellings: the text is read in every usual
//! encoding, and each reading is looked through. Rule J8 lists the fourteen families that must be found.

mod decoded;
mod readings;
mod unescaped;

use memchr::memmem;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use readings::{Reading, each_reading};

/// From this many characters on, the first or last [`FRAGMENT`] of a secret betray it too.
const LONG: usize = 16;
const FRAGMENT: usize = 12;
/// What may be no more than a usual beginning, such as `sk_live_`.
const GLIMPSE: usize = 8;
/// A shorter secret would be found by chance in what a long text decodes to.
const SHORT: usize = 6;
const SHORT_TEXT: usize = 64;

/// Secrets by name, and the search for them.
#[derive(Default)]
pub struct Sought {
    needles: Vec<Needle>,
}

/// A trace of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    pub name: &'a str,
    pub form: Form,
}

/// What a secret was found as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// With entities of HTML.
    Html,
    Percent,
    /// With backslashes, as JSON and most languages write it (RFC 8259 §7).
    Escaped,
    Base64,
    Hexadecimal,
    Backwards,
    Utf16,
    /// The SHA-256 of the secret.
    Digest,
    /// Its first or last twelve characters.
    Fragment,
    /// Its first or last eight characters, which may be no more than a usual beginning. Only what
    /// [`Sought::add_glimpses`] was told is found so.
    Glimpse,
}

impl Form {
    /// For a report: "in base64".
    pub fn words(self) -> &'static str {
        match self {
            Self::Plain => "as it is",
            Self::Html => "in HTML",
            Self::Percent => "percent-encoded",
            Self::Escaped => "with backslashes",
            Self::Base64 => "in base64",
            Self::Hexadecimal => "as hexadecimal digits",
            Self::Backwards => "backwards",
            Self::Utf16 => "in UTF-16",
            Self::Digest => "as its SHA-256",
            Self::Fragment => "its beginning or end",
            Self::Glimpse => "a few characters of its beginning or end",
        }
    }
}

impl Sought {
    /// Looks for `secret` too. One of one or two characters would stand in nearly every text, so it counts
    /// where it is all of it.
    pub fn add(&mut self, name: &str, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let bytes = secret.as_bytes();
        self.push(name, Form::Plain, bytes);
        if bytes.len() < 3 {
            return;
        }
        for wide in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = secret.encode_utf16().flat_map(wide);
            self.push(
                name,
                Form::Utf16,
                &Zeroizing::new(units.collect::<Vec<_>>()),
            );
        }
        if bytes.len() < SHORT {
            return;
        }
        let backwards: Zeroizing<String> = Zeroizing::new(secret.chars().rev().collect());
        self.push(name, Form::Backwards, backwards.as_bytes());
        self.push(name, Form::Digest, &Sha256::digest(bytes));
        if secret.chars().count() >= LONG {
            self.push_ends(name, Form::Fragment, secret, FRAGMENT);
        }
    }

    /// Looks for the first and the last eight characters of `secret` too, where it has more.
    pub fn add_glimpses(&mut self, name: &str, secret: &str) {
        if secret.chars().count() > GLIMPSE {
            self.push_ends(name, Form::Glimpse, secret, GLIMPSE);
        }
    }

    /// Whether `text` holds any of the secrets, in whatever form.
    pub fn is_in(&self, text: &[u8]) -> bool {
        let mut found = false;
        self.search(text, |_| {
            found = true;
            false
        });
        found
    }

    /// All that `text` holds of the secrets: whole ones first, and the plainest forms of them.
    pub fn all_in(&self, text: &[u8]) -> Vec<Found<'_>> {
        let mut found: Vec<Found<'_>> = Vec::new();
        self.search(text, |next| {
            if !found.contains(&next) {
                found.push(next);
            }
            true
        });
        found.sort_by_key(|it| matches!(it.form, Form::Fragment | Form::Glimpse));
        found
    }

    /// Tells `heard` of each trace, as long as it wants more.
    fn search<'a>(&'a self, text: &[u8], mut heard: impl FnMut(Found<'a>) -> bool) {
        let shortest = self.needles.iter().map(|it| it.bytes.len()).min();
        // No encoding makes a text shorter.
        if shortest.is_none_or(|shortest| text.len() < shortest) {
            return;
        }
        each_reading(text, |reading| {
            let folded = Zeroizing::new(reading.bytes.to_ascii_lowercase());
            let mut held = self
                .needles
                .iter()
                .filter(|it| it.is_in(&folded, reading, text.len()));
            held.all(|needle| {
                heard(Found {
                    name: &needle.name,
                    form: needle.seen_in(reading),
                })
            })
        });
    }

    fn push_ends(&mut self, name: &str, form: Form, secret: &str, length: usize) {
        let count = secret.chars().count();
        let at = |position: usize| {
            let start = secret.char_indices().nth(position);
            start.map_or(secret.len(), |(at, _)| at)
        };
        self.push(name, form, &secret.as_bytes()[..at(length)]);
        let end = at(count.saturating_sub(length));
        self.push(name, form, &secret.as_bytes()[end..]);
    }

    fn push(&mut self, name: &str, form: Form, bytes: &[u8]) {
        self.needles.push(Needle {
            name: name.to_owned(),
            form,
            bytes: Zeroizing::new(bytes.to_ascii_lowercase()),
        });
    }
}

/// Bytes that betray a secret, in lower case.
struct Needle {
    name: String,
    form: Form,
    bytes: Zeroizing<Vec<u8>>,
}

impl Needle {
    fn is_in(&self, folded: &[u8], reading: &Reading, whole: usize) -> bool {
        let bytes = self.bytes.as_slice();
        match bytes.len() {
            0..=2 => folded.trim_ascii() == bytes,
            length if length < SHORT && reading.is_decoded() && whole > SHORT_TEXT => false,
            _ => memmem::find(folded, bytes).is_some(),
        }
    }

    /// What is odd about the secret itself tells more than how it was written.
    fn seen_in(&self, reading: &Reading) -> Form {
        match self.form {
            Form::Plain => reading.form,
            form => form,
        }
    }
}

#[cfg(test)]
mod tests;
