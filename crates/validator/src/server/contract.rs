//! The contract: `{"auth":{...}}` in, 200 or 401 out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use proofkey_core::integration::{Answer, Auth, Judgement, Shut};

use super::desk::Entry;
use super::exchange::{shed, too_often};
use super::live::{Live, Place};
use super::outcome::Outcome;
use super::rate::Rate;
use super::reply::Reply;

/// 200 when the credentials work, and otherwise 401 with one constant body, whatever is wrong with them.
pub(super) async fn validate(
    live: &Live,
    place: &Arc<Place>,
    auth: &Auth,
    entry: &mut Entry,
) -> (Outcome, Reply) {
    let client = Client { place, auth };
    if let Some(rate) = &live.per_client
        && let Err(wait) = client.counted(rate)
    {
        return too_often(Outcome::ClientLimit, wait);
    }
    let (Some(_turn), Some(_own)) = (live.queue.turn().await, place.queue.turn().await) else {
        return shed(Outcome::Shed, 1);
    };
    let gate = live.upstreams.entrance(client);
    match place.judge.judge(auth, &gate, place.timeout).await {
        Judgement::Accepted(answer) => accepted(&answer, entry),
        Judgement::Refused(why) => (Outcome::Refused(why), unauthorized()),
        Judgement::Unclear(why) => (Outcome::Unclear(why), unclear(live, 1)),
        Judgement::NotAsked(Shut::Full) => shed(Outcome::UpstreamFull, 1),
        Judgement::NotAsked(Shut::Resting(left)) => {
            (Outcome::Resting, unclear(live, left.as_secs() + 1))
        }
    }
}

/// Who tries, at which integration.
struct Client<'a> {
    place: &'a Place,
    auth: &'a Auth,
}

impl Client<'_> {
    fn tell(&self, hasher: &mut impl Hasher) -> bool {
        self.place.path.hash(hasher);
        self.place.judge.client(self.auth, hasher)
    }

    fn counted(&self, rate: &Rate) -> Result<(), Duration> {
        let mut hasher = rate.hasher();
        if self.tell(&mut hasher) {
            return rate.admit_hash(hasher.finish());
        }
        Ok(())
    }
}

impl Hash for Client<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tell(state);
    }
}

fn accepted(answer: &Answer, entry: &mut Entry) -> (Outcome, Reply) {
    entry.leaves_out(answer.left_out.keys());
    let body = Bytes::from_owner(answer.body());
    (Outcome::Accepted, Reply::json(StatusCode::OK, body))
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
