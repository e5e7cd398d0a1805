//! Binding the loopback addresses of one port.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use crate::connection::LoopbackFamily;
use crate::error::{Code, Problem};
use crate::provider::RedirectHost;

/// How often another free port is tried when the other family has it in use.
const TRIES: usize = 16;

/// Connections that the system keeps until they are accepted.
const BACKLOG: u32 = 128;

/// The sockets that were bound; they are the ones that listen.
pub(super) struct Bound<L = TcpListener> {
    pub(super) listeners: Vec<L>,
    families: Vec<LoopbackFamily>,
    pub(super) port: u16,
}

impl<L> Bound<L> {
    /// The one that an address in the redirect URI names.
    pub(super) fn family(&self) -> LoopbackFamily {
        self.families.first().copied().unwrap_or(LoopbackFamily::V4)
    }

    pub(super) fn families(&self) -> Vec<LoopbackFamily> {
        self.families.clone()
    }
}

/// Binds the first of `ports` that is free, or any free port when there are none.
///
/// An address in the redirect URI means one family, IPv4 where there is one. The name localhost means
/// whatever the browser makes of it, so both families are bound on one port (rule B13); a port that
/// somebody else has on one of them is not used, because the browser might go there.
///
/// The bind is exclusive (rule B3, docs/adr/0008): nobody else can listen there meanwhile.
pub(super) fn bind(host: RedirectHost, ports: &[u16]) -> Result<Bound, Problem> {
    bind_with(host, ports, listen)
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, u16)> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On Linux the option takes a port of which only closed connections are left (`TIME_WAIT`), when
    // they had it as well, and never one that somebody listens on. Elsewhere it may share the port.
    #[cfg(target_os = "linux")]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

fn bind_with<L>(
    host: RedirectHost,
    ports: &[u16],
    open: impl Fn(SocketAddr) -> io::Result<(L, u16)>,
) -> Result<Bound<L>, Problem> {
    let any = [0; TRIES];
    let candidates = if ports.is_empty() { &any[..] } else { ports };
    let mut refusals = Vec::new();
    for port in candidates {
        match bind_port(host, *port, &open) {
            Ok(bound) => return Ok(bound),
            Err(error) => refusals.push((*port, error)),
        }
    }
    Err(explained(&refusals))
}

fn bind_port<L>(
    host: RedirectHost,
    port: u16,
    open: &impl Fn(SocketAddr) -> io::Result<(L, u16)>,
) -> io::Result<Bound<L>> {
    let first = open(address(LoopbackFamily::V4, port));
    let (family, (listener, port)) = match first {
        Ok(opened) => (LoopbackFamily::V4, opened),
        // Somebody else has it, or it is reserved: not a reason to go where nobody looks.
        Err(error) if is_taken(&error) => return Err(error),
        Err(_) => (LoopbackFamily::V6, open(address(LoopbackFamily::V6, port))?),
    };
    let mut bound = Bound {
        listeners: vec![listener],
        families: vec![family],
        port,
    };
    if host == RedirectHost::Localhost && family == LoopbackFamily::V4 {
        match open(address(LoopbackFamily::V6, port)) {
            Ok((listener, _)) => {
                bound.listeners.push(listener);
                bound.families.push(LoopbackFamily::V6);
            }
            Err(error) if is_taken(&error) => return Err(error),
            // There is no IPv6 here.
            Err(_) => {}
        }
    }
    Ok(bound)
}

fn address(family: LoopbackFamily, port: u16) -> SocketAddr {
    let ip: IpAddr = match family {
        LoopbackFamily::V4 => Ipv4Addr::LOCALHOST.into(),
        LoopbackFamily::V6 => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, port)
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied
    )
}

fn explained(refusals: &[(u16, io::Error)]) -> Problem {
    let kind = |kind| {
        refusals
            .iter()
            .filter(move |(_, error)| error.kind() == kind)
            .map(|(port, _)| *port)
            .collect::<Vec<_>>()
    };
    let problem =
        |summary: String, remedy: &str| Problem::new(Code::ListenerFailed, summary, remedy);
    let in_use = kind(ErrorKind::AddrInUse);
    if !in_use.is_empty() {
        return problem(
            format!(
                "{} used by another program, so the browser could not come back here.",
                ports(&in_use)
            ),
            "Close the other program, choose another port that is registered at the provider, or paste the address that the browser ends on.",
        );
    }
    let reserved = kind(ErrorKind::PermissionDenied);
    if !reserved.is_empty() {
        return problem(
            format!(
                "{} reserved by the system, so the browser could not come back here.",
                ports(&reserved)
            ),
            "Choose another port that is registered at the provider, or paste the address that the browser ends on. On Windows, \"netsh interface ipv4 show excludedportrange protocol=tcp\" lists reserved ports.",
        );
    }
    let cause = refusals
        .last()
        .map_or_else(String::new, |(_, error)| format!(" ({error})"));
    problem(
        format!("This machine offers no loopback address to listen on{cause}."),
        "Check that the loopback interface is up, or paste the address that the browser ends on.",
    )
}

fn ports(ports: &[u16]) -> String {
    let named: Vec<String> = ports
        .iter()
        .filter(|port| **port != 0)
        .map(u16::to_string)
        .collect();
    match named.as_slice() {
        [] => "Every port that was tried is".to_owned(),
        [one] => format!("Port {one} is"),
        several => format!("The ports {} are", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn bound(
        host: RedirectHost,
        ports: &[u16],
        refuse: impl Fn(SocketAddr) -> Option<ErrorKind>,
    ) -> (Result<Bound<()>, Problem>, Vec<SocketAddr>) {
        let asked = RefCell::new(Vec::new());
        let next = RefCell::new(50_000);
        let result = bind_with(host, ports, |address| {
            asked.borrow_mut().push(address);
            match refuse(address) {
                Some(kind) => Err(kind.into()),
                None if address.port() == 0 => {
                    *next.borrow_mut() += 1;
                    Ok(((), *next.borrow()))
                }
                None => Ok(((), address.port())),
            }
        });
        (result, asked.into_inner())
    }

    #[test]
    fn an_address_means_one_family_and_a_name_both() {
        let (one, asked) = bound(RedirectHost::Address, &[], |_| None);
        assert_eq!(one.unwrap().families, [LoopbackFamily::V4]);
        assert_eq!(asked.len(), 1);
        let (both, asked) = bound(RedirectHost::Localhost, &[], |_| None);
        let both = both.unwrap();
        assert_eq!(both.families, [LoopbackFamily::V4, LoopbackFamily::V6]);
        assert_eq!(asked[1].port(), both.port);
    }

    #[test]
    fn a_family_that_does_not_exist_is_done_without() {
        for host in [RedirectHost::Address, RedirectHost::Localhost] {
            let (bound_v6, _) = bound(host, &[], |address| {
                address.is_ipv4().then_some(ErrorKind::AddrNotAvailable)
            });
            assert_eq!(bound_v6.unwrap().families, [LoopbackFamily::V6]);
            let (bound_v4, _) = bound(host, &[], |address| {
                address.is_ipv6().then_some(ErrorKind::Unsupported)
            });
            assert_eq!(bound_v4.unwrap().families, [LoopbackFamily::V4]);
        }
    }

    #[test]
    fn a_port_that_another_program_has_on_one_family_is_left_alone() {
        let (result, _) = bound(RedirectHost::Localhost, &[1111, 2222], |address| {
            (address.is_ipv6() && address.port() == 1111).then_some(ErrorKind::AddrInUse)
        });
        assert_eq!(result.unwrap().port, 2222);
        let (result, asked) = bound(RedirectHost::Localhost, &[], |address| {
            (address.is_ipv6() && address.port() < 50_003).then_some(ErrorKind::AddrInUse)
        });
        assert_eq!(result.unwrap().port, 50_003);
        assert_eq!(asked.len(), 6);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_port_is_free_again_after_its_last_connection_and_not_while_somebody_listens() {
        use std::io::Read;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        // The listening side ends first, and keeps the port in TIME_WAIT.
        drop(listener.accept().unwrap());
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        drop(client);
        assert!(bind(RedirectHost::Address, &[address.port()]).is_err());
        drop(listener);
        let held = bind(RedirectHost::Address, &[address.port()]);
        assert!(held.is_ok());
        for _ in 0..100 {
            assert!(std::net::TcpListener::bind(address).is_err());
            assert!(bind(RedirectHost::Address, &[address.port()]).is_err());
        }
    }

    #[test]
    fn a_failure_says_its_cause_and_a_way_on() {
        for (kind, word) in [
            (ErrorKind::AddrInUse, "Port 4711 is used by another program"),
            (ErrorKind::PermissionDenied, "Port 4711 is reserved"),
            (ErrorKind::AddrNotAvailable, "no loopback address"),
        ] {
            let (result, _) = bound(RedirectHost::Address, &[4711], |_| Some(kind));
            let problem = result.err().expect("refused");
            assert_eq!(problem.code, Code::ListenerFailed);
            assert!(problem.summary.contains(word), "{}", problem.summary);
            assert!(problem.remedy.contains("paste"), "{}", problem.remedy);
        }
        let (result, _) = bound(RedirectHost::Address, &[], |_| Some(ErrorKind::AddrInUse));
        let summary = result.err().expect("refused").summary;
        assert!(summary.starts_with("Every port"), "{summary}");
    }
}
