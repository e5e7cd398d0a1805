//! The words by which closed sets (grants, check ids, verdicts) are written, as serde names them.

use std::fmt;

use serde::Serialize;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

/// The word of `value`, an enum without content: "`client_credentials`".
pub(super) fn of<T: Serialize>(value: T) -> String {
    Word(value).to_string()
}

/// The value of that word, when it is one of the set.
pub(super) fn read<T: DeserializeOwned>(word: &str) -> Option<T> {
    let deserializer: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(deserializer).ok()
}

/// A `Formatter` is a serializer for values that are one word.
struct Word<T>(T);

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(formatter)
    }
}
