//! Proofkey and a peer that plays the provider of one customer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proofkey_core::border::{AuthorizationEvent, Consent};
use proofkey_core::check::Report;
use proofkey_core::ports::{AuthorizationWatcher, Clock, Unwatched, UserAgent};
use proofkey_core::proofkey::{AuthorizeOptions, Host, PastedAddress, Proofkey};
use proofkey_core::provider::Grant;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::Vault;
use proofkey_core::{Problem, Secret};
use proofkey_sandbox::{Mutation, Peer};
use proofkey_tests::{Browser, Canary, Customer, Decision, MemoryVault, OWN_CALLBACK, Scanner};
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use url::Url;

/// Some providers have fixed ports registered, so that only one person can be away at a time.
static TURN: Mutex<()> = Mutex::const_new(());
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Stage {
    pub(crate) home: tempfile::TempDir,
    pub(crate) proofkey: Proofkey,
    pub(crate) peer: Peer,
    pub(crate) customer: Customer,
    pub(crate) id: String,
    clock: Arc<AheadClock>,
    _turn: Option<MutexGuard<'static, ()>>,
}

/// This machine's clock, moved ahead.
#[derive(Default)]
struct AheadClock(AtomicI64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A browser that tells what it was to open.
struct Opened(mpsc::UnboundedSender<Url>);

impl UserAgent for Opened {
    fn open(&self, url: &Url) -> Result<(), Problem> {
        self.0.send(url.clone()).expect("somebody looks");
        Ok(())
    }
}

struct Unheard;

impl AuthorizationWatcher for Unheard {
    fn say(&self, _event: AuthorizationEvent) {}
}

impl Stage {
    /// With the customer's connection, and its redirect addresses registered at the peer.
    pub(crate) async fn set(customer: Customer) -> Self {
        let turn = match customer.grant {
            Grant::AuthorizationCode => Some(TURN.lock().await),
            _ => None,
        };
        let peer = Peer::start(customer.plan()).await.expect("a peer");
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(AheadClock::default());
        let proofkey = Proofkey::open(Host {
            config_dir: home.path().to_owned(),
            vault: Arc::new(MemoryVault::new()) as Arc<dyn Vault>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            connect_to: vec![peer.connect_to().parse().expect("a rule")],
            extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).expect("an authority"),
            deadlines: Deadlines {
                pause: Duration::from_millis(1),
                ..Deadlines::default()
            },
        })
        .expect("opened");
        let added = proofkey.add(customer.draft()).await;
        let view = added
            .map_err(|rejected| (rejected.problem, rejected.findings))
            .expect("added");
        let shown = view.authorization.map_or(Vec::new(), |it| it.redirect_uris);
        let another = customer.mutation == Some(Mutation::FirstRegistered);
        let another = another.then(|| OWN_CALLBACK.to_owned());
        peer.register(another.into_iter().chain(shown).collect());
        Self {
            home,
            proofkey,
            peer,
            customer,
            id: view.id,
            clock,
            _turn: turn,
        }
    }

    pub(crate) async fn validate(&self) -> Report {
        let report = self.proofkey.validate(&self.id, &Unwatched).await;
        report.expect("a report")
    }

    /// The whole way: the request in the browser, sign-in, decision, and back.
    pub(crate) async fn authorize(&self) -> Result<Consent, Problem> {
        self.authorize_within(PATIENCE).await
    }

    pub(crate) async fn authorize_within(&self, timeout: Duration) -> Result<Consent, Problem> {
        let (open, mut opened) = mpsc::unbounded_channel();
        let (paste, pasted) = mpsc::channel(1);
        let options = AuthorizeOptions {
            open_browser: true,
            port: None,
            timeout,
            accept_person: false,
        };
        let browser = Opened(open);
        let attempt = self
            .proofkey
            .authorize(&self.id, &options, &browser, &Unheard, pasted);
        let person = async {
            // Kept to the end: a closed pipe would say that nothing can be pasted any more.
            let paste = paste;
            if let Some(url) = opened.recv().await {
                self.approve(url, &paste).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            ended = attempt => ended,
            () = person => unreachable!("the person waits for ever"),
        }
    }

    /// What the person does. Somebody who is not led back stays where they are.
    async fn approve(&self, url: Url, paste: &mpsc::Sender<PastedAddress>) {
        let person = self.peer.person();
        let address = self.peer.address();
        let pem = self.peer.ca_pem().to_owned();
        let must_paste = self.customer.takes_https_only();
        let walked = tokio::task::spawn_blocking(move || {
            let browser = Browser::new(address, &pem);
            if browser.get(&url).status != 200 {
                return None;
            }
            let (email, password) = (&person.email, &person.password);
            let back = browser.approve(url.as_str(), email, password, Decision::Approve);
            if !must_paste && reachable(&back) {
                browser.get(&back);
            }
            Some(back)
        });
        let back = walked.await.expect("the person gets through");
        if let Some(back) = back.filter(|_| must_paste) {
            let (answer, told) = oneshot::channel();
            let address = Secret::new(back.to_string());
            let paste = paste.send(PastedAddress { address, answer }).await;
            assert!(paste.is_ok(), "the attempt is over");
            // The answer comes from the attempt, whose end is looked at elsewhere.
            drop(told);
        }
    }

    /// Moves both clocks past the end of every access token that has one.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
        self.peer.advance(seconds);
    }

    /// Finds the client secret and everything that the peer gave out, in any encoding.
    pub(crate) fn scanner(&self) -> Scanner {
        let id = &self.customer.client_id;
        let known = |name, value: &str| Canary::known(name, id, value);
        let secret = self.customer.secret.iter();
        let mut canaries: Vec<Canary> = secret.map(|secret| known("the secret", secret)).collect();
        let given = self.peer.handed_out();
        canaries.extend(given.iter().map(|value| known("a token or code", value)));
        Scanner::new(&canaries)
    }

    /// Nothing secret is in `text`, nor in any file of Proofkey's.
    pub(crate) fn assert_nothing_leaked(&self, place: &str, text: &str) {
        let scanner = self.scanner();
        scanner.assert_clean(place, text.as_bytes());
        let leaks = scanner.search_path(self.home.path()).expect("readable");
        assert!(leaks.is_empty(), "{leaks:?}");
    }
}

/// Whether somebody listens there; where nobody does, the browser shows a page of its own.
fn reachable(url: &Url) -> bool {
    let addresses = match url.scheme() {
        "http" => url.socket_addrs(|| Some(80)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let first = addresses.first();
    first.is_some_and(|address| std::net::TcpStream::connect(address).is_ok())
}
