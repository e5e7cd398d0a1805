//! A request that tells the API something: it is sent once, and never again by itself.

use http::{HeaderValue, Method, header};
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::request::{address, presenting, without_query};
use super::{BODY_LIMIT, Presented, ProbeError, ProbeErrorKind, not_sendable, refusal};
use crate::secret::Secret;
use crate::system::network::Network;

/// Posts `body` as JSON to `path` below `api_base`, with what is `presented`; the status of a success.
///
/// Anything but 2xx is an error that quotes the API. No redirect is followed, and an unclear outcome is
/// not tried again: the request may have been heard.
pub(crate) async fn post(
    network: &Network,
    api_base: &Url,
    path: &str,
    presented: &Presented<'_>,
    body: &Value,
) -> Result<u16, ProbeError> {
    let url = address(api_base, path)?;
    let asked = without_query(&url);
    let failed = |kind, status| ProbeError {
        kind,
        status,
        asked: asked.clone(),
    };
    let mut request = presenting(&url, presented, &std::collections::BTreeMap::new())
        .map_err(|reason| failed(not_sendable(reason), None))?;
    *request.method_mut() = Method::POST;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    *request.body_mut() = Zeroizing::new(body.to_string().into_bytes());
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(|error| failed(ProbeErrorKind::Transport(Box::new(error)), None))?;
    if (200..300).contains(&reply.status) {
        return Ok(reply.status);
    }
    let withheld = presented.withheld();
    let withheld: Vec<&Secret> = withheld.iter().collect();
    Err(failed(refusal(&reply, &url, &withheld), Some(reply.status)))
}
