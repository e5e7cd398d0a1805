//! `proofkey generate ...`: completions and man pages from the one grammar.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use proofkey_core::{Code, Problem};

use crate::args::{Arguments, Generate};
use crate::exit::Failure;
use crate::output::Output;

pub(crate) fn run(what: &Generate, output: &Output) -> Result<ExitCode, Failure> {
    match what {
        Generate::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "proofkey", &mut text);
            output.raw(String::from_utf8_lossy(&text).trim_end())?;
        }
        Generate::Man { dir } => man(dir)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn man(dir: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Arguments::command(), dir).map_err(|error| {
        Problem::new(
            Code::FileFailed,
            format!(
                "The man pages could not be written to {}: {error}.",
                dir.display()
            ),
            "Name an existing folder that you may write to.",
        )
        .into()
    })
}
