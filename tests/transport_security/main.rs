//! Whom a connection trusts and where it may go: bad certificates, proxies, private addresses. In
//! each case the peer's own record says whether a credential arrived.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod certificates;
mod kept;
mod places;
mod stage;
mod tls;
