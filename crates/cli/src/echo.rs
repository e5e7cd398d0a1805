//! Whether the terminal shows what is typed.
//!
//! rpassword writes its prompt before it switches the echo off, so a paste that arrives at that moment
//! would be shown. The echo is therefore off before the prompt appears, and whoever ends the program
//! calls [`restore`]: Ctrl-C leaves the thread that waits for a line where it is.

#[cfg(unix)]
mod platform {
    use std::sync::{Mutex, PoisonError};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// How the terminal was before the first secret was asked for.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    /// Hides what is typed from now on.
    pub(crate) fn hide() -> std::io::Result<()> {
        let terminal = std::io::stdin();
        let before = tcgetattr(&terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // Known before it is needed: from the next line on it has to be put back.
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        // What was typed ahead was shown when it was typed; it is not the answer.
        Ok(tcsetattr(&terminal, OptionalActions::Flush, &hidden)?)
    }

    /// Puts the terminal back as it was; without effect when nothing was hidden.
    pub(crate) fn restore() {
        let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before
            && let Err(error) = tcsetattr(std::io::stdin(), OptionalActions::Now, &before)
        {
            tracing::warn!(%error, "the terminal could not be put back");
        }
    }
}

#[cfg(not(unix))]
mod platform {
    /// rpassword switches the echo off itself.
    pub(crate) fn hide() -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn restore() {}
}

pub(crate) use platform::{hide, restore};
