//! Look-ups of names. The system's resolver cannot be told to stop: a look-up holds a thread until it ends,
//! however long ago anybody waited for it. So there are only so many at a time, and names of one domain that
//! are slow leave room for those of others.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::Resolver;

/// Of one domain at a time; further ones wait.
const EACH: usize = 32;
/// In all at a time: half of the threads that there are for such work.
const ALL: usize = 256;

pub(super) struct Lookups {
    resolver: Arc<dyn Resolver>,
    all: Arc<Semaphore>,
    domains: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Lookups {
    pub(super) fn new(resolver: Arc<dyn Resolver>) -> Self {
        Self {
            resolver,
            all: Arc::new(Semaphore::new(ALL)),
            domains: Mutex::default(),
        }
    }

    /// The addresses of `host`. Whoever stops waiting leaves the look-up to its end, and its place taken.
    pub(super) async fn look_up(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let gone = |_| io::Error::other("the look-up was given up");
        let own = self.of(domain(host)).acquire_owned().await.map_err(gone)?;
        let all = Arc::clone(&self.all).acquire_owned().await.map_err(gone)?;
        let (resolver, host) = (Arc::clone(&self.resolver), host.to_owned());
        let looking = tokio::spawn(async move {
            let _places = (own, all);
            resolver.resolve(&host, port).await
        });
        looking.await.map_err(io::Error::other)?
    }

    fn of(&self, domain: &str) -> Arc<Semaphore> {
        // A lock is poisoned by a panic elsewhere; what it holds is whole all the same.
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = domains.get(domain) {
            return Arc::clone(places);
        }
        // Those that nobody holds a place of, nor waits for.
        domains.retain(|_, places| Arc::strong_count(places) > 1);
        let places = Arc::new(Semaphore::new(EACH));
        domains.insert(domain.to_owned(), Arc::clone(&places));
        places
    }
}

/// The last two labels. Whose name servers are asked is not known better without asking.
fn domain(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    match host.rmatch_indices('.').nth(1) {
        Some((at, _)) => &host[at + 1..],
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::system::network::{Network, NetworkSettings, Resolution};
    use crate::system::transport_error::TransportErrorKind as Kind;

    /// Finds names at once, but for those of one domain, which it looks for for an hour.
    #[derive(Default)]
    struct Slow {
        begun: AtomicUsize,
    }

    impl Resolver for Slow {
        fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolution<'a> {
            Box::pin(async move {
                if host.ends_with(".slow.example") {
                    self.begun.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_hours(1)).await;
                }
                Ok(vec![SocketAddr::from(([8, 8, 8, 8], port))])
            })
        }
    }

    fn url(host: &str) -> url::Url {
        format!("https://{host}/").parse().expect("an address")
    }

    #[tokio::test(start_paused = true)]
    async fn slow_names_of_one_domain_hold_up_no_other_and_stay_counted_when_nobody_waits() {
        let slow = Arc::new(Slow::default());
        let resolver: Arc<dyn Resolver> = Arc::clone(&slow) as _;
        let network = Network::with_resolver(NetworkSettings::default(), resolver);
        let network = Arc::new(network.expect("a network"));
        for _ in 0..3 {
            let waiting: Vec<_> = (0..2 * ALL)
                .map(|number| {
                    let network = Arc::clone(&network);
                    let url = url(&format!("a{number}.b{number}.slow.example"));
                    tokio::spawn(async move { network.resolve(&url).await })
                })
                .collect();
            let began = tokio::time::Instant::now();
            let found = network.resolve(&url("a.fast.example.org")).await;
            assert!(found.is_ok() && began.elapsed().is_zero(), "{found:?}");
            for one in waiting {
                let failed = one.await.expect("it ends").expect_err("no address");
                assert_eq!(failed.kind, Kind::ResolverSilent);
            }
        }
        assert_eq!(slow.begun.load(Ordering::SeqCst), EACH);
        // When they end after all, there is room again.
        tokio::time::sleep(Duration::from_hours(1)).await;
        let again = url("again.slow.example");
        let _silent = network.resolve(&again).await;
        assert_eq!(slow.begun.load(Ordering::SeqCst), EACH + 1);
    }

    struct Broken(io::ErrorKind);

    impl Resolver for Broken {
        fn resolve<'a>(&'a self, _host: &'a str, _port: u16) -> Resolution<'a> {
            Box::pin(async move { Err(self.0.into()) })
        }
    }

    #[tokio::test]
    async fn a_name_is_unknown_only_when_the_resolver_says_that_it_is() {
        for (error, expected) in [
            (io::ErrorKind::NotFound, Kind::UnknownHost),
            (io::ErrorKind::TimedOut, Kind::ResolverSilent),
            (io::ErrorKind::Other, Kind::ResolverSilent),
        ] {
            let resolver = Arc::new(Broken(error));
            let network = Network::with_resolver(NetworkSettings::default(), resolver);
            let found = network.expect("a network").resolve(&url("a.example")).await;
            assert_eq!(found.expect_err("no address").kind, expected);
        }
    }

    #[test]
    fn names_of_one_domain_are_told_by_their_last_two_labels() {
        for (host, expected) in [
            ("localhost", "localhost"),
            ("example.com", "example.com"),
            ("acme.example.com", "example.com"),
            ("crm.acme.example.com.", "example.com"),
        ] {
            assert_eq!(domain(host), expected);
        }
    }

    #[test]
    fn a_domain_is_forgotten_with_its_last_look_up() {
        let lookups = Lookups::new(Arc::new(Slow::default()));
        let held = lookups.of("held.example");
        for number in 0..9 {
            drop(lookups.of(&format!("{number}.example")));
        }
        assert!(lookups.domains.lock().expect("whole").len() <= 2);
        assert!(Arc::ptr_eq(&held, &lookups.of("held.example")));
    }
}
