//! Everything that the page may ask. Each command is named in `permissions/page.toml`, too; a test
//! compares both.

#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands state and arguments to a command by value"
)]

mod authorization;
mod call;
mod connections;
mod events;
mod hand_over;
mod keys;
mod laboratory;
mod practice;
mod proof;
mod rotation;
mod settings;
mod setup;
mod sheet;

use tauri::Runtime;
use tauri::ipc::Invoke;

/// Names every command once, for the handler and for the test of the page's permissions.
macro_rules! commands {
    ($($room:ident :: $command:ident),* $(,)?) => {
        pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($room::$command),*]
        }

        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($command)),*];
    };
}

commands![
    setup::providers,
    setup::provider_from_issuer,
    setup::locate_account,
    setup::locate_variable,
    setup::detect_regions,
    setup::review_draft,
    setup::open_guide,
    setup::open_source,
    setup::keep_wizard_draft,
    setup::wizard_draft,
    setup::discard_wizard_draft,
    connections::add_connection,
    connections::change_connection,
    connections::connections,
    connections::connection_page,
    connections::rename_connection,
    connections::remove_connection,
    connections::apply_remedy,
    events::watch_event_drops,
    events::choose_event,
    events::preview_event,
    events::import_event,
    events::forget_event,
    events::answer_installation,
    keys::kept_keys,
    keys::make_key,
    keys::remove_key,
    keys::public_key,
    keys::choose_private_key,
    authorization::propose_redirect,
    authorization::begin_authorization,
    authorization::authorization_running,
    authorization::paste_redirect,
    authorization::open_browser_again,
    authorization::cancel_authorization,
    authorization::retry_keeping,
    proof::validate,
    proof::cancel_validation,
    rotation::begin_rotation,
    rotation::prove_incoming,
    rotation::switch_credentials,
    rotation::undo_rotation,
    rotation::retire_credentials,
    rotation::forget_credentials,
    rotation::acknowledge_rotation,
    call::try_call,
    laboratory::try_validator,
    laboratory::cancel_trial,
    laboratory::validator_status,
    laboratory::suggested_integration,
    laboratory::save_suggested_integration,
    laboratory::validator_start,
    laboratory::choose_validator,
    laboratory::validator_stop,
    hand_over::export_preview,
    hand_over::export_to_file,
    sheet::talkdesk_sheet,
    sheet::save_sheet,
    sheet::print_sheet,
    sheet::copy_secret,
    settings::settings,
    settings::save_settings,
    settings::choose_ca_file,
    settings::vault_status,
    settings::about,
    practice::practice_status,
    practice::practice_start,
    practice::practice_stop,
];

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn the_page_is_permitted_exactly_the_registered_commands() {
        let text = include_str!("../../permissions/page.toml");
        let permitted: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .collect();
        assert_eq!(permitted, NAMES);
    }

    #[test]
    fn the_page_is_granted_nothing_else() {
        let text = include_str!("../../capabilities/main.json");
        let capability: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(capability["permissions"], serde_json::json!(["page"]));
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none());
    }
}
