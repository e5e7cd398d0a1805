//! The service around the contract: connections with deadlines, strict framing, limits, and an end without
//! loss. It knows no integration; it is given judges.

mod accept;
mod body;
mod breaker;
mod callers;
mod contract;
mod desk;
mod exchange;
mod framing;
mod handshake;
mod head;
mod health;
mod held;
mod judge;
mod live;
mod log;
mod metrics;
mod names;
mod noise;
mod outcome;
mod peer;
mod places;
mod queue;
mod rate;
mod reply;
mod settings;
mod socket;
mod unreadable;
mod upstreams;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use proofkey_core::ports::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use breaker::Breaker;
pub use callers::Callers;
pub use judge::{Judge, Judging};
pub use log::Log;
pub use names::{Block, Names, Proxies};
pub use settings::{Limits, Mounted, Settings};
pub use socket::Patience;

use accept::{Door, Stage, accept};
use desk::Desk;
use live::{Live, may_listen};
use metrics::Metrics;

/// Listeners that somebody else has bound; what is missing is bound here.
#[derive(Default)]
pub struct Sockets {
    pub contract: Option<std::net::TcpListener>,
    pub health: Option<std::net::TcpListener>,
}

/// A service that runs until it is drained. Dropping it ends it at once.
pub struct Server {
    desk: Arc<Desk>,
    stage: watch::Sender<Stage>,
    /// Of the health address, which answers until the very end.
    watched: watch::Sender<Stage>,
    asked: Addresses,
    address: SocketAddr,
    health_address: Option<SocketAddr>,
}

/// What settings say about addresses; a reload cannot change it.
#[derive(Clone, Copy)]
struct Addresses {
    listen: SocketAddr,
    health: Option<SocketAddr>,
}

/// Why a service does not start, or does not take new settings.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    #[error("the address {address} cannot be listened on: {cause}")]
    Bind {
        address: SocketAddr,
        cause: io::Error,
    },
    /// Rule L1.
    #[error("the address {0} can be reached from other machines, which demands tls and callers")]
    Open(SocketAddr),
}

impl Server {
    /// Binds, or takes the bound sockets, and accepts. Requests are answered when this returns.
    pub async fn start(
        settings: Settings,
        sockets: Sockets,
        log: Log,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, NotServed> {
        let contract = listener(sockets.contract, settings.listen).await?;
        let health = match (sockets.health, settings.health) {
            (None, None) => None,
            (bound, address) => Some(listener(bound, address.unwrap_or(settings.listen)).await?),
        };
        let address = address_of(&contract, settings.listen)?;
        if !may_listen(&settings, address) {
            return Err(NotServed::Open(address));
        }
        let health_address = match &health {
            Some(listener) => Some(address_of(listener, address)?),
            None => None,
        };
        let asked = Addresses::of(&settings);
        let metrics = Metrics::default();
        let live = Live::new(settings, &metrics);
        let desk = Arc::new(Desk::new(live, metrics, log, clock));
        let (stage, of_contract) = watch::channel(Stage::Serving);
        let (watched, of_health) = watch::channel(Stage::Serving);
        if let Some(health) = health {
            tokio::spawn(accept(health, Door::Health, Arc::clone(&desk), of_health));
        }
        let of_desk = Arc::clone(&desk);
        tokio::spawn(accept(contract, Door::Contract, of_desk, of_contract));
        if let Some(address) = health_address {
            desk.event("info", "health", &address.to_string());
        }
        desk.event("info", "started", &address.to_string());
        Ok(Self {
            desk,
            stage,
            watched,
            asked,
            address,
            health_address,
        })
    }

    /// Where the contract is answered.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn health_address(&self) -> Option<SocketAddr> {
        self.health_address
    }

    /// Takes new settings, without a request lost: those that run keep the old ones. Addresses stay as they
    /// are, and the log says so where the new ones differ. Fails, and changes nothing, when the address in use may not be served so.
    pub fn reload(&self, settings: Settings) -> Result<(), NotServed> {
        if !may_listen(&settings, self.address) {
            return Err(NotServed::Open(self.address));
        }
        let not_taken = self.asked.not_taken(&settings);
        let live = Live::after(&self.desk.live(), settings, &self.desk.metrics);
        self.desk.replace(live);
        self.desk.metrics.reloads.fetch_add(1, Ordering::Relaxed);
        let level = if not_taken.is_empty() { "info" } else { "warn" };
        self.desk.event(level, "reloaded", &not_taken);
        Ok(())
    }

    /// Says in the log what whoever wrote the settings should know.
    pub fn warned(&self, what: &str) {
        self.desk.event("warn", "warning", what);
    }

    /// Says in log and metrics that new settings were not taken, and why.
    pub fn not_reloaded(&self, why: &str) {
        let metrics = &self.desk.metrics;
        metrics.reloads_failed.fetch_add(1, Ordering::Relaxed);
        self.desk.event("error", "not_reloaded", why);
    }

    /// Takes no more connections, answers what has begun for as long as `patience`, and says whether all of
    /// it was answered.
    pub async fn drain(self, patience: Duration) -> bool {
        self.desk.draining.store(true, Ordering::Relaxed);
        self.desk.event("info", "draining", "");
        self.stage.send_replace(Stage::Draining);
        let is_empty = tokio::time::timeout(patience, self.stage.closed()).await;
        self.stage.send_replace(Stage::Over);
        self.watched.send_replace(Stage::Over);
        let left = if is_empty.is_ok() {
            ""
        } else {
            "some requests were cut off"
        };
        self.desk.event("info", "stopped", left);
        is_empty.is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stage.send_replace(Stage::Over);
        self.watched.send_replace(Stage::Over);
    }
}

impl Addresses {
    fn of(settings: &Settings) -> Self {
        Self {
            listen: settings.listen,
            health: settings.health,
        }
    }

    /// What of `settings` needs a restart, in words.
    fn not_taken(self, settings: &Settings) -> String {
        let shown = |it: Option<SocketAddr>| it.map_or("none".to_owned(), |it| it.to_string());
        let kept = |name: &str, was: Option<SocketAddr>, is: Option<SocketAddr>| {
            let (was, is) = (shown(was), shown(is));
            (was != is).then(|| format!("{name} stays {was} until a restart, and is not {is}"))
        };
        let now = Self::of(settings);
        let both = [
            kept("listen", Some(self.listen), Some(now.listen)),
            kept("health.listen", self.health, now.health),
        ];
        both.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

async fn listener(
    bound: Option<std::net::TcpListener>,
    address: SocketAddr,
) -> Result<TcpListener, NotServed> {
    let listener = match bound {
        Some(bound) => bound
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(bound)),
        None => TcpListener::bind(address).await,
    };
    listener.map_err(|cause| NotServed::Bind { address, cause })
}

fn address_of(listener: &TcpListener, meant: SocketAddr) -> Result<SocketAddr, NotServed> {
    let bound = listener.local_addr();
    bound.map_err(|cause| NotServed::Bind {
        address: meant,
        cause,
    })
}
