//! An integration: the fields that Talkdesk sends to its authorization validator, and the one call that
//! tells whether they work.
//!
//! A request can choose nothing but values: where it leads is decided by the provider file and the
//! configuration, and by host labels that are checked (rule I1).

mod auth;
mod file;
mod judgement;

pub use auth::{Auth, Scalar};
pub use file::{
    BasicTemplates, Field, FieldKind, FieldUse, HeaderField, IntegrationFile, UnknownFields,
    Upstream,
};
pub use judgement::{Answer, Judgement, LeftOut, RefusedWhy, UnclearWhy};
