//! What has been approved, redeemed and refreshed, in numbers: in tests they are the judge.

/// Counts since the start of the sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Authorization requests that reached a login page.
    pub requests: u64,
    /// Requests that were pushed first (RFC 9126).
    pub pushed: u64,
    /// Times that a person, or the fault in force, said no.
    pub denied: u64,
    pub codes_issued: u64,
    pub codes_redeemed: u64,
    /// Codes that came a second time.
    pub codes_replayed: u64,
    /// Refresh tokens that were honoured.
    pub refreshes: u64,
    /// Refresh tokens that came again after they were spent.
    pub refresh_tokens_reused: u64,
    /// Families that ended because a code or a refresh token came twice.
    pub families_revoked: u64,
    /// Revocation requests (RFC 7009) that were answered with 200.
    pub revocations: u64,
}
