//! Which addresses a connection may reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` is this machine.
pub fn is_loopback(address: IpAddr) -> bool {
    canonical(address).is_loopback()
}

/// Whether a host, as it stands in a URL without brackets, can only mean this machine.
///
/// `localhost` counts although a resolver could answer otherwise: what it answers is checked again.
pub fn names_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(is_loopback)
}

/// Whether a public name must not lead to `address`: this machine, the local network, a cloud's
/// metadata service, or an address that belongs to nobody.
///
/// A name that resolves to one of these would let whoever controls the name send a client secret
/// into the private network (DNS rebinding).
pub fn is_private(address: IpAddr) -> bool {
    match canonical(address) {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

/// An IPv4 address in IPv6 clothes is the IPv4 address (mapped, compatible, NAT64, 6to4).
fn canonical(address: IpAddr) -> IpAddr {
    let IpAddr::V6(outer) = address else {
        return address;
    };
    if let Some(inner) = outer.to_ipv4_mapped() {
        return IpAddr::V4(inner);
    }
    match outer.segments() {
        // RFC 6052 §2.1, the well-known NAT64 prefix; RFC 3056, where the next 32 bits are the
        // gateway's address; RFC 4291 §2.5.5.1, deprecated (:: and ::1 themselves stay IPv6).
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            IpAddr::V4(v4(high, low))
        }
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => IpAddr::V4(v4(high, low)),
        _ => address,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

/// The IANA special-purpose registry (RFC 6890), multicast and the reserved class E.
fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..=127).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        // 168.63.129.16 is a cloud's own wire server and reachable from its machines only.
        || address == Ipv4Addr::new(168, 63, 129, 16)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        // Site-local, deprecated by RFC 3879 but still routed by some.
        || (segments[0] & 0xffc0) == 0xfec0
        // RFC 3849 and RFC 9637: documentation.
        || (segments[0] == 0x2001 && segments[1] == 0xdb8)
        || (segments[0] & 0xfff0) == 0x3ff0
        // RFC 8215: local-use NAT64 can embed any private IPv4 address.
        || (segments[0] == 0x64 && segments[1] == 0xff9b && segments[2] == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_disguise() {
        for text in [
            "127.0.0.1",
            "127.255.0.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "168.63.129.16",
            "::",
            "::1",
            "fe80::1",
            "fd00:ec2::254",
            "fc00::1",
            "ff02::1",
            "fec0::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "::10.0.0.1",
            "2001:db8::1",
        ] {
            assert!(is_private(text.parse().unwrap()), "{text}");
        }
        for text in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!is_private(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_loopback_names_mean_this_machine() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(names_loopback(host), "{host}");
        }
        for host in [
            "localhost.example",
            "127.0.0.1.example",
            "10.0.0.1",
            "0.0.0.0",
            "::",
        ] {
            assert!(!names_loopback(host), "{host}");
        }
    }
}
