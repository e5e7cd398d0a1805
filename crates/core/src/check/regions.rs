//! Which region an account lives in, found by asking each region's public address. No secret is sent.

use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, Request, header};
use zeroize::Zeroizing;

use super::wording::quoted;
use crate::border::{RegionSighting, Sighting};
use crate::oauth::json;
use crate::provider::{Detection, Provider, Region, detection_url};
use crate::system::http::Reply;
use crate::system::network::Network;
use crate::system::transport_error::{TransportError, TransportErrorKind};

/// Longest wait for any region: a person is looking at a button.
const DEADLINE: Duration = Duration::from_secs(8);

/// Largest answer that is read. A key set is a few kilobytes.
const BODY_LIMIT: usize = 512 * 1024;

/// Asks all regions that can be asked, at once, whether `account` exists there.
///
/// The requests carry no credential and no cookie. What an answer means is the provider's
/// [`Detection`] rule, so a sighting is only as sure as that rule. Regions without an address of
/// their own, and providers without detection, are left out. It never fails: a region that does not
/// answer is `Unclear` and says why.
pub async fn detect_regions(
    network: &Network,
    provider: &Provider,
    account: &str,
) -> Vec<RegionSighting> {
    let Some(detection) = &provider.detection else {
        return Vec::new();
    };
    let asked = provider.regions.iter().filter_map(|region| {
        let url = detection_url(provider, account, region).ok()?;
        Some(ask(network, detection, account, region, url))
    });
    join_all(asked).await
}

async fn ask(
    network: &Network,
    detection: &Detection,
    account: &str,
    region: &Region,
    url: url::Url,
) -> RegionSighting {
    let host = url.host_str().unwrap_or_default().to_owned();
    let request = Request::builder()
        .method(Method::GET)
        .uri(url.as_str())
        .header(header::ACCEPT, "application/json")
        .body(Zeroizing::new(Vec::new()));
    let (sighting, detail) = match request {
        Err(_) => (
            Sighting::Unclear,
            format!("{host} is not an address that can be asked."),
        ),
        Ok(request) => {
            match tokio::time::timeout(DEADLINE, network.send(request, BODY_LIMIT)).await {
                Err(_) => (
                    Sighting::Unclear,
                    format!(
                        "{host} did not answer within {} seconds.",
                        DEADLINE.as_secs()
                    ),
                ),
                Ok(Err(error)) => unreachable(&host, &error),
                Ok(Ok(reply)) => read(detection, account, &host, &reply),
            }
        }
    };
    RegionSighting {
        region: region.id.clone(),
        label: region.label.clone(),
        sighting,
        detail,
    }
}

fn read(detection: &Detection, account: &str, host: &str, reply: &Reply) -> (Sighting, String) {
    judge(detection, account, host, reply.status, &reply.body)
}

/// The provider's rule, applied to one answer.
fn judge(
    detection: &Detection,
    account: &str,
    host: &str,
    status: u16,
    body: &[u8],
) -> (Sighting, String) {
    let account = quoted(account, 63);
    if detection.found_status.contains(&status) {
        return match &detection.found_member {
            Some(member) if !has_member(body, member) => (
                Sighting::Unclear,
                format!("{host} answered {status}, but not with what an account there shows."),
            ),
            _ => (
                Sighting::Found,
                format!(
                    "{host} answered as it does for accounts it has, so {account} probably lives here."
                ),
            ),
        };
    }
    if detection.absent_status.contains(&status) {
        return (
            Sighting::Absent,
            format!("{host} answered {status}, so {account} probably does not live here."),
        );
    }
    (
        Sighting::Unclear,
        format!("{host} answered {status}, which says neither yes nor no."),
    )
}

fn has_member(body: &[u8], member: &str) -> bool {
    json::parse_object(body).is_ok_and(|object| object.contains_key(member))
}

/// A region without such a name does not know the account; any other failure says nothing.
fn unreachable(host: &str, error: &TransportError) -> (Sighting, String) {
    match error.kind {
        TransportErrorKind::UnknownHost => {
            (Sighting::Absent, format!("The name {host} does not exist."))
        }
        _ => (
            Sighting::Unclear,
            format!("{host} could not be asked: {}.", error.kind),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::provider;

    fn judged(status: u16, body: &str) -> Sighting {
        let detection = provider().detection.expect("detection");
        judge(
            &detection,
            "acme",
            "acme.talkdeskid.eu",
            status,
            body.as_bytes(),
        )
        .0
    }

    #[test]
    fn only_an_answer_with_the_expected_member_is_a_sighting() {
        assert_eq!(judged(200, r#"{"keys":[]}"#), Sighting::Found);
        assert_eq!(judged(200, "<html>Sign in</html>"), Sighting::Unclear);
        assert_eq!(judged(200, r#"{"error":"x"}"#), Sighting::Unclear);
    }

    #[test]
    fn only_the_listed_statuses_mean_absent() {
        assert_eq!(judged(404, ""), Sighting::Absent);
        for status in [301, 401, 403, 429, 500, 503] {
            assert_eq!(judged(status, r#"{"keys":[]}"#), Sighting::Unclear);
        }
    }

    #[test]
    fn a_name_that_does_not_exist_is_absent_and_a_broken_network_says_nothing() {
        let sighting = |kind| unreachable("h", &TransportError::unsent(kind, "h")).0;
        assert_eq!(sighting(TransportErrorKind::UnknownHost), Sighting::Absent);
        for kind in [
            TransportErrorKind::ResolverSilent,
            TransportErrorKind::ConnectTimeout,
            TransportErrorKind::Refused,
        ] {
            assert_eq!(sighting(kind), Sighting::Unclear);
        }
    }
}
