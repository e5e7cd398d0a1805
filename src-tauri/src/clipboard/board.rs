//! The clipboard of the desktop.

#[cfg(target_os = "macos")]
use arboard::SetExtApple as _;
#[cfg(target_os = "linux")]
use arboard::SetExtLinux as _;
#[cfg(windows)]
use arboard::SetExtWindows as _;
use proofkey_core::Problem;
use proofkey_core::wording::clean;
use zeroize::Zeroizing;

use super::unavailable;

/// What is asked of a clipboard.
pub(crate) trait Board: Send {
    fn put(&mut self, text: &str) -> Result<(), Problem>;
    /// `None` when it holds something other than text, or nothing; a problem when it cannot be asked.
    fn text(&mut self) -> Result<Option<Zeroizing<String>>, Problem>;
    fn clear(&mut self) -> Result<(), Problem>;
}

/// The clipboard of this session; `Code::ClipboardUnavailable` where there is none.
pub(crate) fn system_board() -> Result<Box<dyn Board>, Problem> {
    let board = arboard::Clipboard::new().map_err(|error| problem(&error))?;
    Ok(Box::new(board))
}

impl Board for arboard::Clipboard {
    fn put(&mut self, text: &str) -> Result<(), Problem> {
        // Programs that keep a history are told to leave this out.
        let set = self.set().exclude_from_history();
        #[cfg(windows)]
        let set = set.exclude_from_cloud().exclude_from_monitoring();
        set.text(text).map_err(|error| problem(&error))
    }

    fn text(&mut self) -> Result<Option<Zeroizing<String>>, Problem> {
        match self.get_text() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            // What was put there is text that can be read.
            Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure) => {
                Ok(None)
            }
            Err(error) => Err(problem(&error)),
        }
    }

    fn clear(&mut self) -> Result<(), Problem> {
        arboard::Clipboard::clear(self).map_err(|error| problem(&error))
    }
}

fn problem(error: &arboard::Error) -> Problem {
    unavailable(clean(&error.to_string(), 200).trim_end_matches('.'))
}
