//! A private key from a file, between the dialog that chose it and the connection that takes it. It does
//! not go through the page, which knows its file's name alone.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use proofkey_core::border::ChosenFile;
use proofkey_core::connection::SigningDraft;
use proofkey_core::system::files::read_own;
use proofkey_core::{Code, Problem, Secret};

/// More than any key has.
const LARGEST: usize = 64 << 10;

/// The last choice.
#[derive(Default)]
pub(crate) struct ChosenKey(Mutex<Held>);

#[derive(Default)]
struct Held {
    handle: u32,
    key: Option<Secret>,
}

impl ChosenKey {
    /// Reads the file and holds what is in it. One that others may read is refused (rule D9).
    pub(crate) fn take(&self, path: &Path) -> Result<ChosenFile, Problem> {
        let bytes = read_own(path, LARGEST)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Problem::new(
                Code::DraftInvalid,
                "This file is not text, so it is no key that Proofkey reads.",
                "Choose the key as PEM, JWK or Base64.",
            )
        })?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.handle = held.handle.wrapping_add(1);
        held.key = Some(Secret::new(text.to_owned()));
        let file_name = path.file_name().unwrap_or_default();
        Ok(ChosenFile {
            handle: held.handle,
            file_name: file_name.to_string_lossy().into_owned(),
        })
    }

    /// Puts the key of that choice into `draft`, when the page names one.
    pub(crate) fn fill(
        &self,
        draft: &mut SigningDraft,
        handle: Option<u32>,
    ) -> Result<(), Problem> {
        let Some(handle) = handle else {
            return Ok(());
        };
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = held.key.as_ref().filter(|_| held.handle == handle);
        let key = key.ok_or_else(|| {
            Problem::new(
                Code::DraftInvalid,
                "The file with the key is no longer at hand.",
                "Choose it again.",
            )
            .at("signing.private_key")
        })?;
        draft.private_key = Some(key.duplicate());
        Ok(())
    }

    /// A connection has the key now.
    pub(crate) fn forget(&self) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.key = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("made");
        std::fs::write(file.path(), content).expect("written");
        file
    }

    #[test]
    fn a_chosen_key_reaches_the_draft_by_its_own_handle_and_no_other() {
        let keys = ChosenKey::default();
        let first = keys.take(file(b"first").path()).expect("taken");
        let second = keys.take(file(b"second").path()).expect("taken");
        let mut draft = SigningDraft::default();
        let problem = keys.fill(&mut draft, Some(first.handle)).expect_err("gone");
        assert_eq!(problem.field.as_deref(), Some("signing.private_key"));
        assert!(draft.private_key.is_none());
        keys.fill(&mut draft, Some(second.handle)).expect("filled");
        let key = draft.private_key.take().expect("there");
        assert_eq!(key.expose(), "second");
        keys.forget();
        assert!(keys.fill(&mut draft, Some(second.handle)).is_err());
        keys.fill(&mut draft, None).expect("nothing to fill");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let problem = ChosenKey::default()
            .take(file(b"\x30\x82\xff").path())
            .expect_err("refused");
        assert!(problem.summary.contains("not text"), "{problem}");
    }
}
