//! A peer that plays the system of any provider file: it answers under the file's host names and does
//! what the file says, quirks included. One thing can be made to go wrong.

mod answer;
mod api;
mod authorization;
mod client;
mod id_token;
mod ledger;
mod places;
mod plan;
mod practice;
mod refused;
mod registered;
mod request;
mod token;
mod values;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use proofkey_core::border::{PracticeCustomer, PracticePerson};

pub use self::plan::{Mutation, PeerPlan};
use self::world::{PERSON, PeerWorld};
use crate::descriptor::Descriptor;
use crate::record::Record;
use crate::scene::Door;
use crate::signed::key::RegisteredKey;
use crate::tally::Tally;

/// A running peer. Dropping it stops it; [`Peer::stop`] also waits for the end.
pub struct Peer {
    door: Door,
    world: Arc<PeerWorld>,
}

impl Peer {
    /// Starts listening on a free port of 127.0.0.1, on the runtime of the caller.
    ///
    /// Fails when an address of the provider cannot be made of the customer's values.
    pub async fn start(plan: PeerPlan) -> io::Result<Self> {
        Self::start_on(0, plan).await
    }

    /// The same, on a port of the caller's choice; `AddrInUse` when it is taken.
    pub async fn start_on(port: u16, plan: PeerPlan) -> io::Result<Self> {
        let world = Arc::new(PeerWorld::new(plan)?);
        let door = Door::open(port, Arc::clone(&world)).await?;
        Ok(Self { door, world })
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address
    }

    /// For `--connect-to`: every host and port leads to the peer.
    pub fn connect_to(&self) -> String {
        self.descriptor().connect_to()
    }

    /// The authority's certificate, for `--ca-file`.
    pub fn ca_pem(&self) -> &str {
        self.world.certificate_pem()
    }

    /// What the person enters at the provider as redirect addresses of the client.
    pub fn register(&self, redirect_uris: Vec<String>) {
        self.world.register(redirect_uris);
    }

    /// In practice nobody enters redirect addresses: each one that the file's rules let a person
    /// register counts as registered.
    pub fn register_what_comes(&self) {
        self.world.register_what_comes();
    }

    /// The client has one more key, or this one in the place of an older one of the same id.
    pub fn register_key(&self, key: RegisteredKey) {
        self.world.register_key(key);
    }

    /// For other processes, which find the peer by it as they find the practice Talkdesk.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor {
            port: self.door.address.port(),
            ca_pem: self.ca_pem().to_owned(),
            pid: std::process::id(),
            word: self.world.word.clone(),
            customer: Some(self.customer()),
        }
    }

    /// Whom it knows, and what to type.
    pub fn customer(&self) -> PracticeCustomer {
        self.world.plan.customer()
    }

    /// Who signs in and approves.
    pub fn person(&self) -> PracticePerson {
        PERSON.practice()
    }

    /// Moves the peer's clock ahead.
    pub fn advance(&self, seconds: i64) {
        self.world.advance(seconds);
    }

    /// The latest requests (up to 1,000), oldest first, as they arrived.
    pub fn records(&self) -> Vec<Record> {
        use crate::scene::Scene as _;
        self.world.records().all()
    }

    /// What has been approved, redeemed, refreshed and revoked since the start.
    pub fn tally(&self) -> Tally {
        self.world.ledger.tally()
    }

    /// The codes and tokens it gave, so that a test can look for them where they do not belong.
    pub fn handed_out(&self) -> Vec<String> {
        self.world.ledger.handed_out()
    }

    /// Lets answers in progress finish and frees the port.
    pub async fn stop(self) -> io::Result<()> {
        self.door.close().await
    }
}
