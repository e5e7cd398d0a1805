//! The authorization validator.
