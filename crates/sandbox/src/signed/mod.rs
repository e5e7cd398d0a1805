//! Clients that sign: which public keys are registered for them, and whether an assertion is exactly
//! what it has to be.

pub(crate) mod assertion;
mod jws;
pub(crate) mod key;
pub(crate) mod practice_key;
pub(crate) mod seen;
