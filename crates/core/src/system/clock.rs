//! The machine's own clock.

use jiff::Timestamp;

use crate::ports::Clock;

/// Wall-clock time as the operating system tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the port meets the real clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
