//! An approval on the commands of the page: practice, the flow and the browser's way are the real ones.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use proofkey_core::Problem;
use proofkey_core::ports::UserAgent;
use proofkey_sandbox::Descriptor;
use proofkey_tests::{Browser, Decision, MemoryVault};
use serde_json::{Value, json};
use tauri::Url;

use super::{Bench, call};

const PATIENCE: Duration = Duration::from_mins(1);

/// Hands every address that is opened to the test.
struct Messenger(Mutex<Sender<Url>>);

impl UserAgent for Messenger {
    fn open(&self, url: &Url) -> Result<(), Problem> {
        self.0.lock().unwrap().send(url.clone()).unwrap();
        Ok(())
    }
}

/// A window with a practice connection that waits for an approval.
struct Scene {
    bench: Bench,
    opened: Receiver<Url>,
    id: String,
    person: Value,
}

impl Scene {
    fn set() -> Self {
        let (messenger, opened) = mpsc::channel();
        let bench = Bench::with(
            Arc::new(MemoryVault::new()),
            Arc::new(Messenger(Mutex::new(messenger))),
        );
        let practice = bench.call("practice_start", json!({})).unwrap();
        let card = practice["accounts"]
            .as_array()
            .and_then(|accounts| accounts.iter().find(|one| one["account"] == "oceanic"))
            .expect("an account where everything works")
            .clone();
        let redirect = bench
            .call("propose_redirect", json!({ "provider": "talkdesk" }))
            .unwrap();
        let draft = json!({
            "name": "Oceanic",
            "provider": "talkdesk",
            "grant": "authorization_code",
            "client_authentication": "client_secret_basic",
            "variables": { "account": card["account"], "region": card["region"] },
            "scopes": ["openid", "refresh_token", "account:read"],
            "practice": true,
            "redirect": redirect,
            "client_id": card["client_id"],
            "client_secret": card["client_secret"],
        });
        let added = bench
            .call("add_connection", json!({ "draft": draft }))
            .unwrap();
        Self {
            bench,
            opened,
            id: added["id"].as_str().expect("an id").to_owned(),
            person: card["person"].clone(),
        }
    }

    fn call(&self, command: &str) -> Result<Value, Value> {
        self.bench.call(command, json!({ "id": self.id }))
    }

    /// Begins an approval, does `meanwhile` with the address that was opened, and waits for the end.
    fn approval(&self, meanwhile: impl FnOnce(Url)) -> Result<Value, Value> {
        let (window, id) = (self.bench.main(), self.id.clone());
        let begun = std::thread::spawn(move || {
            let arguments = json!({ "id": id, "acceptPerson": false, "events": "__CHANNEL__:7" });
            call(&window, "begin_authorization", arguments)
        });
        meanwhile(self.opened.recv_timeout(PATIENCE).expect("an address"));
        begun.join().unwrap()
    }

    /// The window learns of the address a moment after the browser has it.
    fn open_again(&self) {
        let until = Instant::now() + PATIENCE;
        while let Err(problem) = self.call("open_browser_again") {
            assert!(Instant::now() < until, "{problem}");
            std::thread::yield_now();
        }
    }

    fn browser(&self) -> Browser {
        let published = Descriptor::read(&self.bench.folder.path().join("config"));
        let published = published.unwrap().expect("practice is announced");
        let address = ([127, 0, 0, 1], published.port).into();
        Browser::new(address, &published.ca_pem)
    }

    fn approve(&self, url: &Url) {
        let text = |name: &str| self.person[name].as_str().expect("a person").to_owned();
        let browser = self.browser();
        let (email, password) = (text("email"), text("password"));
        browser.get(&browser.approve(url.as_str(), &email, &password, Decision::Approve));
    }
}

#[test]
fn a_person_approves_and_the_page_hears_who_it_was() {
    let scene = Scene::set();
    let consent = scene.approval(|url| {
        assert_eq!(scene.call("authorization_running"), Ok(json!(true)));
        scene.open_again();
        assert_eq!(scene.opened.recv_timeout(PATIENCE).unwrap(), url);
        let arguments = json!({ "id": scene.id, "address": "https://x.example/?code=1" });
        let wrong = scene.bench.call("paste_redirect", arguments).unwrap_err();
        assert_eq!(wrong["code"], "draft_invalid");
        scene.approve(&url);
    });
    let consent = consent.unwrap();
    assert_eq!(consent["person"]["name"], "Ada Lovelace");
    assert_eq!(scene.call("authorization_running"), Ok(json!(false)));
    let page = scene.call("connection_page").unwrap();
    let authorization = &page["connection"]["authorization"];
    assert_eq!(authorization["standing"], "authorized");
    assert_eq!(authorization["consent"], consent);
}

#[test]
fn a_cancelled_approval_ends_at_once_and_can_begin_again() {
    let scene = Scene::set();
    let ended = scene.approval(|_| {
        assert_eq!(scene.call("cancel_authorization"), Ok(Value::Null));
    });
    assert_eq!(ended.unwrap_err()["code"], "cancelled");
    assert_eq!(scene.call("authorization_running"), Ok(json!(false)));
    scene.approval(|url| scene.approve(&url)).unwrap();
}

#[test]
fn a_removed_connection_takes_its_approval_along() {
    let scene = Scene::set();
    let ended = scene.approval(|_| {
        let removal = scene.call("remove_connection").unwrap();
        assert!(removal["notes"].is_array());
    });
    assert_eq!(ended.unwrap_err()["code"], "cancelled");
}

#[test]
fn where_no_approval_runs_the_page_is_told() {
    let scene = Scene::set();
    assert_eq!(scene.call("authorization_running"), Ok(json!(false)));
    assert_eq!(
        scene.call("open_browser_again").unwrap_err()["code"],
        "not_found"
    );
    assert_eq!(
        scene.call("retry_keeping").unwrap_err()["code"],
        "authorization_required"
    );
    assert_eq!(scene.call("cancel_authorization"), Ok(Value::Null));
}
