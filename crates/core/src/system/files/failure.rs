//! Why a file could not be read or written, in words that do not depend on the platform.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::{Code, Problem};

/// Names what was being done, the path, and the cause.
#[derive(Debug, thiserror::Error)]
#[error("Could not {doing} {}: {cause}.", path.display())]
pub struct FileError {
    doing: &'static str,
    path: PathBuf,
    cause: FileCause,
}

#[derive(Debug)]
pub(super) enum FileCause {
    Io(io::Error),
    Link,
    NotAFile,
    NotAFolder,
    TooLarge {
        limit: usize,
    },
    #[cfg(unix)]
    OpenToOthers,
    #[cfg(unix)]
    Foreign,
    /// A file that holds a secret.
    #[cfg(unix)]
    OfSomebodyElse,
    /// A file that holds a secret, with its mode.
    #[cfg(unix)]
    ReadableByOthers {
        mode: u32,
    },
    /// A file that decides where secrets go.
    #[cfg(unix)]
    WritableByAll,
    #[cfg(unix)]
    WritableByTheGroup,
    #[cfg(unix)]
    WrittenBySomebodyElse,
}

impl FileError {
    /// `doing` is a verb: "read", "write", "remove".
    pub fn new(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::of(doing, path, FileCause::Io(error))
    }

    pub(super) fn of(doing: &'static str, path: &Path, cause: FileCause) -> Self {
        Self {
            doing,
            path: path.to_owned(),
            cause,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn not_found(&self) -> bool {
        self.kind() == Some(ErrorKind::NotFound)
    }

    /// Whether everybody on this computer may change the file.
    pub(super) fn is_anybodys(&self) -> bool {
        #[cfg(unix)]
        let found = matches!(self.cause, FileCause::WritableByAll);
        #[cfg(not(unix))]
        let found = false;
        found
    }

    pub fn already_exists(&self) -> bool {
        self.kind() == Some(ErrorKind::AlreadyExists)
    }

    fn kind(&self) -> Option<ErrorKind> {
        match &self.cause {
            FileCause::Io(error) => Some(error.kind()),
            _ => None,
        }
    }

    pub(crate) fn remedy(&self) -> &'static str {
        match &self.cause {
            FileCause::Link => "Name the file itself. Proofkey does not write through links.",
            FileCause::NotAFile => "Name a file, not a folder or a device.",
            FileCause::NotAFolder => "Name a folder, not a file.",
            FileCause::TooLarge { .. } => "Check that this is the right file.",
            #[cfg(unix)]
            FileCause::OpenToOthers | FileCause::Foreign => {
                "Choose a folder of your own that others cannot write to."
            }
            #[cfg(unix)]
            FileCause::ReadableByOthers { .. } => "Take away what others may do with this file.",
            #[cfg(unix)]
            FileCause::OfSomebodyElse => "Use a file of your own.",
            #[cfg(unix)]
            FileCause::WritableByAll | FileCause::WritableByTheGroup => {
                "Take away what others may do with this file."
            }
            #[cfg(unix)]
            FileCause::WrittenBySomebodyElse => {
                "Make it the file of root, or of whoever runs this."
            }
            FileCause::Io(error) => match error.kind() {
                ErrorKind::PermissionDenied => {
                    "Give yourself permission for this file and its folder, or choose another place."
                }
                ErrorKind::NotFound if self.doing == "read" => "Check the path.",
                ErrorKind::NotFound => "Check the path; its folder must exist.",
                ErrorKind::AlreadyExists => "Choose another name, or say that it may be replaced.",
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    "Free some space and try again. Nothing was changed."
                }
                ErrorKind::ReadOnlyFilesystem => "Choose a place that can be written to.",
                _ => "Check the disk and the path, then try again. Nothing was changed.",
            },
        }
    }

    /// What to run, where there is something, and then do.
    #[cfg(unix)]
    fn commanded(&self, then: &str) -> Option<String> {
        let path = || quoted_for_shell(&self.path.display().to_string());
        match self.cause {
            FileCause::ReadableByOthers { .. } => Some(format!("Run “chmod 600 {}”{then}", path())),
            FileCause::WritableByAll | FileCause::WritableByTheGroup => {
                Some(format!("Run “chmod go-w {}”.", path()))
            }
            FileCause::OfSomebodyElse => Some(format!(
                "Make a copy of your own with “install -m 600 {} secret.copy”, and use that one.",
                path()
            )),
            _ => None,
        }
    }

    #[cfg(not(unix))]
    fn commanded(&self, _then: &str) -> Option<String> {
        None
    }

    /// What is the case, where nothing failed.
    fn said(&self) -> String {
        match &self.cause {
            #[cfg(unix)]
            FileCause::WritableByTheGroup | FileCause::WrittenBySomebodyElse => {
                format!("{}: {}.", self.path.display(), self.cause)
            }
            _ => self.to_string(),
        }
    }

    /// The same where the file is taken all the same.
    pub(super) fn into_warning(self) -> Problem {
        let path = self.path.display();
        let (summary, remedy) = match &self.cause {
            #[cfg(unix)]
            FileCause::ReadableByOthers { mode } => (
                format!(
                    "Others on this computer may read {path} (mode {:04o}), and it holds secrets.",
                    mode & 0o7777
                ),
                self.commanded(", or remove the file when you no longer need it."),
            ),
            #[cfg(unix)]
            FileCause::OfSomebodyElse => (
                format!("{path} belongs to another user, who can read it, and it holds secrets."),
                None,
            ),
            _ => (self.said(), self.commanded("")),
        };
        let remedy = remedy.unwrap_or_else(|| self.remedy().to_owned());
        Problem::new(Code::FileFailed, summary, remedy)
    }
}

/// As a person can paste it into sh: nothing within single quotes is replaced.
#[cfg(unix)]
fn quoted_for_shell(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@%,:".contains(&byte);
    let odd = path.starts_with('-') || !path.bytes().all(plain);
    if odd {
        format!("-- '{}'", path.replace('\'', r"'\''"))
    } else {
        path.to_owned()
    }
}

impl fmt::Display for FileCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => formatter.write_str("it is a link to another file"),
            Self::NotAFile => formatter.write_str("it is not a regular file"),
            Self::NotAFolder => formatter.write_str("it is not a folder"),
            Self::TooLarge { limit } => write!(formatter, "it is larger than {limit} bytes"),
            #[cfg(unix)]
            Self::OpenToOthers => formatter.write_str("everyone may write to this folder"),
            #[cfg(unix)]
            Self::Foreign => formatter.write_str("this folder belongs to another user"),
            #[cfg(unix)]
            Self::OfSomebodyElse => formatter.write_str(
                "the file belongs to another user, who can read it, and it holds a secret",
            ),
            #[cfg(unix)]
            Self::ReadableByOthers { mode } => write!(
                formatter,
                "others on this computer may read it (mode {:04o}), and it holds a secret",
                mode & 0o7777
            ),
            #[cfg(unix)]
            Self::WritableByAll => formatter.write_str(
                "everybody on this computer may change it, and it decides where secrets go",
            ),
            #[cfg(unix)]
            Self::WritableByTheGroup => {
                formatter.write_str("its group may change it, and it decides where secrets go")
            }
            #[cfg(unix)]
            Self::WrittenBySomebodyElse => formatter.write_str(
                "another user owns it and may change it, and it decides where secrets go",
            ),
            Self::Io(error) => match error.kind() {
                ErrorKind::PermissionDenied => formatter.write_str("permission was denied"),
                ErrorKind::NotFound => formatter.write_str("there is no such file or folder"),
                ErrorKind::AlreadyExists => formatter.write_str("there is one already"),
                ErrorKind::StorageFull => formatter.write_str("the disk is full"),
                ErrorKind::QuotaExceeded => formatter.write_str("your disk quota is used up"),
                ErrorKind::FileTooLarge => {
                    formatter.write_str("the system does not allow a file of this size")
                }
                ErrorKind::ReadOnlyFilesystem => formatter.write_str("the disk is read-only"),
                _ => write!(formatter, "{error}"),
            },
        }
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let code = if error.already_exists() {
            Code::AlreadyExists
        } else {
            Code::FileFailed
        };
        let then = " and try again. If others may have read it already, use a new secret or key.";
        let remedy = error.commanded(then);
        let remedy = remedy.unwrap_or_else(|| error.remedy().to_owned());
        Self::new(code, error.to_string(), remedy)
    }
}
