//! Which system a trial has leave to ask, and for which one it speaks afterwards (rule L13).

use std::sync::{Arc, Mutex};

use proofkey_core::integration::{Gate, Health, Shut, Visit};
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::{Act, Leaf, RawPeer, TestCa, answer, json_answer};

use crate::stage::{Trial, code, fields, integration, network};

/// Who came, and what became of it.
type Lines = Arc<Mutex<Vec<(String, Option<Health>)>>>;

/// Writes down who came and what became of it; one host may be shut.
#[derive(Default)]
struct Book {
    lines: Lines,
    shut: Option<String>,
}

struct Page {
    lines: Lines,
    host: String,
    health: Option<Health>,
}

impl Gate for Book {
    fn enter<'a>(&'a self, host: &str) -> Result<Box<dyn Visit + 'a>, Shut> {
        if self.shut.as_deref() == Some(host) {
            return Err(Shut::Full);
        }
        Ok(Box::new(Page {
            lines: Arc::clone(&self.lines),
            host: host.to_owned(),
            health: None,
        }))
    }
}

impl Visit for Page {
    fn learned(&mut self, health: Health) {
        self.health = Some(health);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let line = (self.host.clone(), self.health);
        self.lines.lock().unwrap().push(line);
    }
}

/// What one call of its own told of a system that does `acts`.
async fn told(acts: Vec<Act>) -> (&'static str, Vec<Option<Health>>) {
    let peer = RawPeer::plain(move |_| acts.clone()).await;
    let own = integration(&format!(
        "path = \"/\"\ntimeout_ms = 300\nfields = {{ key = \"secret\" }}\n[upstream]\n\
         api_base = \"http://{}\"\npath = \"/me\"\ntoken = \"key\"",
        peer.address()
    ));
    let trial = Trial {
        integration: own,
        network: Network::new(NetworkSettings::default()).unwrap(),
    };
    let book = Book::default();
    let judgement = trial.judge_through(&book, &fields(&[("key", "k")])).await;
    let lines = book.lines.lock().unwrap();
    assert!(
        lines
            .iter()
            .all(|(host, _)| *host == peer.address().to_string()),
        "{lines:?}"
    );
    (code(&judgement), lines.iter().map(|line| line.1).collect())
}

#[tokio::test]
async fn an_answer_is_a_sign_of_life_whatever_it_says_but_for_5xx_and_what_is_about_the_caller() {
    for (status, expected, health) in [
        (200, "accepted", Health::Well),
        (302, "redirected", Health::Well),
        (401, "credentials", Health::Well),
        (404, "not_accepted", Health::Well),
        (408, "busy", Health::Busy),
        (429, "busy", Health::Busy),
        (500, "server_error", Health::Doubtful),
        (503, "server_error", Health::Doubtful),
    ] {
        let (code, lines) = told(json_answer(status, "{}")).await;
        assert_eq!((code, lines), (expected, vec![Some(health)]), "{status}");
    }
    let (code, lines) = told(json_answer(200, "{")).await;
    assert_eq!((code, lines), ("malformed", vec![Some(Health::Well)]));
    for (acts, expected) in [
        (vec![Act::Read, Act::Hold], "timed_out"),
        (vec![Act::Read, Act::Drop], "closed"),
    ] {
        let doubtful = vec![Some(Health::Doubtful)];
        assert_eq!(told(acts).await, (expected, doubtful));
    }
}

/// A provider whose token comes from one host for everybody, and whose API is a host of each account.
async fn dataverse(
    token: Vec<Act>,
    api: Vec<Act>,
    shut: Option<&str>,
) -> (&'static str, Vec<(String, Option<Health>)>, [usize; 2]) {
    const HOSTS: [&str; 2] = ["login.microsoftonline.com", "acme.crm.dynamics.com"];
    let authority = TestCa::new("gate");
    let server = authority.server(Leaf::Good(HOSTS.map(str::to_owned).to_vec()));
    let token = RawPeer::secure(server.clone(), move |_| token.clone()).await;
    let api = RawPeer::secure(server, move |_| api.clone()).await;
    let rules = [(HOSTS[0], &token), (HOSTS[1], &api)]
        .map(|(host, peer)| format!("{host}:443:127.0.0.1:{}", peer.address().port()));
    let made = integration(
        r#"
        path = "/"
        provider = "dataverse"
        grant = "client_credentials"
        fixed = { tenant = "00000000-0000-4000-8000-000000000001", place = "nam" }
        scopes = ["https://acme.crm.dynamics.com/.default"]
        fields = { org = "label", client_id = "string", client_secret = "secret" }
        returns = { user = "$.UserId" }
        "#,
    );
    let trial = Trial {
        integration: made,
        network: network(&rules, &authority.root_pem()),
    };
    let auth = fields(&[
        ("org", "acme"),
        ("client_id", "id"),
        ("client_secret", "s3cret"),
    ]);
    let book = Book {
        shut: shut.map(str::to_owned),
        ..Book::default()
    };
    let judgement = trial.judge_through(&book, &auth).await;
    let lines = book.lines.lock().unwrap().clone();
    (
        code(&judgement),
        lines,
        [token.connections(), api.connections()],
    )
}

const TOKEN: &str = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":60}"#;
const LOGIN: &str = "login.microsoftonline.com:443";
const API: &str = "acme.crm.dynamics.com:443";

#[tokio::test]
async fn each_host_that_is_asked_has_its_own_leave_and_its_own_name() {
    let token = || json_answer(200, TOKEN);
    let line = |host: &str, health| (host.to_owned(), Some(health));
    for (api, expected, health) in [
        (
            json_answer(200, r#"{"UserId":"7"}"#),
            "accepted",
            Health::Well,
        ),
        (json_answer(503, "{}"), "server_error", Health::Doubtful),
        (json_answer(429, "{}"), "busy", Health::Busy),
    ] {
        let (code, lines, asked) = dataverse(token(), api, None).await;
        let lines_expected = vec![line(LOGIN, Health::Well), line(API, health)];
        assert_eq!((code, lines), (expected, lines_expected));
        assert_eq!(asked, [1, 1]);
    }
    let refused = json_answer(400, r#"{"error":"invalid_client"}"#);
    let (code, lines, asked) = dataverse(refused, Vec::new(), None).await;
    assert_eq!(
        (code, lines, asked),
        ("credentials", vec![line(LOGIN, Health::Well)], [1, 0])
    );
}

#[tokio::test]
async fn whoever_asks_to_be_asked_later_is_not_waited_for() {
    let headers = [("Content-Type", "application/json"), ("Retry-After", "1")];
    let later = vec![Act::Read, Act::Send(answer(429, &headers, b"{}"))];
    let (code, lines, asked) = dataverse(later, Vec::new(), None).await;
    let login = (LOGIN.to_owned(), Some(Health::Busy));
    assert_eq!((code, lines, asked), ("busy", vec![login], [1, 0]));
}

#[tokio::test]
async fn a_host_without_leave_is_not_asked() {
    let (code, lines, asked) = dataverse(json_answer(200, TOKEN), Vec::new(), Some(API)).await;
    let login = (LOGIN.to_owned(), Some(Health::Well));
    assert_eq!((code, lines, asked), ("not_asked", vec![login], [1, 0]));
    let (code, lines, asked) = dataverse(Vec::new(), Vec::new(), Some(LOGIN)).await;
    assert_eq!((code, lines, asked), ("not_asked", vec![], [0, 0]));
}
