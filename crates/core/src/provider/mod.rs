//! A provider: what is known of one system, as data.
//!
//! A provider file says everything that differs between systems, so that no rule for one of them has
//! to be written in Rust. The values come from `providers/*.toml`, embedded at build.

pub mod schema;

pub use schema::{
    BasicEncoding, Certainty, ClientAuthentication, Detection, Endpoints, Grant, GuideStep,
    Lifetimes, Probe, ProbeMatch, Provider, Region, RegionField, ScopeCatalogue, ScopeEntry,
    TokenHeader, Variable, VariableKind,
};
