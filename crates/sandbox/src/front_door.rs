//! The way in for a browser on this machine, in plain HTTP on loopback.
//!
//! A browser knows neither the sandbox's authority nor where its hosts are, so their names stand at the
//! beginning of the path: `http://127.0.0.1:PORT/acme.talkdeskid.com/oauth/authorize?...`. Only the
//! pages can be reached like this; everything that takes a secret wants TLS.

use crate::host::Place;
use crate::record::Record;
use crate::world::{Endpoint, World};

/// The request that is meant by one for a path with a host in it; `None` for every other.
pub(crate) fn entered(request: &Record, world: &World) -> Option<Record> {
    let meant = meant(request)?;
    let place = Place::of(&meant.host);
    let endpoint = Endpoint::of(place.as_ref(), &meant.path, world.issuer.keys.elsewhere());
    (endpoint == Endpoint::Authorization).then_some(meant)
}

/// `request` with the host that stands at the beginning of its path. The `Host` header must name this
/// machine: no page of another site has business here.
pub(crate) fn meant(request: &Record) -> Option<Record> {
    if Place::of(&request.host) != Some(Place::Local) {
        return None;
    }
    let (host, path) = request.path.strip_prefix('/')?.split_once('/')?;
    Some(Record {
        host: host.to_ascii_lowercase(),
        path: format!("/{path}"),
        ..request.clone()
    })
}
