//! Starting and stopping a practice Talkdesk.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::SignedDuration;
use proofkey_core::border::{PracticeAccount, PracticeIssuer, PracticeView};
use proofkey_core::ports::Clock as _;
use proofkey_core::system::clock::SystemClock;

use crate::access_token::TokenIssuer;
use crate::account::{self, Account, COMPLETE_SCOPES};
use crate::appconnect::apps::Apps;
use crate::appconnect::order::{EmittedEvent, EventOrder};
use crate::appconnect::signature_key::SignatureKeys;
use crate::approval::Approvals;
use crate::approval_lessons::ISSUER;
use crate::authority::Authority;
use crate::clients::Clients;
use crate::descriptor::Descriptor;
use crate::fault::Fault;
use crate::in_force::{Faults, UnknownTarget};
use crate::orders::OrderError;
use crate::person::PEOPLE;
use crate::record::{Record, Records};
use crate::scene::Door;
use crate::signed::key::RegisteredKey;
use crate::signed::seen::Seen;
use crate::tally::Tally;
use crate::world::World;

/// How a sandbox is to be started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// How far the practice Talkdesk's clock is ahead of this machine's.
    pub clock_offset: SignedDuration,
    /// Faults in force from the start, by account, host or `*`.
    pub faults: Vec<(String, Fault)>,
}

/// A running practice Talkdesk. Dropping it stops it; [`Sandbox::stop`] also waits for the end.
pub struct Sandbox {
    door: Door,
    world: Arc<World>,
    published_in: Option<PathBuf>,
}

impl Sandbox {
    /// Starts listening on 127.0.0.1, on the runtime of the caller; connections are answered from
    /// the moment this returns.
    ///
    /// Fails with `AddrInUse` when the port is taken, and with `InvalidInput` when a fault's target
    /// is unknown.
    pub async fn start(options: Options) -> io::Result<Self> {
        let issuer = TokenIssuer::new().map_err(io::Error::other)?;
        let world = Arc::new(World {
            authority: Authority::new(SystemClock.now()).map_err(io::Error::other)?,
            faults: Faults::with_lessons(),
            records: Records::default(),
            approvals: Approvals::default(),
            clients: Clients::default(),
            seen: Seen::default(),
            signature_keys: SignatureKeys::default(),
            apps: Apps::default(),
            word: issuer.keys.random_text().map_err(io::Error::other)?,
            issuer,
            clock_offset: options.clock_offset,
            ahead: AtomicI64::new(0),
        });
        for (target, fault) in &options.faults {
            world
                .faults
                .set(target, *fault)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        }
        let door = Door::open(options.port, world.clone()).await?;
        let address = door.address;
        tracing::info!(%address, "the practice Talkdesk is listening");
        Ok(Self {
            door,
            world,
            published_in: None,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address
    }

    /// The authority's certificate, for `--ca-file`.
    pub fn ca_pem(&self) -> &str {
        self.world.authority.certificate_pem()
    }

    /// For `--connect-to`: every host and port leads to the sandbox.
    pub fn connect_to(&self) -> String {
        self.descriptor().connect_to()
    }

    /// The accounts to practise with, those where everything works first.
    pub fn accounts(&self) -> Vec<PracticeAccount> {
        accounts()
    }

    /// The accounts of every sandbox, without starting one.
    pub fn every_account() -> Vec<PracticeAccount> {
        accounts()
    }

    /// The server beside Talkdesk, from whose address alone a provider can be made.
    pub fn issuer(&self) -> PracticeIssuer {
        issuer()
    }

    /// Everything that there is to practise with.
    pub fn view(&self) -> PracticeView {
        self.descriptor().view(false)
    }

    /// Where a browser on this machine reaches the pages, which it cannot under their real names:
    /// `http://127.0.0.1:PORT/{host}/oauth/authorize?...`.
    pub fn browser_address(&self) -> String {
        format!("http://{}", self.door.address)
    }

    /// What has been approved, redeemed, refreshed and revoked since the start.
    pub fn tally(&self) -> Tally {
        self.world.approvals.tally()
    }

    /// The latest requests (up to 1,000), oldest first, as they arrived.
    pub fn records(&self) -> Vec<Record> {
        self.world.records.all()
    }

    /// Makes something go wrong from now on. `target` is an account ("acme"), a host
    /// ("api.talkdeskapp.com") or `*`; an earlier fault of the same target, or the account's own
    /// lesson, ends.
    ///
    /// A fault on an account touches its token and API requests; one on a host touches everything
    /// there.
    pub fn set_fault(&self, target: &str, fault: Fault) -> Result<(), UnknownTarget> {
        self.world.faults.set(target, fault)
    }

    /// Ends the fault of `target`, an account's own lesson included.
    pub fn clear_fault(&self, target: &str) -> Result<(), UnknownTarget> {
        self.world.faults.clear(target)
    }

    /// Registers a public key for the client of a practice account, or of the server beside Talkdesk
    /// ("id"), in the place of an older one of the same id.
    pub fn register_key(&self, account: &str, key: RegisteredKey) -> Result<(), OrderError> {
        self.world.register_key(account, key)
    }

    /// Makes an event, and first the new credentials that it is about.
    pub fn emit(&self, order: &EventOrder) -> Result<EmittedEvent, OrderError> {
        self.world.emit(order)
    }

    /// Hands over the events that requests to the API have caused.
    pub fn take_events(&self) -> Vec<EmittedEvent> {
        self.world.apps.take_waiting()
    }

    /// From the next event on, another key signs. The old one stays published.
    pub fn rotate_signature_key(&self) -> Result<(), OrderError> {
        self.world.rotate_signature_key()
    }

    /// What the installation of the app at `account` was told to become: "approve", "reject", or
    /// nothing yet.
    pub fn installation_state(&self, account: &str) -> Option<String> {
        self.world.apps.state(account::named(account)?)
    }

    /// Moves the sandbox's clock on; whole seconds count.
    pub fn advance(&self, by: SignedDuration) {
        self.world.advance(by);
    }

    pub fn descriptor(&self) -> Descriptor {
        Descriptor {
            port: self.door.address.port(),
            ca_pem: self.ca_pem().to_owned(),
            pid: std::process::id(),
            word: self.world.word.clone(),
            customer: None,
        }
    }

    /// Announces this sandbox in `directory`, so that other processes find it with
    /// [`Descriptor::read`]; [`Sandbox::stop`] withdraws it.
    pub fn publish(&mut self, directory: &Path) -> io::Result<()> {
        self.descriptor().write(directory)?;
        self.published_in = Some(directory.to_owned());
        Ok(())
    }

    /// Withdraws the announcement, lets answers in progress finish (for a second at most) and frees
    /// the port. Fails when the announcement could not be removed; the sandbox has stopped then too.
    pub async fn stop(self) -> io::Result<()> {
        let withdrawn = match &self.published_in {
            Some(directory) => self.descriptor().remove(directory),
            None => Ok(()),
        };
        self.door.close().await?;
        withdrawn
    }
}

/// The same in every sandbox.
pub(crate) fn accounts() -> Vec<PracticeAccount> {
    account::talkdesk().map(Account::practice).collect()
}

pub(crate) fn issuer() -> PracticeIssuer {
    PracticeIssuer {
        issuer: ISSUER.issuer(),
        client_id: ISSUER.client_id.to_owned(),
        client_secret: ISSUER.client_secret.to_owned(),
        scopes: COMPLETE_SCOPES.map(str::to_owned).to_vec(),
        person: PEOPLE[0].practice(&ISSUER),
    }
}
