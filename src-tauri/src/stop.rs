//! Why the program ends without, or after, a window.

use std::process::ExitCode;

/// The last words and the exit status, which are those of the command line.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) status: u8,
    words: String,
}

impl Stop {
    /// What was asked for is said on standard output.
    pub(crate) fn said(words: impl Into<String>) -> Self {
        Self {
            status: 0,
            words: words.into(),
        }
    }

    pub(crate) fn usage(words: impl Into<String>) -> Self {
        Self {
            status: 2,
            words: words.into(),
        }
    }

    /// The display, or a file.
    pub(crate) fn world(words: impl Into<String>) -> Self {
        Self {
            status: 4,
            words: words.into(),
        }
    }

    pub(crate) fn speak(self) -> ExitCode {
        if self.status == 0 {
            println!("{}", self.words);
        } else {
            eprintln!("{}", self.words);
        }
        ExitCode::from(self.status)
    }
}
