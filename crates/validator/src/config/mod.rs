//! The configuration of the service: one TOML file, with every mistake in it named at once.

mod client_ca;
mod file;
mod lines;
mod local;
mod mistakes;
mod reach;
mod rules;
mod secure;
mod shape;
mod words;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use proofkey_core::Problem;
use proofkey_core::integration::{Explanation, Integration};
use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::files::read_ruling;
use proofkey_core::system::network::Network;
use proofkey_core::system::tls::Described;
use toml::de::DeTable;

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
    trials: rules::Trials,
    certificate: Option<Described>,
    behaves: Vec<String>,
    warnings: Vec<Mistake>,
}

impl Config {
    /// Reads the file at `path` and the files that it names, relative to its folder. Fails with everything
    /// that is wrong, in the order of the file.
    pub fn read(path: &Path, catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let of_the_file = |problem: Problem| Mistake::of_a_file(problem.summary, problem.remedy);
        let (bytes, changeable) =
            read_ruling(path, LARGEST_FILE).map_err(|error| vec![of_the_file(error.into())])?;
        let text = str::from_utf8(&bytes).map_err(|_| {
            let remedy = "Save it as UTF-8.".to_owned();
            vec![Mistake::of_a_file(
                "The file is no text.".to_owned(),
                remedy,
            )]
        })?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut config = Self::of(text, &folder, catalogue)?;
        config.warnings.splice(0..0, changeable.map(of_the_file));
        Ok(config)
    }

    fn of(text: &str, folder: &Path, catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let root = root.into_inner();
        let mut mistakes = Mistakes::new(text, root.clone());
        if !errors.is_empty() {
            shape::syntax(text, &errors, &mut mistakes);
            return Err(mistakes.found().err().unwrap_or_default());
        }
        let Some(file) = shape::read(root, &mut mistakes) else {
            return Err(mistakes.found().err().unwrap_or_default());
        };
        let integrations = integrations(&file, catalogue, &mut mistakes);
        let (settings, certificate) = rules::settings(&file, folder, &mut mistakes);
        let warnings = mistakes.found()?;
        Ok(Self {
            behaves: words::behaves(&file, &settings, certificate.as_ref()),
            trials: rules::Trials::of(&file),
            settings,
            integrations,
            certificate,
            warnings,
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
    pub fn behaves(&self) -> &[String] {
        &self.behaves
    }

    /// What its author should know and may have meant: a service that starts with it does what it says.
    pub fn warnings(&self, now: Timestamp) -> Vec<Mistake> {
        let expired = self
            .certificate
            .as_ref()
            .filter(|it| it.not_after.is_some_and(|end| end <= now));
        let expired = expired.map(|it| Mistake {
            line: None,
            field: "tls.certificate".to_owned(),
            place: "tls.certificate".to_owned(),
            summary: format!(
                "The certificate has ended on {}, so callers refuse it.",
                words::day(it.not_after)
            ),
            remedy: "Renew it, and reload.".to_owned(),
        });
        self.warnings.iter().cloned().chain(expired).collect()
    }

    /// The settings of a service whose integrations ask over `network`.
    pub fn into_settings(self, network: &Arc<Network>, clock: &Arc<dyn Clock>) -> Settings {
        let Self {
            mut settings,
            integrations,
            trials,
            ..
        } = self;
        let mounted = integrations.into_iter().map(|integration| Mounted {
            path: integration.path().to_owned(),
            in_flight: integration.in_flight().map(|it| it as usize),
            timeout: trials.timeout(&integration),
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
                for mut finding in findings {
                    if one
                        .provider
                        .as_ref()
                        .is_some_and(|id| catalogue.provider(id).is_err())
                        && finding.field == "provider"
                    {
                        finding
                            .remedy
                            .push_str(" Provider files of yours are read with --config-dir DIR.");
                    }
                    mistakes.add_finding(index, finding);
                }
            }
        }
    }
    right
}

#[cfg(test)]
mod tests;
