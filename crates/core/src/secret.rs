//! How a value that hurts is held.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A client secret, private key, token or passphrase.
///
/// It has no `Debug`, `Display`, `Clone`, `PartialEq` or `Serialize`, and its memory is wiped when it
/// is dropped. Reading it means writing [`Secret::expose`], so that `git grep expose` is the audit.
pub struct Secret(SecretString);

impl Secret {
    /// Takes ownership of `value`, and leaves no copy of it behind.
    pub fn new(value: String) -> Self {
        if value.len() == value.capacity() {
            return Self(SecretString::from(value));
        }
        // What is held has no spare room. Giving room back may move the text, and what is left at the old
        // place would not be wiped.
        let roomy = Zeroizing::new(value);
        Self(SecretString::from(String::from(roomy.as_str())))
    }

    /// The value, for the one statement that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A second holder of the same value, for the places that must hand one on and keep one.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::new(self.expose().to_owned())
    }

    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

/// A secret may come in (one IPC field, one vault document); nothing lets it out again.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
