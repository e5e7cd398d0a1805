//! What Talkdesk sends, and what it keeps of an answer and sends again.

use std::collections::BTreeMap;

use crate::secret::Secret;

/// The fields of `auth`, by name.
pub type Auth = BTreeMap<String, Scalar>;

/// What a field can hold. Any of the texts may be a secret.
pub enum Scalar {
    Text(Secret),
    /// Within ±2^53, which every JSON reader keeps exactly (RFC 8259 §6).
    Integer(i64),
    Flag(bool),
}

impl Scalar {
    pub fn text(value: &str) -> Self {
        Self::Text(Secret::new(value.to_owned()))
    }

    /// A second holder of the same value.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.duplicate()),
            Self::Integer(number) => Self::Integer(*number),
            Self::Flag(flag) => Self::Flag(*flag),
        }
    }
}
