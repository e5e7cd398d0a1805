//! How the service is to behave: the configuration, when it has been found right.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::breaker::Breaker;
use super::callers::Callers;
use super::judge::Judge;
use super::names::{Names, Proxies};
use super::socket::Patience;

/// Everything a running service can be told anew, but `listen` and `health`, which it keeps.
pub struct Settings {
    pub listen: SocketAddr,
    /// Where `/health` and `/metrics` are answered, if anywhere.
    pub health: Option<SocketAddr>,
    pub tls: Option<Arc<rustls::ServerConfig>>,
    pub callers: Callers,
    /// Names by which the service may be called.
    pub hosts: Names,
    /// Who may say for whom it calls.
    pub proxies: Proxies,
    pub limits: Limits,
    pub breaker: Breaker,
    pub patience: Patience,
    /// Answered when nobody could tell: 401 or 503.
    pub upstream_failure: StatusCode,
    pub integrations: Vec<Mounted>,
}

/// `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub per_second: Option<u32>,
    pub per_source: Option<u32>,
    pub per_client: Option<u32>,
    pub in_flight: usize,
    pub queue: usize,
    /// Of all requests together, for as long as bodies are read.
    pub body_bytes: usize,
    /// To one system at a time.
    pub per_upstream: usize,
    pub connections: usize,
    pub connections_per_peer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_second: None,
            per_source: Some(50),
            per_client: Some(5),
            in_flight: 512,
            queue: 512,
            body_bytes: 32 * 1024 * 1024,
            per_upstream: 128,
            connections: 4_096,
            connections_per_peer: 256,
        }
    }
}

/// An integration at its path.
pub struct Mounted {
    pub path: String,
    pub judge: Arc<dyn Judge>,
    /// The most requests at a time; without it all that the service takes, and half of them where there are
    /// several integrations.
    pub in_flight: Option<usize>,
    /// The longest that one judgement takes.
    pub timeout: Duration,
}
