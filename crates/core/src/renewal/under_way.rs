//! Refreshes that are under way: whoever ends the program waits for them.

use std::time::Duration;

use tokio::sync::watch;

/// Longer than a request and the keeping of its answer take; a keychain that asks a person may take
/// longer, and is not waited for.
const PATIENCE: Duration = Duration::from_secs(45);

/// Counts the refreshes whose token is spent and whose answer is not kept yet. A program that ends then
/// loses the new refresh token, and the old one must not be sent again (rule E3).
#[derive(Clone)]
pub struct UnderWay(watch::Sender<usize>);

/// One of them; dropping it is its end.
pub(super) struct Counted(watch::Sender<usize>);

impl UnderWay {
    /// How many there are.
    pub fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until there are none, or for most of a minute.
    pub async fn ended(&self) {
        let mut count = self.0.subscribe();
        // Whether they ended or it took too long, there is nothing more to wait for.
        let _ = tokio::time::timeout(PATIENCE, count.wait_for(|count| *count == 0)).await;
    }

    pub(super) fn one_more(&self) -> Counted {
        self.0.send_modify(|count| *count += 1);
        Counted(self.0.clone())
    }
}

impl Default for UnderWay {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
