//! Secrets that went out, looked for in what came back.
//!
//! The search goes through the text and not through a list of spellings: the text is read in every usual
//! encoding, and each reading is looked through. Rule J8 lists the fourteen families that must be found.

mod decoded;
mod readings;
mod unescaped;

use std::sync::OnceLock;

use memchr::memmem;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use readings::{Reading, each_reading};

/// From this many characters on, the first or last [`FRAGMENT`] of a secret betray it too.
const LONG: usize = 16;
const FRAGMENT: usize = 12;
/// What may be no more than a usual beginning, such as `sk_live_`.
const GLIMPSE: usize = 8;
/// So few characters stand in nearly every text.
const TINY: usize = 2;
/// A shorter secret would be found by chance in what a long text decodes to.
const SHORT: usize = 6;
const SHORT_TEXT: usize = 64;
/// Bytes of a SHA-256.
const DIGEST: usize = 32;

/// Secrets by name, and the search for them. What is searched for is made when a text is long enough to hold
/// it, which most are not.
#[derive(Default)]
pub struct Sought {
    secrets: Vec<Secret>,
    needles: OnceLock<Vec<Needle>>,
    digests: OnceLock<Vec<Needle>>,
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
    /// Its first or last eight characters, which may be no more than a usual beginning. Only what came
    /// by [`Sought::add_with_glimpses`] is found so.
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
        self.insert(name, secret, false);
    }

    /// The same, and a few characters of its beginning or end are told as a [`Form::Glimpse`].
    pub fn add_with_glimpses(&mut self, name: &str, secret: &str) {
        self.insert(name, secret, true);
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
        let shortest = self.secrets.iter().map(Secret::shortest_trace).min();
        // No encoding makes a text shorter.
        let Some(shortest) = shortest.filter(|shortest| text.len() >= *shortest) else {
            return;
        };
        let needles = self.needles.get_or_init(|| self.made(Secret::needles));
        let digests = if text.len() >= DIGEST {
            self.digests.get_or_init(|| self.made(Secret::digest))
        } else {
            &Vec::new()
        };
        each_reading(text, shortest, |reading| {
            let folded = Zeroizing::new(reading.bytes.to_ascii_lowercase());
            let mut held = needles
                .iter()
                .chain(digests)
                .filter(|it| it.is_in(&folded, reading, text.len()));
            held.all(|needle| {
                let name = self.secrets.get(needle.secret).map(|it| it.name.as_str());
                heard(Found {
                    name: name.unwrap_or_default(),
                    form: needle.seen_in(reading),
                })
            })
        });
    }

    fn made<I: IntoIterator<Item = Needle>>(
        &self,
        of: impl Fn(&Secret, usize) -> I,
    ) -> Vec<Needle> {
        let secrets = self.secrets.iter().enumerate();
        secrets
            .flat_map(|(index, secret)| of(secret, index))
            .collect()
    }

    fn insert(&mut self, name: &str, secret: &str, glimpses: bool) {
        if secret.is_empty() {
            return;
        }
        self.needles.take();
        self.digests.take();
        self.secrets.push(Secret {
            name: name.to_owned(),
            text: Zeroizing::new(secret.to_owned()),
            glimpses,
        });
    }
}

struct Secret {
    name: String,
    text: Zeroizing<String>,
    glimpses: bool,
}

impl Secret {
    /// No text of fewer bytes holds a trace of it.
    fn shortest_trace(&self) -> usize {
        let fragment = if self.glimpses { GLIMPSE } else { FRAGMENT };
        self.text.len().min(fragment)
    }

    fn needles(&self, secret: usize) -> Vec<Needle> {
        let needle = |form, bytes: &[u8]| Needle {
            secret,
            form,
            bytes: Zeroizing::new(bytes.to_ascii_lowercase()),
        };
        let text = self.text.as_str();
        let mut needles = vec![needle(Form::Plain, text.as_bytes())];
        if text.len() > TINY {
            needles.extend([u16::to_le_bytes, u16::to_be_bytes].map(|wide| {
                let units = text.encode_utf16().flat_map(wide);
                needle(Form::Utf16, &Zeroizing::new(units.collect::<Vec<_>>()))
            }));
        }
        if text.len() >= SHORT {
            let backwards: Zeroizing<String> = Zeroizing::new(text.chars().rev().collect());
            needles.push(needle(Form::Backwards, backwards.as_bytes()));
        }
        let count = text.chars().count();
        let mut ends = |form, length| {
            let at = |position| text.char_indices().nth(position).map_or(0, |(at, _)| at);
            needles.push(needle(form, &text.as_bytes()[..at(length)]));
            needles.push(needle(form, &text.as_bytes()[at(count - length)..]));
        };
        if count >= LONG {
            ends(Form::Fragment, FRAGMENT);
        }
        if self.glimpses && count > GLIMPSE {
            ends(Form::Glimpse, GLIMPSE);
        }
        needles
    }

    fn digest(&self, secret: usize) -> Option<Needle> {
        (self.text.len() >= SHORT).then(|| Needle {
            secret,
            form: Form::Digest,
            bytes: Zeroizing::new(Sha256::digest(self.text.as_bytes()).to_ascii_lowercase()),
        })
    }
}

/// Bytes that betray a secret, in lower case.
struct Needle {
    /// Its place in the list.
    secret: usize,
    form: Form,
    bytes: Zeroizing<Vec<u8>>,
}

impl Needle {
    fn is_in(&self, folded: &[u8], reading: &Reading, whole: usize) -> bool {
        let bytes = self.bytes.as_slice();
        match bytes.len() {
            0..=TINY => folded.trim_ascii() == bytes,
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
