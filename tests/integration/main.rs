//! Integrations in front of the systems they ask: the practice Talkdesk, peers that play a provider file,
//! and peers that lie. The peer's record decides what was sent where.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod gate;
mod hosts;
mod returned;
mod samples;
mod stage;
mod talkdesk;
