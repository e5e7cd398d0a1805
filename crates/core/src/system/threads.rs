//! Calls that may block, on threads that may.

use crate::error::{Code, Problem};

/// Runs `call` on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(call).await.unwrap_or_else(|_| {
        Err(Problem::new(
            Code::Internal,
            "A step of Proofkey stopped unexpectedly.",
            "Try again; when it happens again, report it with what you did.",
        ))
    })
}
