//! One function a command.

mod authorize;
mod call;
mod connection;
mod doctor;
mod generate;
mod hand_over;
mod key;
mod practice_commands;
mod practice_peer;
mod private_key;
mod proof;
mod providers;
mod redirect;
mod rotate;
mod sandbox;
mod sandbox_orders;
mod sheet;
mod sign_in;
mod talkdesk;
mod validator;
mod vault;

use std::cell::OnceCell;
use std::process::ExitCode;

use proofkey_core::proofkey::Proofkey;
use proofkey_core::renewal::UnderWay;

use crate::args::{Arguments, Command, Validator};
use crate::exit::Failure;
use crate::host;
use crate::output::Output;

/// Does what the arguments say; the exit status is success unless a proof found something wanting.
///
/// `refreshes` is set as soon as there can be some: they outlive this future.
pub(crate) async fn run(
    arguments: &Arguments,
    output: &Output,
    refreshes: &OnceCell<UnderWay>,
) -> Result<ExitCode, Failure> {
    let global = &arguments.global;
    let open = async || -> Result<Proofkey, Failure> {
        let proofkey = host::open(global, output).await?;
        refreshes.get_or_init(|| proofkey.refreshes());
        Ok(proofkey)
    };
    match &arguments.command {
        Command::Generate(what) => generate::run(what, output),
        Command::Providers(what) => providers::run(global, what, output).await,
        Command::Sandbox(options) => sandbox::run(global, options, output).await,
        Command::Vault(what) => vault::run(global, what, output).await,
        Command::Connection(what) => Box::pin(connection::run(&open().await?, what, output)).await,
        Command::Key(what) => key::run(&open().await?, what, output).await,
        Command::Authorize(options) => authorize::run(&open().await?, options, output).await,
        Command::Validate(options) => proof::validate(&open().await?, options, output).await,
        Command::Token(options) => proof::token(&open().await?, options, output).await,
        Command::Call(options) => call::run(&open().await?, options, output).await,
        Command::Rotate(what) => rotate::run(&open().await?, what, output).await,
        Command::Export(options) => hand_over::export(&open().await?, options, output).await,
        Command::Import(options) => hand_over::import(&open().await?, options, output).await,
        Command::Detect(options) => providers::detect(&open().await?, options, output).await,
        Command::Talkdesk(what) => talkdesk::run(&open().await?, what, output).await,
        // A service has no connections of its own: it opens nothing of this machine's.
        Command::Validator(Validator::Serve(options)) => {
            validator::serve(global, options, output).await
        }
        Command::Validator(Validator::Try(options)) => {
            validator::try_one(&open().await?, options, output).await
        }
        Command::Doctor => doctor::run(&open().await?, output).await,
    }
}
