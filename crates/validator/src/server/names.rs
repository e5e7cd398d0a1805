//! Who calls, by which name, and on whose behalf (rules L9 and L11).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;

/// A closed list of names of hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter();
        Self(names.map(|it| it.into().to_ascii_lowercase()).collect())
    }

    /// The names of this machine for itself, at any port.
    pub fn loopback() -> Self {
        Self::new(["localhost", "127.0.0.1", "[::1]"])
    }

    /// Whether `name` is in the list as it is.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|it| it.eq_ignore_ascii_case(name))
    }

    /// Whether the value of `Host` is in the list; a name without a port stands for all ports.
    pub(super) fn holds_host(&self, host: &str) -> bool {
        self.holds(host) || without_port(host).is_some_and(|bare| self.holds(bare))
    }
}

fn without_port(host: &str) -> Option<&str> {
    let (bare, port) = host.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.len() <= 5 && port.bytes().all(|it| it.is_ascii_digit());
    let is_whole = !bare.contains(':') || bare.ends_with(']');
    (is_port && is_whole).then_some(bare)
}

/// The one value of a header; `None` when there is none, several, or no text.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Addresses whose word about the source of a request is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Block>);

impl Proxies {
    pub fn new(blocks: Vec<Block>) -> Self {
        Self(blocks)
    }

    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.holds(address))
    }

    /// Where the request came from: the last address of `X-Forwarded-For` that is none of ours, when the
    /// peer is one of ours; otherwise the peer, whatever it says.
    pub(super) fn source(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut source = peer.to_canonical();
        let values = headers.get_all("x-forwarded-for").iter().rev();
        // From the last to the first: each was written by the one before it.
        let mut said = values.flat_map(|it| it.to_str().unwrap_or_default().rsplit(','));
        while self.trusts(source)
            && let Some(address) = said.next().and_then(address)
        {
            source = address.to_canonical();
        }
        source
    }
}

/// An address as proxies write it: alone, in brackets, or with a port.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    bare.unwrap_or(text).parse().ok().or_else(with_port)
}

/// What a source is counted as: an IPv6 network hands out its last 64 bits freely.
pub(super) fn counted(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

/// An address, or a block of them: "10.0.0.0/8".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    address: IpAddr,
    bits: u8,
}

impl Block {
    pub(crate) fn is_ipv4(self) -> bool {
        self.address.is_ipv4()
    }

    /// How many bits of the address are the block's.
    pub(crate) fn bits(self) -> u8 {
        self.bits
    }

    /// Whether all its addresses are those of `other`.
    pub(crate) fn lies_in(self, other: Self) -> bool {
        self.bits >= other.bits && other.holds(self.address)
    }

    fn holds(self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits));
                (own.to_bits() ^ other.to_bits()) & mask.unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits));
                (own.to_bits() ^ other.to_bits()) & mask.unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Block {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "It is no address and no block of addresses like 10.0.0.0/8.";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong)?;
        // An IPv4 address in IPv6 clothes would be compared with none.
        if address != address.to_canonical() {
            return Err(wrong);
        }
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong)?,
            None => most,
        };
        if bits > most {
            return Err(wrong);
        }
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn hosts_are_compared_whole() {
        let names = Names::new(["v.example.com", "w.example.com:8443"]);
        for host in [
            "v.example.com",
            "V.Example.com",
            "v.example.com:1",
            "w.example.com:8443",
        ] {
            assert!(names.holds_host(host), "{host}");
        }
        for host in [
            "",
            "v.example.com.",
            "v.example.com:",
            "v.example.com:a",
            "v.example.com:123456",
            "w.example.com",
            "w.example.com:1",
            "xv.example.com",
            "v.example.com.evil.com",
            "a@v.example.com",
            "v.example.com:1:2",
            "[::1]",
            "v.example.com/",
        ] {
            assert!(!names.holds_host(host), "{host}");
        }
        for host in ["localhost:8080", "127.0.0.1", "[::1]:9", "[::1]"] {
            assert!(Names::loopback().holds_host(host), "{host}");
        }
        assert!(!Names::loopback().holds_host("::1"));
    }

    #[test]
    fn only_a_proxy_that_is_trusted_says_where_a_request_comes_from() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]);
        let source = |peer: &str, values: &[&str]| {
            let peer = peer.parse().unwrap();
            proxies.source(peer, &headers(values)).to_string()
        };
        assert_eq!(source("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(source("10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            source("10.1.2.3", &["1.1.1.1, 198.51.100.7", "10.9.9.9"]),
            "198.51.100.7"
        );
        assert_eq!(source("10.1.2.3", &["198.51.100.7, junk"]), "10.1.2.3");
        assert_eq!(source("::ffff:10.1.2.3", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(source("10.1.2.3", &[]), "10.1.2.3");
        for (said, is) in [
            ("198.51.100.7:5678", "198.51.100.7"),
            ("[2001:db8::1]:5678", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("198.51.100.7, 10.9.9.9:80", "198.51.100.7"),
            ("198.51.100.7, 10.9.9.9:x", "10.1.2.3"),
            ("198.51.100.7:", "10.1.2.3"),
        ] {
            assert_eq!(source("10.1.2.3", &[said]), is, "{said}");
        }
        assert_eq!(
            counted("2001:db8::1:2:3:4".parse().unwrap()).to_string(),
            "2001:db8::"
        );
    }

    #[test]
    fn blocks_are_exact() {
        let block: Block = "192.0.2.128/25".parse().unwrap();
        assert!(block.holds("192.0.2.255".parse().unwrap()));
        assert!(!block.holds("192.0.2.127".parse().unwrap()));
        let all: Block = "0.0.0.0/0".parse().unwrap();
        assert!(all.holds("8.8.8.8".parse().unwrap()) && !all.holds("::1".parse().unwrap()));
        for text in ["", "a", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::/129"] {
            assert!(text.parse::<Block>().is_err(), "{text}");
        }
    }
}
