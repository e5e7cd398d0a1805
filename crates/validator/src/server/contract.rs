//! The contract: `{"auth":{...}}` in, 200 or 401 out.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use proofkey_core::integration::{Auth, Judgement, UnclearWhy};

use super::exchange::{shed, too_often};
use super::live::{Live, Place};
use super::outcome::Outcome;
use super::reply::Reply;
use super::upstreams::{Closed, Health, Visit};

/// 200 when the credentials work, and otherwise 401 with one constant body, whatever is wrong with them.
pub(super) async fn validate(live: &Live, place: &Arc<Place>, auth: &Auth) -> (Outcome, Reply) {
    if let (Some(rate), Some(client)) = (&live.per_client, place.judge.client(auth))
        && let Err(wait) = rate.admit((place.path.as_str(), client))
    {
        return too_often(Outcome::ClientLimit, wait);
    }
    let (Some(_turn), Some(_own)) = (live.queue.turn().await, place.queue.turn().await) else {
        return shed(Outcome::Shed, 1);
    };
    match place.upstreams.visit(&place.judge.upstream(auth)) {
        Ok(visit) => judged(live, place, auth, visit).await,
        Err(Closed::Full) => shed(Outcome::UpstreamFull, 1),
        Err(Closed::Resting(left)) => (Outcome::Resting, unclear(live, left.as_secs() + 1)),
    }
}

async fn judged(live: &Live, place: &Place, auth: &Auth, mut visit: Visit) -> (Outcome, Reply) {
    let judging = tokio::time::timeout(place.timeout, place.judge.judge(auth));
    let judgement = judging
        .await
        .unwrap_or(Judgement::Unclear(UnclearWhy::TimedOut));
    match judgement {
        Judgement::Accepted(answer) => {
            visit.learned(Health::Well);
            let body = Bytes::from_owner(answer.body());
            (Outcome::Accepted, Reply::json(StatusCode::OK, body))
        }
        Judgement::Refused(why) => {
            if why.was_asked() {
                visit.learned(Health::Well);
            }
            (Outcome::Refused(why), unauthorized())
        }
        Judgement::Unclear(why) => {
            if why.is_outage() {
                visit.learned(Health::Failing);
            }
            (Outcome::Unclear(why), unclear(live, 1))
        }
    }
}

pub(super) fn malformed() -> Reply {
    Reply::json(
        StatusCode::BAD_REQUEST,
        r#"{"error":"The body must be JSON like {\"auth\":{\"name\":\"value\"}}."}"#,
    )
}

fn unauthorized() -> Reply {
    Reply::json(
        StatusCode::UNAUTHORIZED,
        r#"{"error":"These credentials were not accepted."}"#,
    )
}

/// By the letter of the contract 401, which is the same answer as to wrong credentials; or 503, where whoever
/// set the service up wants an outage told apart.
fn unclear(live: &Live, seconds: u64) -> Reply {
    if live.settings.upstream_failure == StatusCode::SERVICE_UNAVAILABLE {
        let text = r#"{"error":"The system that knows these credentials could not be asked."}"#;
        return Reply::json(StatusCode::SERVICE_UNAVAILABLE, text).retry_after(seconds);
    }
    unauthorized()
}
