//! Log lines about those who may not call. Anybody can cause them, so only so many are written: a log that
//! strangers fill is one that drops what matters.

use std::sync::atomic::{AtomicU64, Ordering};

use super::rate::Rate;

const LINES_A_SECOND: u32 = 20;

pub(super) struct Noise {
    rate: Rate,
    skipped: AtomicU64,
}

impl Noise {
    /// Whether one more line is written, and how many were not since the last one.
    pub(super) fn admit(&self) -> Option<u64> {
        if self.rate.admit(()).is_err() {
            self.skipped.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.skipped.swap(0, Ordering::Relaxed))
    }
}

impl Default for Noise {
    fn default() -> Self {
        Self {
            rate: Rate::new(LINES_A_SECOND),
            skipped: AtomicU64::new(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_not_written_is_counted_in_the_next_line_that_is() {
        let noise = Noise::default();
        let written = (0..100).filter_map(|_| noise.admit()).collect::<Vec<_>>();
        assert_eq!(written, [0; 20]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((noise.admit(), noise.admit()), (Some(80), Some(0)));
    }
}
