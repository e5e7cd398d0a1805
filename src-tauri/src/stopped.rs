//! What a task that was stopped means for the person who waits for it.

use proofkey_core::{Code, Problem};
use tokio::task::JoinError;

/// `what` names it: "proof", "sign-in".
pub(crate) fn problem(what: &str, stopped: &JoinError) -> Problem {
    if stopped.is_cancelled() {
        return Problem::new(
            Code::Cancelled,
            format!("The {what} was cancelled."),
            "Start it again at any time.",
        );
    }
    Problem::new(
        Code::Internal,
        format!("The {what} stopped unexpectedly."),
        "Try again; when it happens again, report it with what you did.",
    )
}
