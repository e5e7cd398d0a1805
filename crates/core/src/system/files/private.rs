//! What keeps other users away from files and folders, on each platform.

#[cfg(unix)]
pub(super) use unix::{
    changeable, exposed, is_at, only_owner, open_without_waiting, sync_directory,
};
#[cfg(unix)]
pub use unix::{directory_is_private_enough, private_directory};
#[cfg(windows)]
pub(super) use windows::{
    changeable, exposed, is_at, only_owner, open_without_waiting, sync_directory,
};
#[cfg(windows)]
pub use windows::{directory_is_private_enough, private_directory};

#[cfg(unix)]
mod unix {
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    use super::super::failure::{FileCause, FileError};

    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o002;
    const GROUP_AND_OTHERS: u32 = 0o077;
    const GROUP_READ: u32 = 0o040;
    const GROUP_WRITE: u32 = 0o020;

    /// Makes the folder (and those above it) for the owner alone, or takes away what others may do.
    pub fn private_directory(path: &Path) -> Result<(), FileError> {
        let failed = |error: io::Error| FileError::new("prepare", path, error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => FileError::of("use", path, FileCause::NotAFolder),
                _ => failed(error),
            })?;
        let mode = fs::metadata(path).map_err(failed)?.mode();
        if mode & GROUP_AND_OTHERS != 0 {
            fs::set_permissions(path, Permissions::from_mode(mode & 0o700)).map_err(failed)?;
        }
        Ok(())
    }

    /// Refuses a folder in which others could take a file away or put theirs in its place: one that
    /// belongs to somebody else, or that everyone may write to without the sticky bit.
    pub fn directory_is_private_enough(path: &Path) -> Result<(), FileError> {
        let found =
            fs::metadata(path).map_err(|error| FileError::new("write into", path, error))?;
        if !found.is_dir() {
            return Err(FileError::of("write into", path, FileCause::NotAFile));
        }
        let cause = cause_against(
            found.uid(),
            found.mode(),
            rustix::process::geteuid().as_raw(),
        );
        cause.map_or(Ok(()), |cause| {
            Err(FileError::of("write into", path, cause))
        })
    }

    /// What speaks against writing a secret there as `user`; root owns the folders of the system.
    fn cause_against(owner: u32, mode: u32, user: u32) -> Option<FileCause> {
        if owner != user && owner != 0 {
            return Some(FileCause::Foreign);
        }
        (mode & OTHERS_WRITE != 0 && mode & STICKY == 0).then_some(FileCause::OpenToOthers)
    }

    /// For reading, without waiting for the other end of a pipe.
    pub(in super::super) fn open_without_waiting(path: &Path) -> io::Result<File> {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
    }

    /// What speaks against a secret in the file that was `found`.
    pub(in super::super) fn exposed(found: &Metadata) -> Option<FileCause> {
        let user = rustix::process::geteuid().as_raw();
        exposed_to(found.uid(), found.mode(), user)
    }

    /// The owner of a file can always read it. What root keeps for this program is fine, also where it lets
    /// a group read: that is how secrets are handed to services, by the group of a mounted volume or by an
    /// entry in an access list, which shows in the bits of the group.
    fn exposed_to(owner: u32, mode: u32, user: u32) -> Option<FileCause> {
        if owner != user && owner != 0 {
            return Some(FileCause::OfSomebodyElse);
        }
        let handed_over = owner == 0 && user != 0;
        let kept_from = if handed_over {
            GROUP_AND_OTHERS & !GROUP_READ
        } else {
            GROUP_AND_OTHERS
        };
        (mode & kept_from != 0).then_some(FileCause::ReadableByOthers { mode })
    }

    /// What speaks against following what the file says that was `found`.
    pub(in super::super) fn changeable(found: &Metadata) -> Option<FileCause> {
        let user = rustix::process::geteuid().as_raw();
        let mode = found.mode();
        if mode & OTHERS_WRITE != 0 {
            Some(FileCause::WritableByAll)
        } else if found.uid() != user && found.uid() != 0 {
            Some(FileCause::WrittenBySomebodyElse)
        } else {
            (mode & GROUP_WRITE != 0).then_some(FileCause::WritableByTheGroup)
        }
    }

    pub(in super::super) fn only_owner(file: &File) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(0o600))
    }

    /// Whether `path` still leads to the open `file`.
    pub(in super::super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
        let open = file.metadata()?;
        match fs::metadata(path) {
            Ok(found) => Ok((found.dev(), found.ino()) == (open.dev(), open.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A new name survives a power failure only when its directory was written too.
    pub(in super::super) fn sync_directory(path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_wide_folder_is_tightened() {
            let home = tempfile::tempdir().expect("directory");
            let path = home.path().join("a/b");
            private_directory(&path).expect("made");
            fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("widened");
            private_directory(&path).expect("tightened");
            assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o700);
        }

        #[test]
        fn foreign_and_open_folders_are_refused_for_secrets() {
            let me = 1000;
            assert!(cause_against(me, 0o755, me).is_none());
            assert!(cause_against(0, 0o1777, me).is_none());
            assert!(matches!(
                cause_against(me, 0o777, me),
                Some(FileCause::OpenToOthers)
            ));
            assert!(matches!(
                cause_against(0, 0o777, me),
                Some(FileCause::OpenToOthers)
            ));
            assert!(matches!(
                cause_against(1001, 0o700, me),
                Some(FileCause::Foreign)
            ));
            assert!(matches!(
                cause_against(1001, 0o700, 0),
                Some(FileCause::Foreign)
            ));
        }

        #[test]
        fn a_secret_is_taken_from_ones_own_files_and_from_those_of_root() {
            let me = 1000;
            assert!(exposed_to(me, 0o100_600, me).is_none());
            assert!(exposed_to(0, 0o100_400, me).is_none());
            assert!(exposed_to(0, 0o100_440, me).is_none());
            for (owner, user) in [(1001, me), (1001, 0)] {
                let cause = exposed_to(owner, 0o100_600, user);
                assert!(matches!(cause, Some(FileCause::OfSomebodyElse)));
            }
            for mode in [0o100_640, 0o100_604, 0o100_620] {
                let cause = exposed_to(me, mode, me);
                assert!(matches!(cause, Some(FileCause::ReadableByOthers { .. })));
            }
            for (mode, user) in [(0o100_440, 0), (0o100_444, me), (0o100_460, me)] {
                let cause = exposed_to(0, mode, user);
                assert!(matches!(cause, Some(FileCause::ReadableByOthers { .. })));
            }
        }

        #[test]
        fn an_open_folder_on_disk_is_refused() {
            let home = tempfile::tempdir().expect("directory");
            directory_is_private_enough(home.path()).expect("private");
            fs::set_permissions(home.path(), Permissions::from_mode(0o777)).expect("widened");
            let error = directory_is_private_enough(home.path()).expect_err("refused");
            assert!(error.to_string().contains("everyone may write"), "{error}");
        }
    }
}

/// On Windows a profile folder is its owner's by inherited access rules, and files made in it inherit
/// them; there is no mode to set, and a directory cannot be flushed.
#[cfg(windows)]
mod windows {
    use std::fs::{self, File, Metadata};
    use std::io;
    use std::path::Path;

    use super::super::failure::{FileCause, FileError};

    pub fn private_directory(path: &Path) -> Result<(), FileError> {
        fs::create_dir_all(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::of("use", path, FileCause::NotAFolder),
            _ => FileError::new("prepare", path, error),
        })
    }

    /// Access rules are not read here; only what is no folder is refused.
    pub fn directory_is_private_enough(path: &Path) -> Result<(), FileError> {
        let found =
            fs::metadata(path).map_err(|error| FileError::new("write into", path, error))?;
        if found.is_dir() {
            return Ok(());
        }
        Err(FileError::of("write into", path, FileCause::NotAFile))
    }

    pub(in super::super) fn open_without_waiting(path: &Path) -> io::Result<File> {
        File::open(path)
    }

    /// Access rules are not read here.
    pub(in super::super) fn changeable(_found: &Metadata) -> Option<FileCause> {
        None
    }

    /// Access rules are not read here.
    pub(in super::super) fn exposed(_found: &Metadata) -> Option<FileCause> {
        None
    }

    #[expect(clippy::unnecessary_wraps, reason = "one signature for all platforms")]
    pub(in super::super) fn only_owner(_file: &File) -> io::Result<()> {
        Ok(())
    }

    /// An open file cannot be removed here.
    #[expect(clippy::unnecessary_wraps, reason = "one signature for all platforms")]
    pub(in super::super) fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
        Ok(true)
    }

    #[expect(clippy::unnecessary_wraps, reason = "one signature for all platforms")]
    pub(in super::super) fn sync_directory(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}
