//! What the wizard asks before a connection exists.

use std::collections::BTreeMap;

use proofkey_core::border::{Located, ProviderView, RegionSighting};
use proofkey_core::connection::{ConnectionDraft, DraftReview};
use proofkey_core::provider::{Provider, guide_page, is_source};
use proofkey_core::{Code, Problem};
use tauri::{State, Url};

use crate::state::Desk;

#[tauri::command(async)]
pub(crate) fn providers(desk: State<'_, Desk>) -> Result<Vec<ProviderView>, Problem> {
    let proofkey = desk.proofkey()?;
    // The command line may have made a provider since.
    proofkey.reload_catalogue();
    Ok(proofkey.provider_views())
}

/// Makes a provider from what an authorization server publishes of itself.
#[tauri::command]
pub(crate) async fn provider_from_issuer(
    desk: State<'_, Desk>,
    issuer: String,
    replace: bool,
    practice: bool,
) -> Result<Provider, Problem> {
    if practice {
        desk.practice.start(desk.proofkey()?).await?;
    }
    desk.proofkey()?
        .provider_from_issuer(&issuer, None, replace, practice)
        .await
}

#[tauri::command(async)]
pub(crate) fn locate_account(
    desk: State<'_, Desk>,
    provider: &str,
    input: &str,
) -> Result<Located, Problem> {
    desk.proofkey()?.locate(provider, input)
}

/// As `locate_account`, for any of the provider's variables; the value found is in `account`.
#[tauri::command(async)]
pub(crate) fn locate_variable(
    desk: State<'_, Desk>,
    provider: &str,
    name: &str,
    input: &str,
) -> Result<Located, Problem> {
    desk.proofkey()?.locate_variable(provider, name, input)
}

#[tauri::command]
pub(crate) async fn detect_regions(
    desk: State<'_, Desk>,
    provider: String,
    account: String,
    practice: bool,
) -> Result<Vec<RegionSighting>, Problem> {
    if practice {
        desk.practice.start(desk.proofkey()?).await?;
    }
    desk.proofkey()?
        .detect_regions(&provider, &account, practice)
        .await
}

#[tauri::command]
pub(crate) async fn review_draft(
    desk: State<'_, Desk>,
    mut draft: ConnectionDraft,
    changing: Option<String>,
    chosen_key: Option<u32>,
) -> Result<DraftReview, Problem> {
    desk.chosen_key.fill(&mut draft.signing, chosen_key)?;
    let proofkey = desk.proofkey()?;
    proofkey.open_key(&mut draft.signing).await?;
    proofkey.review(&draft, changing.as_deref())
}

/// Opens the page of a guide step in the person's own browser; the page itself names no address.
#[tauri::command(async)]
pub(crate) fn open_guide(
    desk: State<'_, Desk>,
    provider: &str,
    step: usize,
    variables: BTreeMap<String, String>,
) -> Result<(), Problem> {
    let provider = desk.proofkey()?.provider(provider)?;
    open(&desk, &guide_page(&provider, step, &variables)?)
}

/// Opens a page that the provider's file names as a source, and no other.
#[tauri::command(async)]
pub(crate) fn open_source(
    desk: State<'_, Desk>,
    provider: &str,
    source: &str,
) -> Result<(), Problem> {
    let provider = desk.proofkey()?.provider(provider)?;
    let url = Url::parse(source)
        .ok()
        .filter(|url| url.scheme() == "https" && is_source(&provider, source))
        .ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                "This source is not a page that can be opened.",
                "Look for it by its name.",
            )
        })?;
    open(&desk, &url)
}

fn open(desk: &Desk, url: &Url) -> Result<(), Problem> {
    desk.browser.open(url).map_err(|problem| Problem {
        remedy: format!("Open this address yourself: {url}"),
        ..problem
    })
}

#[tauri::command(async)]
pub(crate) fn keep_wizard_draft(desk: State<'_, Desk>, draft: &str) -> Result<(), Problem> {
    desk.proofkey()?.keep_wizard_draft(Some(draft))
}

#[tauri::command(async)]
pub(crate) fn wizard_draft(desk: State<'_, Desk>) -> Result<Option<String>, Problem> {
    desk.proofkey()?.wizard_draft()
}

#[tauri::command(async)]
pub(crate) fn discard_wizard_draft(desk: State<'_, Desk>) -> Result<(), Problem> {
    desk.proofkey()?.keep_wizard_draft(None)
}
