//! The time while a person is in the browser: everything that may arrive, and what it means.

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Attempt, PastedAddress, pasted};
use crate::error::{Code, Problem};
use crate::oauth::authorization_code::{AuthorizationResponse, PendingAuthorization, Rejection};
use crate::oauth::redirect_listener::{Arrival, Ending, RedirectListener, Word};

/// As many foreign callbacks are worth a word (rule B6).
const NOTABLE: u64 = 20;

/// The ways on which an answer may come, and how long they are watched.
pub(super) struct Wait {
    listener: Option<RedirectListener>,
    pasted: mpsc::Receiver<PastedAddress>,
    /// Whoever pastes may have gone away.
    pasting: bool,
    redirect_uri: String,
    deadline: Instant,
    /// A browser brought the answer, and is led to the page behind it.
    browser: bool,
    /// Callbacks that did not belong to this approval.
    foreign: u64,
}

/// The one answer that counts.
pub(super) struct Answered {
    pub(super) response: AuthorizationResponse,
    /// The browser that brought it; it waits for its page. `None` when it was pasted.
    pub(super) held: Option<Arrival>,
}

impl Wait {
    pub(super) fn new(
        listener: Option<RedirectListener>,
        pasted: mpsc::Receiver<PastedAddress>,
        redirect_uri: String,
        deadline: Instant,
    ) -> Self {
        Self {
            listener,
            pasted,
            pasting: true,
            redirect_uri,
            deadline,
            browser: false,
            foreign: 0,
        }
    }

    /// The first answer that belongs to `pending`. Nothing else that arrives ends the wait, but the
    /// deadline, and an answer that knows the state and must not be believed.
    pub(super) async fn answer(
        &mut self,
        pending: &PendingAuthorization,
        attempt: &Attempt<'_>,
    ) -> Result<Answered, Problem> {
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(self.deadline) => return Err(self.timed_out(attempt)),
                arrival = arrival(&mut self.listener) => {
                    match pending.recognize(&arrival.query) {
                        Ok(response) => {
                            self.browser = true;
                            return Ok(Answered { response, held: Some(arrival) });
                        }
                        Err(Rejection::Foreign) => self.count(arrival, attempt),
                        Err(unbelievable) => {
                            self.browser = true;
                            self.settle(Ending::Failed);
                            arrival.answer(Word::Land);
                            return Err(unbelievable.into());
                        }
                    }
                }
                paste = self.pasted.recv(), if self.pasting => match paste {
                    None => self.pasting = false,
                    Some(paste) => {
                        let recognized = pasted::recognize(pending, &self.redirect_uri, &paste.address);
                        let (told, response) = match recognized {
                            Ok(response) => (Ok(()), Some(response)),
                            Err(problem) => (Err(problem), None),
                        };
                        // Whoever pasted may have gone away, which changes nothing.
                        let _ = paste.answer.send(told);
                        if let Some(response) = response {
                            return Ok(Answered { response, held: None });
                        }
                    }
                }
            }
        }
    }

    /// Answers what comes after the one that counted. Never ends by itself.
    pub(super) async fn refuse_late(&mut self) {
        loop {
            tokio::select! {
                arrival = arrival(&mut self.listener) => arrival.answer(Word::AlreadyDone),
                paste = self.pasted.recv(), if self.pasting => match paste {
                    None => self.pasting = false,
                    Some(paste) => {
                        let _ = paste.answer.send(Err(already_here()));
                    }
                }
            }
        }
    }

    pub(super) fn settle(&self, ending: Ending) {
        if let Some(listener) = &self.listener {
            listener.settle(ending);
        }
    }

    /// Closes the way back: at once, or, where a browser came, once it has its page.
    pub(super) async fn close(self) {
        match self.listener {
            Some(listener) if self.browser => listener.finish().await,
            Some(listener) => listener.close().await,
            None => {}
        }
    }

    fn count(&mut self, arrival: Arrival, attempt: &Attempt<'_>) {
        arrival.answer(Word::NotThis);
        self.foreign += 1;
        if self.foreign == NOTABLE {
            attempt.notice(format!(
                "{NOTABLE} answers have come that do not belong to this sign-in. Something on this machine is trying; they are ignored, and you can go on."
            ));
        }
    }

    fn timed_out(&self, attempt: &Attempt<'_>) -> Problem {
        let seconds = attempt.options.timeout.as_secs();
        let time = match (seconds / 60, seconds % 60) {
            (0, _) => format!("{seconds} seconds"),
            (1, 0) => "one minute".to_owned(),
            (minutes, 0) => format!("{minutes} minutes"),
            _ => format!("{seconds} seconds"),
        };
        let summary = match self.foreign {
            0 => format!("Nobody came back from the browser within {time}."),
            1 => format!(
                "Nobody came back from the browser within {time}. One answer came that did not belong to this sign-in."
            ),
            many => format!(
                "Nobody came back from the browser within {time}. {many} answers came that did not belong to this sign-in."
            ),
        };
        Problem::new(
            Code::AuthorizationTimedOut,
            summary,
            "Authorize again. If the provider showed an error instead of sending you back, compare the redirect address with the one that is registered there.",
        )
    }
}

/// Never ends where nothing listens.
async fn arrival(listener: &mut Option<RedirectListener>) -> Arrival {
    match listener {
        Some(listener) => listener.arrival().await,
        None => std::future::pending().await,
    }
}

fn already_here() -> Problem {
    Problem::new(
        Code::AuthorizationInvalid,
        "An answer has already arrived.",
        "Wait a moment to see how it ends.",
    )
}
