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
        if !says(&found, &connection, &provider)
            && let Some(other) = self.exported_from(&found, &connection)?
        {
            return Ok(of_another(&connection, &other));
        }
        Ok(judge(&connection, &provider, &found))
    }

    /// Which other connection `found` is of, as it is now.
    fn exported_from(
        &self,
        found: &Traces,
        except: &Connection,
    ) -> Result<Option<Connection>, Problem> {
        let mut others = self.store.list()?.connections.into_iter();
        Ok(others.find(|other| {
            // What has no provider any more has no proof to compare with.
            let provider = self.provider(&other.provider);
            other.id != except.id && provider.is_ok_and(|provider| says(found, other, &provider))
        }))
    }
}

fn says(found: &Traces, candidate: &Connection, provider: &Provider) -> bool {
    found.content_ids.contains(&content_id(candidate, provider))
}

fn of_another(asked: &Connection, other: &Connection) -> ExportStanding {
    ExportStanding {
        state: ExportState::Unknown,
        carries: None,
        current: asked.secrets,
        summary: format!(
            "This file was exported from “{}”, and not from “{}”.",
            other.name, asked.name
        ),
        remedy: Some("Choose the file of this connection, or export it again.".to_owned()),
    }
}

fn judge(connection: &Connection, provider: &Provider, found: &Traces) -> ExportStanding {
    let current = connection.secrets;
    let says = |candidate: &Connection| says(found, candidate, provider);
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
