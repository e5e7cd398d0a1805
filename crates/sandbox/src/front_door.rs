//! The way in for a browser on this machine, in plain HTTP on loopback.
//!
//! A browser knows neither the sandbox's authority nor where its hosts are, so their names stand at the
//! beginning of the path: `http://127.0.0.1:PORT/acme.talkdeskid.com/oauth/authorize?...`. Only the
//! pages can be reached like this; everything that takes a secret wants TLS.

use crate::host::Place;
use crate::record::Record;
use crate::world::{Endpoint, World};

/// The request that is meant by one for a path with a host in it; `None` for every other. The `Host`
/// header must name this machine: no page of another site has business here.
pub(crate) fn entered(request: &Record, world: &World) -> Option<Record> {
    if Place::of(&request.host) != Some(Place::Local) {
        return None;
    }
    let (host, path) = request.path.strip_prefix('/')?.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let path = format!("/{path}");
    let endpoint = Endpoint::of(
        Place::of(&host).as_ref(),
        &path,
        world.issuer.keys.elsewhere(),
    );
    (endpoint == Endpoint::Authorization).then(|| Record {
        host,
        path,
        ..request.clone()
    })
}
