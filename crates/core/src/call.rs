//! An API call of a person's own. What the connection presents goes to its API base and nowhere else
//! (rules D11 and F3).

mod answer;
mod request;

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use url::Url;
use zeroize::Zeroizing;

use crate::border::ApiMethod;
use crate::error::Problem;
use crate::probe::Presented;
use crate::secret::Secret;
use crate::system::network::Network;
pub use request::Prepared;

/// A longer answer than this is refused: reports and recordings have endpoints of their own for download.
pub const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// A longer body than this is not sent.
pub const SENT_LIMIT: usize = 16 * 1024 * 1024;

/// A complete answer. Its body may be anything, a person's data among it, so it is wiped when dropped.
pub struct CallReply {
    pub method: ApiMethod,
    pub address: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
    pub elapsed: Duration,
    /// The API refused the first token, and this is its answer to a fresh one.
    pub renewed: bool,
    /// Host that the answer points to. It was not followed.
    pub redirects_to: Option<String>,
    pub asked_at: Timestamp,
    /// What must not be shown when the server repeats it.
    withheld: Vec<Secret>,
}

/// Sends `call` once below `base` with what is `presented`.
///
/// Every status is an answer. `ServerUnreachable` names the host; `DraftInvalid` when path or headers
/// cannot be sent, with all that is wrong found by [`Prepared::new`] before.
pub async fn send(
    network: &Network,
    base: &Url,
    call: &Prepared,
    presented: &Presented<'_>,
    asked_at: Timestamp,
) -> Result<CallReply, Problem> {
    let address = call.address(base)?;
    let request = call.request(&address, presented)?;
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(Problem::from)?;
    let redirects_to = (300..=399)
        .contains(&reply.status)
        .then(|| reply.location_host(&address))
        .flatten();
    Ok(CallReply {
        method: call.method,
        status: reply.status,
        headers: reply.headers,
        body: reply.body,
        elapsed: reply.elapsed,
        renewed: false,
        redirects_to,
        asked_at,
        withheld: presented.withheld(),
        address,
    })
}
