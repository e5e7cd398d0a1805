//! Proofkey on the command line: it decodes arguments, calls core, and prints what comes back.

mod args;
mod confinement;
mod echo;
mod environment;
mod exit;
mod host;
mod output;
mod prompt;
mod run;

use std::cell::OnceCell;
use std::process::ExitCode;

use clap::Parser;
use proofkey_core::renewal::UnderWay;
use tokio::runtime::{Builder, Runtime};

use crate::args::{Arguments, Command, Validator};
use crate::exit::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.global.json);
    let outcome = environment::start_log(&arguments.global).and_then(|()| {
        if let Command::Validator(Validator::Serve(_)) = &arguments.command {
            confinement::confine();
        }
        let ends_itself = matches!(
            &arguments.command,
            Command::Sandbox(_) | Command::Validator(Validator::Serve(_))
        );
        let runtime = event_loop(&arguments.command)
            .map_err(|error| Failure::internal(&format!("no event loop: {error}")))?;
        let refreshes = OnceCell::new();
        let work = run::run(&arguments, &output, &refreshes);
        // Services wait for Ctrl-C themselves, and tidy up after it.
        let finished = if ends_itself {
            runtime.block_on(work)
        } else {
            runtime.block_on(until_interrupted(work))
        };
        if let Some(refreshes) = refreshes.get() {
            runtime.block_on(ended(refreshes, &output));
        }
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

/// The validator answers many at a time; everything else does one thing.
fn event_loop(command: &Command) -> std::io::Result<Runtime> {
    let mut builder = match command {
        Command::Validator(Validator::Serve(_)) if has_processors() => {
            let mut builder = Builder::new_multi_thread();
            // What overflows the queue of a processor waits in the common one. At the usual interval of 61,
            // some of a thousand connections are answered ten times as late as others.
            builder.global_queue_interval(COMMON_QUEUE_INTERVAL);
            builder
        }
        // On one processor a single queue is fairer, and costs less.
        _ => Builder::new_current_thread(),
    };
    builder.enable_all().build()
}

/// Tasks of its own that a processor does before it takes one that waits for any.
const COMMON_QUEUE_INTERVAL: u32 = 3;

fn has_processors() -> bool {
    std::thread::available_parallelism().is_ok_and(|count| count.get() > 1)
}

/// Ctrl-C drops the work where it stands; every write is atomic, so nothing is left half done. What must
/// not be dropped goes on beside it, and is waited for afterwards.
async fn until_interrupted(
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err(Failure::cancelled()),
    }
}

/// A refresh whose answer nobody reads is a refresh token lost, so the program outlives it; a second
/// Ctrl-C ends it at once.
async fn ended(refreshes: &UnderWay, output: &Output) {
    if refreshes.count() == 0 {
        return;
    }
    output.talk("The tokens that were just asked for are still being kept. Ctrl-C once more stops that, and you may have to sign in again.");
    tokio::select! {
        () = refreshes.ended() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
