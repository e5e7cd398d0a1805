//! `proofkey export --format talkdesk-sheet`.

use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::SheetAdditions;
use proofkey_core::export::SecretsChoice;
use proofkey_core::export::sheet::SheetFormat;
use proofkey_core::proofkey::Proofkey;

use super::hand_over::name_the_option;
use crate::args::Export;
use crate::exit::Failure;
use crate::output::Output;

/// To a file in the format of its name; otherwise as Markdown, or as one JSON document.
pub(crate) async fn export(
    proofkey: &Proofkey,
    options: &Export,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if SecretsChoice::from(options.secrets) == SecretsChoice::Plain {
        return Err(Failure::invalid(
            "A sheet never holds secrets.",
            "Leave --secrets out. The window copies them from the vault.",
        ));
    }
    let additions = SheetAdditions {
        redirect_url: options.redirect_url.clone(),
        description: options.description.clone(),
    };
    let path = options.output.as_deref();
    let Some(path) = path.filter(|path| *path != Path::new("-")) else {
        let sheet = proofkey.talkdesk_sheet(&options.name, &additions)?;
        output.document(&sheet)?;
        let rendered = proofkey.sheet_text(&options.name, &additions, SheetFormat::Markdown)?;
        output.part(rendered.text().trim_end())?;
        return Ok(ExitCode::SUCCESS);
    };
    let outcome = proofkey
        .sheet_to(&options.name, &additions, path, options.force)
        .await
        .map_err(name_the_option)?;
    output.data(&outcome, || {
        format!(
            "Written to {} (mode {}) and read back. It holds no secret; it says where they are kept.",
            outcome.path, outcome.mode
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What only a sheet can hold is not dropped silently for another format.
pub(crate) fn refuse_its_options(options: &Export) -> Result<(), Failure> {
    if options.redirect_url.is_none() && options.description.is_none() {
        return Ok(());
    }
    Err(Failure::invalid(
        "--redirect-url and --description are for the Talkdesk sheet.",
        "Add --format talkdesk-sheet, or leave them out.",
    ))
}
