//! Renders the built-in catalogue as the window gets it, for the page's tests and pictures.

use std::error::Error;

use proofkey_core::provider::Catalogue;

/// The day on which the page's own fixtures play, so that what is due does not age.
const TODAY: &str = "2026-11-22T09:41:00Z";

/// All built-in providers, one a line, in the order of the `catalogue` command.
pub(crate) fn catalogue() -> Result<String, Box<dyn Error>> {
    let now = TODAY.parse()?;
    let views = Catalogue::built_in().views(now);
    let views = views.iter().map(serde_json::to_string);
    let lines = views.collect::<Result<Vec<_>, _>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}
