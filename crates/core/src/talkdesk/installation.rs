//! The state of an installation, as the developer of the app sets it.

use serde_json::json;
use url::Url;

use crate::connection::{Installation, InstallationState};
use crate::error::{Code, Problem};
use crate::probe::{self, Presented, ProbeErrorKind};
use crate::system::network::Network;

/// The scope that a token needs to set a state.
pub(crate) const SCOPE: &str = "apps:write";

/// Longer reasons do not help the customer who reads them.
const LONGEST_REASON: usize = 500;

/// Sets the state of `installation` at the API. It is sent once.
///
/// `DraftInvalid` for a reason that is too long; `ApiRefused` quotes the API: another state was set
/// before (409), or the app or installation is unknown (404).
pub(crate) async fn set_installation_state(
    network: &Network,
    api_base: &Url,
    presented: &Presented<'_>,
    installation: &Installation,
    state: InstallationState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let path = format!(
        "/apps/{}/installations/{}/state",
        installation.app_id, installation.installation_id
    );
    let word = match state {
        InstallationState::Approve => "approve",
        InstallationState::Reject => "reject",
    };
    let mut body = json!({ "state": word });
    if let Some(reason) = reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        if reason.chars().count() > LONGEST_REASON || reason.chars().any(char::is_control) {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!("A reason has at most {LONGEST_REASON} characters on one line."),
                "Shorten it.",
            )
            .at("reason"));
        }
        body["reason"] = reason.into();
    }
    let sent = probe::post(network, api_base, &path, presented, &body).await;
    sent.map(drop).map_err(|error| {
        let remedy = match (&error.kind, error.status) {
            (ProbeErrorKind::Refused(_), Some(401 | 403)) => {
                "Make sure that the app has the scope apps:write, then try again."
            }
            (ProbeErrorKind::Refused(_), Some(404)) => {
                "Check that the app is still installed. If it was removed, remove the connection."
            }
            (ProbeErrorKind::Refused(_), Some(409)) => {
                "The installation was approved, rejected or ended before. There is nothing to do."
            }
            _ => return Problem::from(error),
        };
        Problem {
            summary: "The API did not take the answer to the installation.".to_owned(),
            remedy: remedy.to_owned(),
            ..error.into()
        }
    })
}
