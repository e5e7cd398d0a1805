//! Where the trials of these tests are made.

use http::HeaderMap;
use proofkey_core::check::CheckStatus;
use proofkey_core::laboratory::{
    Expected, Laboratory, Options, PointId, Secrets, Target, Trial, TrialReport, read_auth,
};
use proofkey_core::ports::Unwatched;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::ExpressValidator;

/// One call that should be accepted.
pub(crate) const CALL: Trial = Trial::Call(Expected::Accepted);

/// A trial of `url` with the credentials of the Express validator.
pub(crate) async fn tried(url: &str, trial: Trial) -> TrialReport {
    tried_with(&NetworkSettings::default(), url, HeaderMap::new(), trial).await
}

pub(crate) async fn tried_with(
    settings: &NetworkSettings,
    url: &str,
    headers: HeaderMap,
    trial: Trial,
) -> TrialReport {
    tried_as(settings, url, headers, ExpressValidator::AUTH, trial).await
}

/// The same with other credentials.
pub(crate) async fn tried_as(
    settings: &NetworkSettings,
    url: &str,
    headers: HeaderMap,
    auth: &str,
    trial: Trial,
) -> TrialReport {
    let network = Network::new(settings.clone()).expect("a network");
    tried_by(&network, url, headers, auth, trial).await
}

/// The same with a network that is there already.
pub(crate) async fn tried_by(
    network: &Network,
    url: &str,
    headers: HeaderMap,
    auth: &str,
    trial: Trial,
) -> TrialReport {
    let target = Target::new(url, headers).expect("an address");
    let auth = read_auth(auth.as_bytes()).expect("credentials");
    let laboratory = Laboratory {
        network,
        clock: &SystemClock,
        watcher: &Unwatched,
    };
    let options = Options {
        trial,
        secrets: Secrets::Guessed,
        identity: None,
    };
    let examined = laboratory.examine(&target, &auth, &options).await;
    let report = examined.expect("a report");
    let told = serde_json::to_string(&report).expect("JSON");
    for secret in [ExpressValidator::PASSWORD, ExpressValidator::TOKEN] {
        assert!(!told.contains(secret), "{told}");
    }
    report
}

/// Points that failed.
pub(crate) fn failed(report: &TrialReport) -> Vec<PointId> {
    of(report, CheckStatus::Failed)
}

pub(crate) fn of(report: &TrialReport, status: CheckStatus) -> Vec<PointId> {
    let points = report.points.iter();
    points
        .filter(|point| point.status == status)
        .map(|point| point.id)
        .collect()
}
