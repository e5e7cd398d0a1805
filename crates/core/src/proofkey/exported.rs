//! Files that were exported earlier: whether they still say what their connection is.

use super::Proofkey;
use crate::border::{ExportStanding, ExportState};
use crate::check::content_id;
use crate::connection::{Connection, GenerationRole};
use crate::error::Problem;
use crate::export::{Traces, traces};
use crate::provider::Provider;
use crate::vault::Generation;

impl Proofkey {
    /// Compares the proof that an exported file carries, in any format, with the connection as it is.
    /// Nothing is sent and nothing is kept.
    pub fn check_export(&self, name: &str, file: &[u8]) -> Result<ExportStanding, Problem> {
        let connection = self.find(name)?;
        let provider = self.provider(&connection.provider)?;
        let found = traces(&String::from_utf8_lossy(file));
        Ok(judge(&connection, &provider, &found))
    }
}

fn judge(connection: &Connection, provider: &Provider, found: &Traces) -> ExportStanding {
    let current = connection.secrets;
    let says =
        |candidate: &Connection| found.content_ids.contains(&content_id(candidate, provider));
    let standing = |state, carries, summary: String, remedy: Option<&str>| ExportStanding {
        state,
        carries,
        current,
        summary,
        remedy: remedy.map(str::to_owned),
    };
    if says(connection) {
        let summary = format!(
            "This file carries generation {}, which is the current one of “{}”.",
            current.0, connection.name
        );
        return standing(ExportState::Current, Some(current), summary, None);
    }
    let again = Some("Prove the connection, and export it again.");
    let mut held = connection.generations.iter();
    if let Some(held) = held.rfind(|held| says(&connection.with_generation(held))) {
        let fate = match held.role {
            GenerationRole::Outgoing => "which is being given up",
            GenerationRole::Incoming => "which waits to be made current",
        };
        let summary = format!("{} It is the one {fate}.", at(held.generation, current));
        return standing(ExportState::Stale, Some(held.generation), summary, again);
    }
    match found.generation {
        _ if found.content_ids.is_empty() => standing(
            ExportState::Unknown,
            None,
            "This file carries no proof id, so nobody can tell what it was exported from."
                .to_owned(),
            again,
        ),
        Some(carries) if carries != current => standing(
            ExportState::Stale,
            Some(carries),
            at(carries, current),
            again,
        ),
        carries => standing(
            ExportState::Stale,
            carries,
            format!(
                "This file carries an earlier proof than that of “{}” as it is now, or that of another connection.",
                connection.name
            ),
            again,
        ),
    }
}

fn at(carries: Generation, current: Generation) -> String {
    format!(
        "This file carries generation {}, the connection is at {}.",
        carries.0, current.0
    )
}
