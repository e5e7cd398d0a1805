//! An integration: the fields that Talkdesk sends to its authorization validator, and the one call that
//! tells whether they work.
//!
//! A request can choose nothing but values: where it leads is decided by the provider file and the
//! configuration, and by host labels that are checked (rule I1).

mod asked;
mod auth;
mod client;
mod explained;
mod fields;
mod file;
mod gate;
mod json_path;
mod judge;
mod judgement;
mod own;
mod places;
mod presents;
mod returned;
mod review;
mod suggested;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use auth::{Auth, Scalar};
pub use explained::{Explanation, FormChoice, FormField};
pub use file::{
    BasicTemplates, Field, FieldKind, FieldUse, HeaderField, IntegrationFile, UnknownFields,
    Upstream,
};
pub use gate::{Gate, Health, OpenGate, Shut, Visit};
pub use judge::Means;
pub use judgement::{Answer, Judgement, LeftOut, RefusedWhy, UnclearWhy};
pub(crate) use suggested::configuration;

use self::fields::BoundField;
use self::places::Places;
use self::presents::Presents;
use crate::connection::Finding;
use crate::provider::{Catalogue, Provider};

/// An integration that holds together. It keeps nothing of what it judges.
pub struct Integration {
    path: String,
    provider: Arc<Provider>,
    presents: Presents,
    scopes: Vec<String>,
    fixed: BTreeMap<String, String>,
    fields: Vec<BoundField>,
    /// JSON pointers, by the name that goes back.
    returns: BTreeMap<String, String>,
    unknown_fields: UnknownFields,
    /// Indices of the provider's calls that may be made, the best first.
    probes: Vec<usize>,
    in_flight: Option<u32>,
    timeout: Option<Duration>,
    places: Places,
}

impl Integration {
    /// Reads what its author wrote. Everything that is wrong comes back at once; the fields of the findings
    /// are those of the file: `fields.email`, `upstream.api_base`.
    pub fn of(file: &IntegrationFile, catalogue: &Catalogue) -> Result<Self, Vec<Finding>> {
        review::review(file, catalogue)
    }

    /// Where Talkdesk posts to.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The most trials at a time; `None` leaves it to the service.
    pub fn in_flight(&self) -> Option<u32> {
        self.in_flight
    }

    /// The longest that one trial takes; `None` leaves it to [`Means::longest`].
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

#[cfg(test)]
mod tests;
