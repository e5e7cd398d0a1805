//! What the window is told from outside: its arguments and, in this module only, the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use proofkey_core::system::browser::Session;

use crate::stop::Stop;

/// How this start was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) config_dir: Option<PathBuf>,
    pub(crate) log: Option<PathBuf>,
    /// A program may drive the window: the tests do.
    pub(crate) automation: bool,
}

impl Start {
    /// Reads the program's arguments and environment.
    ///
    /// Stops with usage or version when asked, with status 2 for an argument that is not known, and
    /// when the environment alone asks for automation.
    pub(crate) fn read() -> Result<Self, Stop> {
        let start = Self::parse(std::env::args_os().skip(1))?;
        start.refuse_hidden_automation(wants_automation())?;
        Ok(start)
    }

    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Stop> {
        let mut start = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--config-dir") => {
                    start.config_dir = Some(value("--config-dir", arguments.next())?);
                }
                Some("--log") => start.log = Some(value("--log", arguments.next())?),
                Some("--automation") => start.automation = true,
                Some("--help" | "-h") => return Err(Stop::said(USAGE)),
                Some("--version" | "-V") => {
                    return Err(Stop::said(concat!(
                        "proofkey-desktop ",
                        env!("CARGO_PKG_VERSION")
                    )));
                }
                _ => {
                    let argument = argument.to_string_lossy();
                    return Err(Stop::usage(format!(
                        "There is no argument {argument:?}.\n\n{USAGE}"
                    )));
                }
            }
        }
        Ok(start)
    }

    /// Tauri switches `WebDriver` automation on for any program whose environment asks for it. Whoever
    /// can leave a variable behind in somebody's session would then read this window, so the argument
    /// must ask as well.
    fn refuse_hidden_automation(&self, asked_by_environment: bool) -> Result<(), Stop> {
        if asked_by_environment && !self.automation {
            return Err(Stop::usage(format!(
                "The environment asks for this window to be driven by another program. Remove \
                 {AUTOMATION}, or add --automation if you mean it."
            )));
        }
        Ok(())
    }
}

/// Where connections are kept when no argument says: the same folder as the command line's.
pub(crate) fn usual_config_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("dev", "proofkey", "proofkey")
        .map(|folders| folders.config_dir().to_owned())
}

/// Where a browser could appear: on the screen that this window is on.
pub(crate) fn session() -> Session {
    Session {
        display: true,
        browser: None,
    }
}

fn wants_automation() -> bool {
    std::env::var_os(AUTOMATION).is_some()
}

fn value(option: &str, given: Option<OsString>) -> Result<PathBuf, Stop> {
    given
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .ok_or_else(|| Stop::usage(format!("{option} needs a value.\n\n{USAGE}")))
}

const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

const USAGE: &str = "\
Opens the Proofkey window.

Usage: proofkey-desktop [OPTION]...

  --config-dir DIR  keep connections and settings in DIR
  --log FILE        write a log to FILE; it holds no secret
  --automation      let another program drive the window, for tests
  --version         print the version
  --help            print this text";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Start, Stop> {
        Start::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_read() {
        let start = parse(&["--config-dir", "/tmp/a", "--log", "b.log", "--automation"]).unwrap();
        assert_eq!(start.config_dir, Some(PathBuf::from("/tmp/a")));
        assert_eq!(start.log, Some(PathBuf::from("b.log")));
        assert!(start.automation);
    }

    #[test]
    fn what_is_not_known_or_lacks_its_value_is_refused() {
        for arguments in [
            &["--secret"][..],
            &["https://example.com"],
            &["--log"],
            &["--log", ""],
        ] {
            assert_eq!(parse(arguments).unwrap_err().status, 2, "{arguments:?}");
        }
        assert_eq!(parse(&["--version"]).unwrap_err().status, 0);
    }

    #[test]
    fn the_environment_alone_cannot_open_the_window_to_other_programs() {
        let usual = parse(&[]).unwrap();
        assert_eq!(usual.refuse_hidden_automation(true).unwrap_err().status, 2);
        assert!(usual.refuse_hidden_automation(false).is_ok());
        assert!(
            parse(&["--automation"])
                .unwrap()
                .refuse_hidden_automation(true)
                .is_ok()
        );
    }
}
