//! `proofkey validator ...`.

mod trial;

use std::process::ExitCode;

use proofkey_core::proofkey::Proofkey;

use crate::args::Validator;
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(
    proofkey: &Proofkey,
    what: &Validator,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Validator::Try(options) => trial::run(proofkey, options, output).await,
    }
}
