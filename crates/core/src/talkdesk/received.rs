//! A delivery as it was received, before anything of it is believed.

use std::path::Path;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{EventHeaders, EventRefusal, LARGEST_EVENT};
use crate::error::Problem;
use crate::system::files::read_and_warn;

/// The raw body of an event, with the headers that sign it. It holds secrets, and is wiped when dropped.
pub struct ReceivedEvent {
    /// Id of the provider that it is said to come from.
    pub provider: String,
    /// It comes from the practice server of this machine.
    pub practice: bool,
    pub headers: EventHeaders,
    /// The file that it came from may be read by others.
    pub exposed: Option<Problem>,
    body: Zeroizing<Vec<u8>>,
}

impl ReceivedEvent {
    /// Refuses a body that is larger than [`LARGEST_EVENT`].
    pub fn new(
        provider: impl Into<String>,
        practice: bool,
        headers: EventHeaders,
        body: impl Into<Zeroizing<Vec<u8>>>,
    ) -> Result<Self, EventRefusal> {
        let body = body.into();
        if body.len() > LARGEST_EVENT {
            return Err(EventRefusal::TooLarge);
        }
        Ok(Self {
            provider: provider.into(),
            practice,
            headers,
            exposed: None,
            body,
        })
    }

    /// Reads the body from a regular file of at most [`LARGEST_EVENT`] bytes; a larger one is refused
    /// unread. One that others may read is taken, because most were saved by a browser or a mail program;
    /// `exposed` says so then.
    pub fn read_file(
        provider: impl Into<String>,
        practice: bool,
        headers: EventHeaders,
        path: &Path,
    ) -> Result<Self, Problem> {
        let limit = u64::try_from(LARGEST_EVENT).unwrap_or(u64::MAX);
        if std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > limit) {
            return Err(EventRefusal::TooLarge.into());
        }
        let (body, exposed) = read_and_warn(path, LARGEST_EVENT)?;
        Ok(Self {
            exposed,
            ..Self::new(provider, practice, headers, body)?
        })
    }

    /// A second holder of the same delivery, with these headers.
    #[must_use]
    pub fn with_headers(&self, headers: EventHeaders, practice: bool) -> Self {
        Self {
            provider: self.provider.clone(),
            practice,
            headers,
            exposed: self.exposed.clone(),
            body: self.body.clone(),
        }
    }

    /// SHA-256 of the bytes, in hexadecimal: which delivery somebody looked at.
    pub fn digest(&self) -> String {
        format!("{:x}", Sha256::digest(&*self.body))
    }

    /// The bytes that were delivered and signed.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}
