//! `--check-config`: what a configuration does, or everything that is wrong with it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use proofkey_core::integration::Explanation;
use proofkey_core::{Code, Problem};
use proofkey_validator::config::{Config, Mistake};
use serde::Serialize;

use crate::exit::{Failure, INVALID};
use crate::output::Output;

/// Tells it as text, or to a program as one document, which also holds the mistakes.
pub(super) fn told(
    path: &Path,
    read: Result<Config, Vec<Mistake>>,
    left_out: &[Problem],
    now: Timestamp,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match read {
        Ok(config) => {
            let checked = Checked {
                right: true,
                behaves: config.behaves().to_vec(),
                integrations: config.explains(),
                warnings: warnings(&config, left_out, now),
                mistakes: Vec::new(),
            };
            output.data(&checked, || checked.text())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(mistakes) if output.is_json() => {
            let checked = Checked {
                right: false,
                behaves: Vec::new(),
                integrations: Vec::new(),
                warnings: left_out.iter().map(of_a_provider_file).collect(),
                mistakes,
            };
            output.document(&checked)?;
            Ok(ExitCode::from(INVALID))
        }
        Err(mistakes) => Err(wrong(path, mistakes, left_out)),
    }
}

/// What the author of the configuration should know. `left_out` is what is wrong with provider files.
pub(super) fn warnings(config: &Config, left_out: &[Problem], now: Timestamp) -> Vec<Mistake> {
    let of_files = left_out.iter().map(of_a_provider_file);
    of_files.chain(config.warnings(now)).collect()
}

/// The mistakes as a failure of the command. What is wrong with provider files comes first: it may be why a
/// provider is not known.
pub(super) fn wrong(path: &Path, mistakes: Vec<Mistake>, left_out: &[Problem]) -> Failure {
    let problem = |mistake: Mistake| {
        let line = mistake
            .line
            .map(|line| format!("{}, line {line}", path.display()));
        let place = Some(mistake.place).filter(|place| !place.is_empty());
        let place: Vec<String> = line.into_iter().chain(place).collect();
        let summary = match place.as_slice() {
            [] => mistake.summary,
            place => format!("{}: {}", place.join(", "), mistake.summary),
        };
        Problem::new(Code::DraftInvalid, summary, mistake.remedy)
    };
    let of_files = left_out.iter().map(of_a_provider_file);
    let problems = of_files.chain(mistakes).map(problem);
    problems.collect::<Vec<_>>().into()
}

fn of_a_provider_file(problem: &Problem) -> Mistake {
    let summary = format!("A provider file of yours is left out: {}", problem.summary);
    Mistake::of_a_file(summary, problem.remedy.clone())
}

#[derive(Serialize)]
struct Checked {
    right: bool,
    behaves: Vec<String>,
    integrations: Vec<Explanation>,
    warnings: Vec<Mistake>,
    mistakes: Vec<Mistake>,
}

impl Checked {
    fn text(&self) -> String {
        let mut text = "The configuration is right.\n\n".to_owned();
        for warning in &self.warnings {
            let _infallible = writeln!(text, "Warning: {warning}");
        }
        if !self.warnings.is_empty() {
            text.push('\n');
        }
        for line in &self.behaves {
            let _infallible = writeln!(text, "{line}");
        }
        for one in &self.integrations {
            let _infallible = writeln!(text, "\nPOST {}: {}", one.path, one.system);
            for asked in &one.asks {
                let _infallible = writeln!(text, "  asks     {asked}");
            }
            let _infallible = writeln!(text, "  shows    {}", one.shows);
            for (name, purpose) in &one.fields {
                let _infallible = writeln!(text, "  takes    {name}: {purpose}");
            }
            for (name, place) in &one.returns {
                let _infallible = writeln!(text, "  returns  {name}: {place}");
            }
        }
        text
    }
}
