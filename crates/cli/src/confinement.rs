//! What a service gives up before it takes its first request (rules J10 and L12). It holds other people's
//! credentials: nobody is to find them in a dump, and whoever takes the process over can write and start nothing.
//!
//! Has to be called while there is one thread: what a thread gives up is given up by those it starts.

#[cfg(target_os = "linux")]
pub(crate) fn confine() {
    no_dumps();
    match write_and_start_nothing() {
        Ok(true) => {}
        Ok(false) => tracing::debug!("the system has no Landlock; files can be written"),
        // A system call filter may stand before it, as in our own unit, which forbids the same by itself.
        Err(error) => tracing::debug!(%error, "Landlock could not be used; files can be written"),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn confine() {
    no_core_files();
}

#[cfg(not(unix))]
pub(crate) fn confine() {}

/// No core file, and no other process of the same user that looks into this one's memory.
#[cfg(target_os = "linux")]
fn no_dumps() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    no_core_files();
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "others of the same user can look into the memory");
    }
}

#[cfg(unix)]
fn no_core_files() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core files stay possible");
    }
}

/// Nothing of the file system can be written, made, moved or removed, and no program be started. What is open
/// already stays as it is, and everything can be read: a reload may name other files, and libraries look up hosts
/// in files of their own. Says whether the system does so.
#[cfg(target_os = "linux")]
fn write_and_start_nothing() -> Result<bool, landlock::RulesetError> {
    use landlock::{ABI, AccessFs, Ruleset, RulesetAttr, RulesetStatus};

    // Of what the system does not know yet, it does as much as it can.
    let refused = AccessFs::from_write(ABI::V3) | AccessFs::Execute;
    let status = Ruleset::default()
        .handle_access(refused)?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;
    use std::io::{ErrorKind, Write as _};
    use std::process::Command;

    use super::*;

    /// In a thread of its own, which is all that gives it up.
    #[test]
    fn what_is_confined_reads_files_and_writes_and_starts_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("there");
        fs::write(&path, "before").expect("written");
        let mut open = fs::File::create(folder.path().join("log")).expect("made");
        let confined = std::thread::spawn(move || {
            if !write_and_start_nothing().expect("a ruleset") {
                return;
            }
            let refused = |kind: Result<(), ErrorKind>| kind == Err(ErrorKind::PermissionDenied);
            assert!(refused(fs::write(&path, "after").map_err(|it| it.kind())));
            let other = path.with_file_name("other");
            assert!(refused(fs::write(&other, "new").map_err(|it| it.kind())));
            assert!(refused(fs::remove_file(&path).map_err(|it| it.kind())));
            let started = Command::new("/bin/true").spawn();
            assert!(refused(started.map(drop).map_err(|it| it.kind())));
            assert_eq!(fs::read_to_string(&path).expect("read"), "before");
            open.write_all(b"line").expect("what was open stays open");
        });
        confined.join().expect("as it should be");
        fs::write(folder.path().join("there"), "others can").expect("written");
    }
}
