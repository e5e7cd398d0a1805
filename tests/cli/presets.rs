//! A few of the presets, each from `connection add` to `connection remove`, against a peer that plays
//! the system.

use std::process::Command;

use proofkey_core::provider::{Catalogue, Grant};
use proofkey_sandbox::Peer;
use proofkey_tests::{Browser, Canary, Customer, Decision, Scanner};
use tokio::runtime::Runtime;
use url::Url;

use crate::approval::Approval;
use crate::stage::{Ran, Stage};

struct Preset {
    runtime: Runtime,
    stage: Stage,
    peer: Peer,
    customer: Customer,
}

impl Preset {
    fn set(provider: &str, grant: Grant) -> Self {
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider(provider).expect("a preset");
        let customer = Customer::first_of(provider, grant);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let peer = runtime.block_on(Peer::start(customer.plan()));
        let peer = peer.expect("a peer");
        let stage = Stage::set();
        std::fs::write(stage.path("peer.pem"), peer.ca_pem()).expect("the CA file");
        Self {
            runtime,
            stage,
            peer,
            customer,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.stage.outside(arguments);
        command
            .arg("--ca-file")
            .arg(self.stage.path("peer.pem"))
            .arg("--connect-to")
            .arg(self.peer.connect_to())
            .arg("--log")
            .arg(self.stage.path("log"))
            .arg("-vv");
        command
    }

    /// Runs it and looks for secrets in what it said.
    fn run(&self, arguments: &[&str], stdin: Option<&str>) -> Ran {
        let ran = Stage::ran(self.command(arguments), stdin);
        self.scanner().assert_clean(arguments[0], &ran.all());
        ran
    }

    /// `connection add` with everything the customer has; the secret comes on standard input.
    fn add(&self) -> Ran {
        let customer = &self.customer;
        let grant = serde_json::to_value(customer.grant).expect("a name");
        let grant = grant.as_str().expect("a name");
        let mut arguments: Vec<String> = ["connection", "add", "Customer", "--grant", grant]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(["--provider".to_owned(), customer.provider.id.clone()]);
        for (name, value) in customer.variables() {
            arguments.extend(["--var".to_owned(), format!("{name}={value}")]);
        }
        for (name, value) in &customer.parameters {
            arguments.extend(["--param".to_owned(), format!("{name}={value}")]);
        }
        for scope in &customer.scopes {
            arguments.extend(["--scope".to_owned(), scope.clone()]);
        }
        if !customer.client_id.is_empty() {
            arguments.extend(["--client-id".to_owned(), customer.client_id.clone()]);
        }
        arguments.extend(["--client-secret-stdin".to_owned(), "--json".to_owned()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.run(&arguments, customer.secret.as_deref()).succeeded()
    }

    /// `proofkey authorize`, with the person in the browser.
    fn authorize(&self) -> Ran {
        let shown = self.run(&["connection", "show", "Customer", "--json"], None);
        let shown = shown.succeeded().json();
        let uris = &shown["connection"]["authorization"]["redirect_uris"];
        let uris = serde_json::from_value(uris.clone()).expect("addresses");
        self.peer.register(uris);
        let arguments = ["authorize", "Customer", "--no-browser", "--json"];
        let approval = Approval::of(self.command(&arguments));
        let url = approval.waiting["url"].as_str().expect("an address");
        let browser = Browser::new(self.peer.address(), self.peer.ca_pem());
        let person = self.peer.person();
        let back: Url = browser.approve(url, &person.email, &person.password, Decision::Approve);
        browser.get(&back);
        approval.end().succeeded()
    }

    /// Export in two formats, read back.
    fn exported(&self) {
        for (format, begins) in [("json", "{"), ("dotenv", "")] {
            let ran = self.run(&["export", "Customer", "--format", format], None);
            let text = ran.succeeded().stdout();
            assert!(!text.is_empty() && text.starts_with(begins), "{text}");
        }
    }

    /// Removes it, and looks through everything that is left behind.
    fn removed(self) -> u64 {
        self.run(&["connection", "remove", "Customer", "--yes"], None)
            .succeeded();
        let scanner = self.scanner();
        for left in ["config", "log"] {
            let leaks = scanner.search_path(&self.stage.path(left));
            assert_eq!(leaks.expect("readable"), []);
        }
        let revocations = self.peer.tally().revocations;
        self.runtime.block_on(self.peer.stop()).expect("stopped");
        revocations
    }

    fn scanner(&self) -> Scanner {
        let id = &self.customer.client_id;
        let secrets = self.customer.secret.clone();
        let secrets = secrets.into_iter().chain(self.peer.handed_out());
        let canaries: Vec<Canary> = secrets
            .map(|value| Canary::known("a secret, token or code", id, &value))
            .collect();
        Scanner::new(&canaries)
    }

    fn proven(&self) {
        let report = self.run(&["validate", "Customer", "--json"], None);
        assert_eq!(report.succeeded().json()["verdict"], "passed");
    }
}

#[test]
fn zendesk_from_set_up_to_removal() {
    let preset = Preset::set("zendesk", Grant::ClientCredentials);
    preset.add();
    preset.proven();
    preset.exported();
    let token = Stage::ran(preset.command(&["token", "Customer"]), None).succeeded();
    let token = token.stdout().trim().to_owned();
    assert!(preset.peer.handed_out().contains(&token));
    preset.removed();
}

#[test]
fn salesforce_from_set_up_to_removal_with_a_person() {
    let preset = Preset::set("salesforce", Grant::AuthorizationCode);
    preset.add();
    let document = preset.authorize().json();
    assert_eq!(document["report"]["verdict"], "passed");
    preset.exported();
    // The token goes to the host that came with it.
    let records = preset.peer.records();
    assert!(
        records
            .iter()
            .any(|it| it.host == "practice.salesforce.com")
    );
    assert!(preset.removed() > 0);
}

#[test]
fn freshdesk_from_set_up_to_removal_without_a_token() {
    let preset = Preset::set("freshdesk", Grant::HttpBasic);
    preset.add();
    preset.proven();
    preset.exported();
    let refused = preset.run(&["token", "Customer"], None);
    assert_ne!(refused.status(), 0);
    assert_eq!(preset.removed(), 0);
}

#[test]
fn a_server_of_ones_own_from_set_up_to_removal() {
    let preset = Preset::set("custom-oauth", Grant::ClientCredentials);
    preset.add();
    preset.proven();
    preset.exported();
    preset.removed();
}
