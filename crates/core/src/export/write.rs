//! What is handed over, on the disk.

use std::path::{Path, PathBuf};

use super::Rendered;
use crate::border::ExportOutcome;
use crate::error::{Code, Problem};
use crate::system::files::{self, Replace};

/// Writes the config file for its owner alone, whole or not at all, and compares what the disk holds
/// with what was written.
///
/// `Code::AlreadyExists` when there is a file and `replace` says never; `Code::FileFailed` for a link,
/// for a folder others can write to (when the file holds secrets) and for anything the disk refuses.
pub fn write(path: &Path, rendered: &Rendered, replace: Replace) -> Result<ExportOutcome, Problem> {
    if rendered.holds_secrets() {
        files::directory_is_private_enough(&directory_of(path))?;
    }
    let written = written(path, rendered.bytes(), replace)?;
    Ok(ExportOutcome {
        path: path.display().to_string(),
        mode: written.mode,
        bytes: written.bytes,
        format: rendered.format(),
        holds_secrets: rendered.holds_secrets(),
    })
}

/// What the disk holds now.
pub(crate) struct Written {
    /// "0600".
    pub(crate) mode: String,
    pub(crate) bytes: u64,
}

/// Writes `content` as [`write`] does, whatever it is.
pub(crate) fn written(path: &Path, content: &[u8], replace: Replace) -> Result<Written, Problem> {
    files::write_private(path, content, replace)?;
    let back = files::read_bounded(path, content.len())?;
    if back.as_slice() != content {
        return Err(Problem::new(
            Code::FileFailed,
            format!("{} holds something else than was written.", path.display()),
            "Check the disk, or whether another program writes to the file, and export again.",
        ));
    }
    Ok(Written {
        mode: mode_of(path)?,
        bytes: back.len() as u64,
    })
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(unix)]
fn mode_of(path: &Path) -> Result<String, files::FileError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = std::fs::symlink_metadata(path)
        .map_err(|error| files::FileError::new("read", path, error))?;
    Ok(format!("{:04o}", metadata.permissions().mode() & 0o7777))
}

/// Other systems have no mode; the file has the access list of its folder.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn mode_of(_path: &Path) -> Result<String, files::FileError> {
    Ok("as its folder".to_owned())
}
