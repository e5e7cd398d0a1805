//! What a trial asks before it asks a system, and what it tells afterwards: whoever makes many trials at a
//! time keeps one dead system from hurting the others with it (rule L13).

use std::time::Duration;

/// Gives leave to ask systems.
pub trait Gate: Sync {
    /// Asked before each request to the system at `host` ("acme.example.com:443").
    fn enter<'a>(&'a self, host: &str) -> Result<Box<dyn Visit + 'a>, Shut>;
}

/// A trial is with a system, until this is dropped.
pub trait Visit: Send {
    /// How the system turned out to be. A trial that is given up tells nothing.
    fn learned(&mut self, health: Health);
}

/// Why a system is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Enough requests wait for it.
    Full,
    /// It failed; it is asked again after so long.
    Resting(Duration),
}

/// How a system turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answered, whatever it said.
    Well,
    /// It answers, and has no time for whoever asked (408, 425, 429). That is about them, not about it.
    Busy,
    /// It failed with a request (5xx, no answer, a connection that ended), which may be about the request.
    Doubtful,
    /// There was no way to it, so it never saw who asks.
    Failing,
}

/// Leads everybody to every system.
pub struct OpenGate;

impl Gate for OpenGate {
    fn enter<'a>(&'a self, _host: &str) -> Result<Box<dyn Visit + 'a>, Shut> {
        Ok(Box::new(OpenVisit))
    }
}

struct OpenVisit;

impl Visit for OpenVisit {
    fn learned(&mut self, _health: Health) {}
}
