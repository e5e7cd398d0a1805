//! What the token endpoint module does with every kind of answer, and what never happens. A scripted
//! peer on loopback counts connections and keeps the bytes.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod bodies;
mod dialect;
mod hostile;
mod request;
mod retries;
mod stage;
