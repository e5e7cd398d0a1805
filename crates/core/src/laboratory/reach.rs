//! The way to the validator, before any credentials go there.

use jiff::Timestamp;

use super::examine::Run;
use super::report::{PointId, TrialPoint};
use super::unanswered::failed;
use crate::system::address::names_loopback;
use crate::system::tls::TlsFacts;

/// A certificate that ends sooner should have been renewed.
const DAYS_LEFT: i64 = 14;

impl Run<'_> {
    /// The points `reachable` and `tls`; whether credentials may be sent.
    pub(super) async fn reach(&mut self) -> bool {
        let url = &self.sender.target.url;
        let host = url.host_str().unwrap_or_default().to_owned();
        let here = names_loopback(host.trim_matches(['[', ']']));
        let plain = url.scheme() == "http";
        let begun = self.journal.begin(PointId::Reachable);
        let network = self.sender.network;
        let addresses = match network.resolve(url).await {
            Ok(addresses) => addresses,
            Err(error) => {
                let id = if plain && !here {
                    PointId::Tls
                } else {
                    PointId::Reachable
                };
                return self.journal.end(begun, failed(id, &self.host(), &error));
            }
        };
        let (stream, address) = match network.connect(&addresses).await {
            Ok(connected) => connected,
            Err(error) => {
                let point = failed(PointId::Reachable, &self.host(), &error);
                return self.journal.end(begun, point);
            }
        };
        let point = TrialPoint::passed(
            PointId::Reachable,
            format!("{} takes connections.", self.host()),
        )
        .with("address", address);
        self.journal.end(begun, point);

        let begun = self.journal.begin(PointId::Tls);
        let point = if plain {
            let summary = "It is on this computer, without encryption. Talkdesk calls https addresses on the internet.";
            TrialPoint::skipped(PointId::Tls, summary)
        } else {
            match network.handshake(url, stream).await {
                Ok(facts) => trusted(&host, &facts, self.clock.now()),
                Err(error) => failed(PointId::Tls, &host, &error),
            }
        };
        self.journal.end(begun, point)
    }
}

fn trusted(host: &str, facts: &TlsFacts, now: Timestamp) -> TrialPoint {
    let id = PointId::Tls;
    let left = facts
        .not_after
        .map(|end| (end.as_second() - now.as_second()) / 86_400);
    let point = match left.filter(|days| *days < DAYS_LEFT) {
        Some(days) => TrialPoint::warning(
            id,
            format!("The certificate of {host} is trusted, and ends in {days} days."),
        )
        .because(
            "Nothing renewed it yet.",
            "Renew it, and have it renewed by itself from then on: on the day it ends, no integration can be set up.",
        ),
        None => TrialPoint::passed(
            id,
            format!("The connection is encrypted, and the certificate of {host} is trusted."),
        ),
    };
    point
        .with("version", &facts.version)
        .with("certificate_issuer", &facts.issuer)
        .with("certificate_subject", &facts.subject)
        .with_some("not_after", facts.not_after)
}
