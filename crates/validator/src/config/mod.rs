//! The configuration of the service: one TOML file, with every mistake in it named at once.

mod client_ca;
mod file;
mod lines;
mod local;
mod mistakes;
mod rules;
mod secure;

use std::path::Path;
use std::sync::Arc;

use proofkey_core::integration::{Explanation, Integration};
use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::files::read_bounded;
use proofkey_core::system::network::Network;

pub use mistakes::Mistake;

use crate::asking::Asking;
use crate::server::{Mounted, Settings};
use file::File;
use mistakes::Mistakes;

const LARGEST_FILE: usize = 1024 * 1024;
const MOST_INTEGRATIONS: usize = 256;

/// A configuration in which nothing is wrong, with everything read that it names.
pub struct Config {
    settings: Settings,
    integrations: Vec<Integration>,
    limits: rules::Trials,
}

impl Config {
    /// Reads the file at `path` and the files that it names, relative to its folder. Fails with everything
    /// that is wrong, in the order of the file.
    pub fn read(path: &Path, catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let at_the_file = |summary: String, remedy: String| {
            let field = String::new();
            vec![Mistake {
                line: 1,
                field,
                summary,
                remedy,
            }]
        };
        let bytes = read_bounded(path, LARGEST_FILE).map_err(|error| {
            let problem = proofkey_core::Problem::from(error);
            at_the_file(problem.summary, problem.remedy)
        })?;
        let text = str::from_utf8(&bytes).map_err(|_| {
            let remedy = "Save it as UTF-8.".to_owned();
            at_the_file("The file is no text.".to_owned(), remedy)
        })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::of(text, &folder, catalogue)
    }

    fn of(text: &str, folder: &Path, catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let file: File = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            vec![Mistake {
                line: lines::line_at(text, offset),
                field: String::new(),
                summary: format!(
                    "{}.",
                    error.message().trim_end_matches('.').replace('\n', " ")
                ),
                remedy: "Correct the line; docs/validator.md lists every key.".to_owned(),
            }]
        })?;
        let mut mistakes = Mistakes::new(text);
        let integrations = integrations(&file, catalogue, &mut mistakes);
        let settings = rules::settings(&file, folder, &mut mistakes);
        let found = mistakes.found();
        if !found.is_empty() {
            return Err(found);
        }
        Ok(Self {
            settings,
            integrations,
            limits: rules::Trials::of(&file),
        })
    }

    pub fn integrations(&self) -> &[Integration] {
        &self.integrations
    }

    /// What each integration does, for `--check-config`.
    pub fn explains(&self) -> Vec<Explanation> {
        self.integrations
            .iter()
            .map(Integration::explains)
            .collect()
    }

    /// How the service will behave, in lines for people.
    pub fn behaves(&self) -> Vec<String> {
        rules::behaves(&self.settings)
    }

    /// The settings of a service whose integrations ask over `network`.
    pub fn into_settings(self, network: &Arc<Network>, clock: &Arc<dyn Clock>) -> Settings {
        let Self {
            mut settings,
            integrations,
            limits,
        } = self;
        let mounted = integrations.into_iter().map(|integration| Mounted {
            path: integration.path().to_owned(),
            in_flight: integration.in_flight().map(|it| it as usize),
            timeout: limits.timeout(&integration),
            judge: Arc::new(Asking::new(
                integration,
                Arc::clone(network),
                Arc::clone(clock),
            )),
        });
        settings.integrations = mounted.collect();
        settings
    }
}

fn integrations(file: &File, catalogue: &Catalogue, mistakes: &mut Mistakes) -> Vec<Integration> {
    if file.integration.is_empty() || file.integration.len() > MOST_INTEGRATIONS {
        mistakes.add(
            "integration",
            format!("There must be 1 to {MOST_INTEGRATIONS} integrations."),
            "Write [[integration]] with a path, a provider and fields.",
        );
    }
    let mut right = Vec::new();
    for (index, one) in file.integration.iter().enumerate() {
        if file.integration[..index]
            .iter()
            .any(|it| it.path == one.path)
        {
            let field = format!("integration[{index}].path");
            mistakes.add(
                &field,
                "An integration before this one has the same path.",
                "Choose another path.",
            );
        }
        match Integration::of(one, catalogue) {
            Ok(integration) => right.push(integration),
            Err(findings) => {
                for finding in findings {
                    mistakes.add_finding(index, finding);
                }
            }
        }
    }
    right
}

#[cfg(test)]
mod tests;
