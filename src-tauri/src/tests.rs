//! The window without a screen: the real commands and the real permissions on Tauri's mock runtime.

mod approval;
mod call;

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::Theme;
use proofkey_core::ports::UserAgent;
use proofkey_core::provider::Catalogue;
use proofkey_core::vault::{LazyVault, Vault, VaultDescription, VaultError};
use proofkey_sandbox::{Descriptor, Peer, PeerPlan};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager as _, Url, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

use crate::commands::NAMES;
use crate::state::Desk;
use crate::window::{self, MAIN};

/// Nobody may be sent anywhere in these tests.
struct NoBrowser;

impl UserAgent for NoBrowser {
    fn open(&self, url: &Url) -> Result<(), Problem> {
        panic!("{url} was opened")
    }
}

struct Bench {
    app: App<MockRuntime>,
    folder: TempDir,
}

impl Bench {
    /// Without a keychain.
    fn new() -> Self {
        let description = VaultDescription {
            name: String::new(),
            protection: String::new(),
        };
        let vault = LazyVault::new(description, || {
            Err(VaultError::Unavailable {
                reason: "this machine has none".to_owned(),
            })
        });
        Self::with(Arc::new(vault), Arc::new(NoBrowser))
    }

    fn with(vault: Arc<dyn Vault>, browser: Arc<dyn UserAgent>) -> Self {
        let folder = TempDir::new().unwrap();
        let desk = Desk::new(folder.path().join("config"), vault, browser);
        let app = crate::furnish(mock_builder(), desk, false)
            .build(tauri::generate_context!("tauri.conf.json", test = true))
            .unwrap();
        // A real runtime does this once it runs.
        window::open(app.handle(), Theme::System, false).unwrap();
        Self { app, folder }
    }

    fn main(&self) -> WebviewWindow<MockRuntime> {
        self.app
            .get_webview_window(MAIN)
            .expect("the window is open")
    }

    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        call(&self.main(), command, arguments)
    }
}

fn call(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let url = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|reply| reply.deserialize().unwrap())
}

fn draft(account: &str, secret: &str) -> Value {
    json!({
        "provider": "talkdesk",
        "grant": "client_credentials",
        "client_authentication": "client_secret_basic",
        "variables": { "account": account, "region": "us" },
        "client_id": "0123456789abcdef0123456789abcdef",
        "client_secret": secret,
    })
}

fn is_refused(reply: &Result<Value, Value>) -> bool {
    matches!(reply, Err(Value::String(words)) if words.contains("not allowed"))
}

#[test]
fn the_page_reaches_every_command_and_nothing_else() {
    let bench = Bench::new();
    // These open a native dialog, which this runtime does not have.
    for command in NAMES
        .iter()
        .filter(|command| !command.starts_with("choose_"))
    {
        assert!(!is_refused(&bench.call(command, json!({}))), "{command}");
    }
    for command in [
        "plugin:fs|read_text_file",
        "plugin:dialog|save",
        "plugin:event|listen",
        "plugin:window|close",
    ] {
        assert!(is_refused(&bench.call(command, json!({}))), "{command}");
    }
}

#[test]
fn a_second_window_may_call_nothing() {
    let bench = Bench::new();
    let other = WebviewWindowBuilder::new(&bench.app, "other", tauri::WebviewUrl::default())
        .build()
        .unwrap();
    for command in NAMES {
        assert!(is_refused(&call(&other, command, json!({}))), "{command}");
    }
}

#[test]
fn an_unfinished_wizard_is_kept_and_forgotten() {
    let bench = Bench::new();
    assert_eq!(bench.call("wizard_draft", json!({})), Ok(Value::Null));
    bench
        .call("keep_wizard_draft", json!({ "draft": "{\"step\":2}" }))
        .unwrap();
    assert_eq!(
        bench.call("wizard_draft", json!({})),
        Ok(json!("{\"step\":2}"))
    );
    bench.call("discard_wizard_draft", json!({})).unwrap();
    assert_eq!(bench.call("wizard_draft", json!({})), Ok(Value::Null));
}

#[test]
fn what_is_wrong_with_a_draft_arrives_with_its_fields_and_without_its_secret() {
    let bench = Bench::new();
    let secret = "kept-to-itself-4711\u{200b}";
    let refused = bench
        .call(
            "add_connection",
            json!({ "draft": draft("acme.evil.example", secret) }),
        )
        .unwrap_err();
    assert_eq!(refused["problem"]["code"], "draft_invalid");
    let fields: Vec<&str> = refused["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["field"].as_str())
        .collect();
    assert!(fields.contains(&"variables.account"), "{fields:?}");
    assert!(!refused.to_string().contains("kept-to-itself"));
}

#[test]
fn without_a_keychain_nothing_is_saved_and_the_page_is_told() {
    let bench = Bench::new();
    let secret = "aNicelyLongClientSecretOfMoreThanFortyCharacters0123456789";
    let refused = bench
        .call("add_connection", json!({ "draft": draft("acme", secret) }))
        .unwrap_err();
    assert_eq!(refused["problem"]["code"], "vault_unavailable");
    assert!(!refused.to_string().contains(secret));
    let listed = bench.call("connections", json!({})).unwrap();
    assert_eq!(listed["connections"], json!([]));
    let status = bench.call("vault_status", json!({})).unwrap();
    assert_eq!(status["working"], false);
}

#[test]
fn a_page_cannot_name_a_file_of_its_own() {
    let bench = Bench::new();
    let settings =
        json!({ "theme": "dark", "proxy": { "mode": "none" }, "ca_file": "/etc/passwd" });
    let refused = bench
        .call("save_settings", json!({ "settings": settings }))
        .unwrap_err();
    assert_eq!(refused["field"], "ca_file");
    let kept = bench.call("settings", json!({})).unwrap();
    assert_eq!(kept["ca_file"], Value::Null);
    assert_eq!(kept["theme"], "system");
}

#[test]
fn practice_starts_once_and_stops() {
    let bench = Bench::new();
    let started = bench.call("practice_start", json!({})).unwrap();
    assert_eq!(started["running"], true);
    assert_eq!(bench.call("practice_start", json!({})), Ok(started.clone()));
    assert_eq!(bench.call("practice_status", json!({})), Ok(started));
    assert_eq!(
        bench.call("practice_stop", json!({})).unwrap()["running"],
        false
    );
}

#[test]
fn practice_of_another_process_is_used_and_not_ended() {
    let bench = Bench::new();
    let zendesk = Catalogue::built_in().provider("zendesk").unwrap().clone();
    let customer = BTreeMap::from([("subdomain".to_owned(), "acme".to_owned())]);
    let plan = PeerPlan::practice(zendesk, customer);
    let peer = tauri::async_runtime::block_on(Peer::start(plan)).unwrap();
    let descriptor = peer.descriptor();
    let folder = bench.folder.path().join("config");
    std::fs::create_dir_all(&folder).unwrap();
    descriptor.write(&folder).unwrap();

    let seen = bench.call("practice_status", json!({})).unwrap();
    assert_eq!(seen["provider"], "zendesk");
    assert_eq!(seen["elsewhere"], true);
    assert_eq!(seen["customer"]["variables"]["subdomain"], "acme");
    assert_eq!(bench.call("practice_start", json!({})), Ok(seen.clone()));
    assert_eq!(bench.call("practice_stop", json!({})), Ok(seen));
    assert_eq!(Descriptor::read(&folder).unwrap(), Some(descriptor));

    // An announcement outlives what it announced when that did not end in order.
    tauri::async_runtime::block_on(peer.stop()).unwrap();
    let gone = bench.call("practice_status", json!({})).unwrap();
    assert_eq!(
        (&gone["running"], &gone["provider"]),
        (&json!(false), &json!("talkdesk"))
    );
}

#[test]
fn a_guide_step_without_a_page_opens_nothing() {
    let bench = Bench::new();
    let asked = json!({ "provider": "talkdesk", "step": 4711, "variables": {} });
    let refused = bench.call("open_guide", asked).unwrap_err();
    assert_eq!(refused["code"], "not_found");
}

#[test]
fn only_an_https_page_that_the_providers_file_names_is_opened_as_a_source() {
    let bench = Bench::new();
    for source in [
        "https://evil.example/",
        "file:///etc/passwd",
        "",
        "javascript:alert(1)",
    ] {
        let asked = json!({ "provider": "talkdesk", "source": source });
        let refused = bench.call("open_source", asked).unwrap_err();
        assert_eq!(refused["code"], "not_found", "{source}");
    }
}
