//! What the system hands to a service, and how the service tells it how it is. Each is there or not: a
//! terminal hands over nothing and asks nothing.

use proofkey_validator::server::Sockets;

#[cfg(unix)]
use crate::environment;

/// The listeners that were bound for this process (`sd_listen_fds`): first that of the contract, then that
/// of health, where there are two.
#[cfg(unix)]
pub(super) fn handed_over() -> std::io::Result<Sockets> {
    let mut handed = listenfd::ListenFd::from_env();
    let mut next = |index| {
        if index < handed.len() {
            handed.take_tcp_listener(index)
        } else {
            Ok(None)
        }
    };
    Ok(Sockets {
        contract: next(0)?,
        health: next(1)?,
    })
}

#[cfg(not(unix))]
pub(super) fn handed_over() -> std::io::Result<Sockets> {
    Ok(Sockets::default())
}

/// Tells whoever started this service (`sd_notify`): "READY=1". Nobody may have asked, and nobody may
/// listen any more; the service works all the same.
#[cfg(unix)]
pub(super) fn tell(state: &str) {
    use std::os::unix::net::UnixDatagram;

    let Some(path) = environment::notify_socket() else {
        return;
    };
    let told = UnixDatagram::unbound().and_then(|socket| match path.strip_prefix('@') {
        None => socket.send_to(state.as_bytes(), path),
        Some(name) => tell_by_name(&socket, name, state),
    });
    if let Err(error) = told {
        tracing::warn!(cause = %error, "the service manager could not be told");
    }
}

#[cfg(target_os = "linux")]
fn tell_by_name(
    socket: &std::os::unix::net::UnixDatagram,
    name: &str,
    state: &str,
) -> std::io::Result<usize> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let address = SocketAddr::from_abstract_name(name)?;
    socket.send_to_addr(state.as_bytes(), &address)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn tell_by_name(
    _socket: &std::os::unix::net::UnixDatagram,
    _name: &str,
    _state: &str,
) -> std::io::Result<usize> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
pub(super) fn tell(_state: &str) {}
