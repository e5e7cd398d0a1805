//! One function a command.

mod authorize;
mod connection;
mod doctor;
mod generate;
mod hand_over;
mod proof;
mod providers;
mod redirect;
mod sandbox;
mod vault;

use std::process::ExitCode;

use crate::args::{Arguments, Command};
use crate::exit::Failure;
use crate::host;
use crate::output::Output;

/// Does what the arguments say; the exit status is success unless a proof found something wanting.
pub(crate) async fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode, Failure> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Generate(what) => generate::run(what, output),
        Command::Providers(what) => providers::run(global, what, output).await,
        Command::Sandbox(options) => sandbox::run(global, options, output).await,
        Command::Vault(what) => vault::run(global, what, output).await,
        Command::Connection(what) => {
            connection::run(&host::open(global, output).await?, what, output).await
        }
        Command::Authorize(options) => {
            authorize::run(&host::open(global, output).await?, options, output).await
        }
        Command::Validate(options) => {
            proof::validate(&host::open(global, output).await?, options, output).await
        }
        Command::Token(options) => {
            proof::token(&host::open(global, output).await?, options, output).await
        }
        Command::Export(options) => {
            hand_over::export(&host::open(global, output).await?, options, output).await
        }
        Command::Import(options) => {
            hand_over::import(&host::open(global, output).await?, options, output).await
        }
        Command::Detect(options) => {
            providers::detect(&host::open(global, output).await?, options, output).await
        }
        Command::Doctor => doctor::run(&host::open(global, output).await?, output).await,
    }
}
