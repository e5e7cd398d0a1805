//! Proofkey on the command line: it decodes arguments, calls core, and prints what comes back.

mod args;
mod echo;
mod environment;
mod exit;
mod host;
mod output;
mod prompt;
mod run;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::exit::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.global.json);
    let outcome = environment::start_log(&arguments.global).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::internal(&format!("no event loop: {error}")))?;
        let work = run::run(&arguments, &output);
        // The practice Talkdesk waits for Ctrl-C itself, and tidies up after it.
        let finished = match &arguments.command {
            Command::Sandbox(_) => runtime.block_on(work),
            _ => runtime.block_on(until_interrupted(work)),
        };
        // A keychain prompt that nobody answers must not hold the program back.
        runtime.shutdown_background();
        echo::restore();
        finished
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.report(&output),
    }
}

/// Ctrl-C drops the work where it stands; every write is atomic, so nothing is left half done.
async fn until_interrupted(
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err(Failure::cancelled()),
    }
}
