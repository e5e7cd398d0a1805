//! What a clock that is off means for a person (rule D8).

use super::report::{Cause, Check};
use super::wording::lasts;
use crate::oauth::{TokenError, TokenReply};

/// Further apart than this, clocks are named as a cause (FAPI 2.0 tolerates 60 s).
const TOLERANCE_SECONDS: u64 = 60;

/// The local clock beside the server's, as far as an answer told.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// How far the local one is ahead; `None` when the server did not tell its time.
    pub(super) skew_seconds: Option<i64>,
    /// Something was signed once more, by the server's clock.
    pub(super) corrected: bool,
}

/// A clock that has to be put right.
#[derive(Clone, Copy)]
pub(super) struct WrongClock {
    ahead_seconds: i64,
    pub(super) corrected: bool,
}

/// Why the check says nothing of a client that signs, when it failed because of the clock.
pub(crate) fn clock_in_the_way(check: &Check) -> Option<String> {
    let told = check.evidence.get("clock_skew_seconds")?;
    let clock = Clock {
        skew_seconds: told.parse().ok(),
        corrected: false,
    };
    let wrong = clock.worth_a_warning()?;
    (check.summary == wrong.summary()).then(|| wrong.unclear())
}

impl Clock {
    pub(super) fn of_reply(reply: &TokenReply) -> Self {
        Self {
            skew_seconds: reply.clock_skew_seconds,
            corrected: reply.clock_corrected,
        }
    }

    pub(super) fn of_error(error: &TokenError) -> Self {
        Self {
            skew_seconds: error.clock_skew_seconds,
            corrected: error.clock_corrected,
        }
    }

    /// A difference that any server may mind, or that this one did mind.
    pub(super) fn worth_a_warning(self) -> Option<WrongClock> {
        let ahead_seconds = self.skew_seconds?;
        let is_off = ahead_seconds.unsigned_abs() > TOLERANCE_SECONDS;
        (is_off || self.corrected).then_some(WrongClock {
            ahead_seconds,
            corrected: self.corrected,
        })
    }
}

impl WrongClock {
    pub(super) fn summary(self) -> String {
        format!(
            "This computer’s clock is {} {} that of the server.",
            lasts(self.ahead_seconds.unsigned_abs()),
            if self.ahead_seconds > 0 {
                "ahead of"
            } else {
                "behind"
            }
        )
    }

    /// Why nothing can be said of a client that signs.
    pub(super) fn unclear(self) -> String {
        format!(
            "{} What is signed by it is not taken, so set it right first.",
            self.summary()
        )
    }

    pub(super) fn cause(self) -> Cause {
        let signed = if self.corrected {
            "The server refused what was signed by it, so it was signed once more, by the server’s clock."
        } else {
            "Signed requests and the life of tokens depend on it."
        };
        Cause::new(
            format!("{} {signed}", self.summary()),
            "Let this computer set its date and time from the network.",
        )
    }
}
