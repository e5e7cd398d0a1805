//! What an event says, for whoever is about to take it in.

use proofkey_core::border::EventPreview;

use super::tables::{Facts, moment};

/// Whose event it is, of which app, and which one.
pub(crate) fn event_facts(preview: &EventPreview) -> String {
    let mut facts = Facts::default();
    let place = [preview.account.as_deref(), preview.region_label.as_deref()];
    facts.add("Account", joined(place));
    let version = preview.app_version.as_ref();
    let version = version.map(|version| format!("version {version}"));
    facts.add(
        "App",
        joined([preview.app_id.as_deref(), version.as_deref()]),
    );
    facts.add("Installation", joined([preview.installation_id.as_deref()]));
    let sent = preview.created_at.map(|at| format!("sent {}", moment(at)));
    facts.add(
        "Event",
        joined([Some(preview.event_id.as_str()), sent.as_deref()]),
    );
    format!("The event says that {}.\n{}", preview.says, facts.text())
}

fn joined<const N: usize>(parts: [Option<&str>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
