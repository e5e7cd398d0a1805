//! A file that was opened for reading. What is asked about it is asked of what was opened, so that nobody
//! can put another file in its place between the question and the reading.

use std::fs::{self, File, Metadata};
use std::path::Path;

use zeroize::Zeroizing;

use super::failure::{FileCause, FileError};
use super::{private, wiped};

pub(super) struct Opened<'p> {
    path: &'p Path,
    file: File,
    found: Metadata,
}

impl<'p> Opened<'p> {
    /// Only a regular file: a pipe would make the reading wait for somebody to write into it.
    pub(super) fn at(path: &'p Path) -> Result<Self, FileError> {
        let failed = |error| FileError::new("read", path, error);
        let other = || FileError::of("read", path, FileCause::NotAFile);
        // Opening some devices does something. This only spares us that; what counts is asked below.
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(other());
        }
        let file = private::open_without_waiting(path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(other());
        }
        Ok(Self { path, file, found })
    }

    /// Why a secret should not lie in this file: others may read it, or it is somebody else's.
    pub(super) fn exposure(&self) -> Option<FileError> {
        let cause = private::exposed(&self.found)?;
        Some(FileError::of("use", self.path, cause))
    }

    /// Why what this file says may not be what its owner wrote: others may write it, or it is somebody else's.
    pub(super) fn changeable(&self) -> Option<FileError> {
        let cause = private::changeable(&self.found)?;
        Some(FileError::of("use", self.path, cause))
    }

    /// `TooLarge` for more than `limit` bytes.
    pub(super) fn content(self, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
        let read = wiped::read_wiped(&self.file, limit);
        let read = read.map_err(|error| FileError::new("read", self.path, error))?;
        read.ok_or_else(|| FileError::of("read", self.path, FileCause::TooLarge { limit }))
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::super::{read_and_warn, read_own, read_ruling};
    use super::*;
    use crate::error::Problem;

    fn file(path: &Path, mode: u32) {
        fs::write(path, "key").expect("written");
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("set");
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused_with_the_command_to_run() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("it's a key.pem");
        for (mode, taken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            file(&path, mode);
            let read = read_own(&path, 10);
            assert_eq!(read.is_ok(), taken, "{mode:o}");
            let Err(error) = read else { continue };
            let problem = Problem::from(error);
            assert!(problem.summary.contains(&format!("{mode:04o}")));
            for part in ["chmod 600 -- '", r"it'\''s a key.pem'"] {
                assert!(problem.remedy.contains(part), "{}", problem.remedy);
            }
        }
    }

    #[test]
    fn where_it_is_taken_all_the_same_the_command_comes_along() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("event.json");
        file(&path, 0o600);
        let (_, warning) = read_and_warn(&path, 10).expect("read");
        assert!(warning.is_none());
        file(&path, 0o644);
        let (content, warning) = read_and_warn(&path, 10).expect("read");
        assert_eq!(*content, b"key");
        let warning = warning.expect("others may read it");
        assert!(
            warning
                .summary
                .starts_with("Others on this computer may read")
        );
        assert!(warning.remedy.contains("chmod 600"), "{}", warning.remedy);
    }

    #[test]
    fn a_file_that_is_put_in_its_place_later_says_nothing_about_the_one_that_is_read() {
        let home = tempfile::tempdir().expect("directory");
        let (open, own) = (home.path().join("key.pem"), home.path().join("own.pem"));
        file(&open, 0o644);
        let opened = Opened::at(&open).expect("opened");
        file(&own, 0o600);
        fs::rename(&own, &open).expect("replaced");
        assert!(
            opened.exposure().is_some(),
            "the open one is readable by others"
        );
        assert!(read_own(&open, 10).is_ok(), "the new one is not");
    }

    #[test]
    fn a_file_that_rules_is_refused_when_everybody_may_write_it_and_warned_of_when_the_group_may() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("validator.toml");
        for (mode, taken, warned) in [
            (0o600, true, false),
            (0o644, true, false),
            (0o664, true, true),
            (0o646, false, false),
            (0o666, false, false),
        ] {
            file(&path, mode);
            match read_ruling(&path, 10) {
                Ok((content, warning)) => {
                    assert_eq!((content.as_slice(), true), (&b"key"[..], taken), "{mode:o}");
                    assert_eq!(warning.is_some(), warned, "{mode:o}");
                    let said = warning.map_or(String::new(), |it| it.remedy);
                    assert!(!warned || said.contains("chmod go-w"), "{said}");
                }
                Err(error) => {
                    assert!(!taken, "{mode:o} {error}");
                    let problem = Problem::from(error);
                    assert!(problem.remedy.contains("chmod go-w"), "{}", problem.remedy);
                }
            }
        }
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let home = tempfile::tempdir().expect("directory");
        let pipe = home.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).expect("made");
        assert!(read_own(&pipe, 10).is_err());
        // Also where it takes the place of a file at the last moment.
        private::open_without_waiting(&pipe).expect("opened at once");
    }
}
