//! Files that only their owner may read, replaced as a whole or not at all.

mod failure;
mod lock;
mod opened;
mod private;
mod wiped;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::error::Problem;
use failure::FileCause;
pub use failure::FileError;
pub use lock::lock_file;
pub use private::{directory_is_private_enough, private_directory};
pub use wiped::read_wiped;

use opened::Opened;
use private::{only_owner, sync_directory};

/// How a file begins that was being written when its writer died.
const TEMPORARY_PREFIX: &str = ".proofkey-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// Whether a file of that name may be there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Fails when there is one, without a moment in which another could slip in.
    Never,
    /// Takes its place in one step; readers see the old content or the new.
    Existing,
}

/// Writes `content` to `path` so that after any crash the file holds what it held or all of `content`.
///
/// The temporary file has a random name in the same directory, is made exclusively and with mode
/// 0600 whatever the umask, and is gone when anything fails. A link at `path` is refused, never
/// followed. File and directory reach the disk before this returns.
pub fn write_private(path: &Path, content: &[u8], replace: Replace) -> Result<(), FileError> {
    refuse_all_but_files(path)?;
    let directory = directory_of(path);
    let failed = |error: io::Error| FileError::new("write", path, error);
    let mut temporary = temporary_file(&directory, &temporary_prefix(path)).map_err(failed)?;
    temporary.write_all(content).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    match replace {
        Replace::Never => temporary.persist_noclobber(path),
        Replace::Existing => temporary.persist(path),
    }
    .map_err(|refused| failed(refused.error))?;
    sync_directory(&directory).map_err(failed)
}

/// Gives a file that cannot be used another name in its folder, in place of the last one of that name.
pub fn set_aside(path: &Path, broken: &Path) -> Result<(), FileError> {
    let failed = |error: io::Error| FileError::new("set aside", path, error);
    fs::rename(path, broken).map_err(failed)?;
    sync_directory(&directory_of(path)).map_err(failed)
}

/// Removes the file and makes sure that it stays removed after a power failure. A missing file is
/// fine.
pub fn remove(path: &Path) -> Result<(), FileError> {
    let failed = |error: io::Error| FileError::new("remove", path, error);
    match fs::remove_file(path) {
        Ok(()) => sync_directory(&directory_of(path)).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// The whole content of a regular file of at most `limit` bytes. It is wiped when it is dropped, because
/// most files that people name hold something secret.
pub fn read_bounded(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    Opened::at(path)?.content(limit)
}

/// As [`read_bounded`], for a file that holds a secret: one that others may read, or that belongs to
/// somebody else, is refused, with what to run (rule D9). Where files have no mode, every file is taken.
pub fn read_own(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let opened = Opened::at(path)?;
    match opened.exposure() {
        Some(exposed) => Err(exposed),
        None => opened.content(limit),
    }
}

/// As [`read_own`], but the file is taken all the same; what [`read_own`] would have refused comes along
/// as a warning, with what to run.
pub fn read_and_warn(
    path: &Path,
    limit: usize,
) -> Result<(Zeroizing<Vec<u8>>, Option<Problem>), FileError> {
    let opened = Opened::at(path)?;
    let exposed = opened.exposure();
    let content = opened.content(limit)?;
    Ok((content, exposed.map(FileError::into_warning)))
}

/// As [`read_bounded`], for a file that decides where secrets go: one that everybody may write is refused. One
/// that the group may write, or that another user owns, comes with a warning, and what to run. Where files have
/// no mode, every file is taken.
pub fn read_ruling(
    path: &Path,
    limit: usize,
) -> Result<(Zeroizing<Vec<u8>>, Option<Problem>), FileError> {
    let opened = Opened::at(path)?;
    let warning = match opened.changeable() {
        Some(error) if error.is_anybodys() => return Err(error),
        other => other.map(FileError::into_warning),
    };
    Ok((opened.content(limit)?, warning))
}

/// Removes what interrupted [`write_private`] calls left in `directory`; says how many files it was.
/// Only while nobody writes there.
pub fn sweep(directory: &Path) -> Result<usize, FileError> {
    sweep_prefix(directory, TEMPORARY_PREFIX)
}

/// As [`sweep`], for the leftovers of this one file. Only while nobody writes it.
pub fn sweep_file(path: &Path) -> Result<usize, FileError> {
    sweep_prefix(&directory_of(path), &temporary_prefix(path))
}

/// The names in `directory`, sorted. Names that are not Unicode cannot be ours and are left out.
pub fn file_names(directory: &Path) -> Result<Vec<String>, FileError> {
    let failed = |error: io::Error| FileError::new("read", directory, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        if let Ok(name) = entry.map_err(failed)?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn sweep_prefix(directory: &Path, prefix: &str) -> Result<usize, FileError> {
    let mut swept = 0;
    for name in file_names(directory)? {
        if name.starts_with(prefix) && name.ends_with(TEMPORARY_SUFFIX) {
            remove(&directory.join(name))?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Tells whose temporary file it is. Only the beginning of a long name: a file name has 255 bytes.
fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beginning: String = name.chars().take(30).collect();
    format!("{TEMPORARY_PREFIX}{beginning}-")
}

fn refuse_all_but_files(path: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_symlink() => Err(FileError::of("write", path, FileCause::Link)),
        Ok(_) => Err(FileError::of("write", path, FileCause::NotAFile)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FileError::new("write", path, error)),
    }
}

fn temporary_file(directory: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let temporary = tempfile::Builder::new()
        .prefix(prefix)
        .suffix(TEMPORARY_SUFFIX)
        .rand_bytes(16)
        .tempfile_in(directory)?;
    // It was made with 0600 less the umask; an umask of 0277 would leave a file we cannot replace.
    only_owner(temporary.as_file())?;
    Ok(temporary)
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_comes_back_and_is_replaced_as_a_whole() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("a.toml");
        write_private(&path, b"old", Replace::Never).expect("written");
        write_private(&path, b"new", Replace::Existing).expect("written");
        assert_eq!(*read_bounded(&path, 3).expect("read"), b"new");
        assert_eq!(file_names(home.path()).expect("listed"), ["a.toml"]);
    }

    #[test]
    fn never_leaves_the_other_file_alone_and_no_temporary_behind() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("a.json");
        fs::write(&path, "theirs").expect("written");
        let error = write_private(&path, b"mine", Replace::Never).expect_err("refused");
        assert!(error.already_exists());
        assert_eq!(fs::read(&path).expect("read"), b"theirs");
        assert_eq!(file_names(home.path()).expect("listed"), ["a.json"]);
    }

    #[test]
    fn a_file_over_the_limit_and_a_directory_are_not_read() {
        let home = tempfile::tempdir().expect("directory");
        let path = home.path().join("big");
        fs::write(&path, "12345").expect("written");
        let error = read_bounded(&path, 4).expect_err("refused");
        assert!(error.to_string().contains("4 bytes"), "{error}");
        assert!(read_bounded(home.path(), 4).is_err());
        assert!(
            read_bounded(&home.path().join("none"), 4)
                .expect_err("none")
                .not_found()
        );
    }

    #[test]
    fn only_our_own_leftovers_are_swept() {
        let home = tempfile::tempdir().expect("directory");
        for name in [".proofkey-abc.tmp", "other.tmp", "a.toml"] {
            fs::write(home.path().join(name), "x").expect("written");
        }
        assert_eq!(sweep(home.path()).expect("swept"), 1);
        assert_eq!(
            file_names(home.path()).expect("listed"),
            ["a.toml", "other.tmp"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_their_target_is_untouched() {
        let home = tempfile::tempdir().expect("directory");
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        fs::write(&target, "precious").expect("written");
        std::os::unix::fs::symlink(&target, &link).expect("linked");
        for replace in [Replace::Never, Replace::Existing] {
            let error = write_private(&link, b"x", replace).expect_err("refused");
            assert!(error.to_string().contains("link"), "{error}");
        }
        assert_eq!(fs::read(&target).expect("read"), b"precious");
    }
}
