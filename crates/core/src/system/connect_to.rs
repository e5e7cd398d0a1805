//! `--connect-to HOST:PORT:ADDR:PORT`, as curl understands it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Problem};

/// "Instead of this host and port, connect there." The name in the URL still decides what the
/// certificate must say, so this redirects a connection without weakening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    /// Host of the URL, lower case; `None` fits any.
    host: Option<String>,
    /// Port of the URL; `None` fits any.
    port: Option<u16>,
    /// Where to go instead: an address or a name; `None` keeps the URL's host.
    target_host: Option<String>,
    /// `None` keeps the URL's port.
    target_port: Option<u16>,
}

impl ConnectTo {
    /// Where a URL with this host and port goes, if the rule fits it. `host` has no brackets.
    pub fn target<'a>(&'a self, host: &'a str, port: u16) -> Option<(&'a str, u16)> {
        let fits = self
            .host
            .as_deref()
            .is_none_or(|own| own.eq_ignore_ascii_case(host))
            && self.port.is_none_or(|own| own == port);
        fits.then(|| {
            (
                self.target_host.as_deref().unwrap_or(host),
                self.target_port.unwrap_or(port),
            )
        })
    }
}

impl FromStr for ConnectTo {
    type Err = Problem;

    /// Reads `HOST:PORT:ADDR:PORT`; any part may be empty and an IPv6 address stands in brackets.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let [host, port, target_host, target_port] = split(text)
            .ok_or_else(|| wrong("It needs four parts with three colons between them."))?;
        let rule = Self {
            host: host_part(host)?,
            port: port_part(port)?,
            target_host: host_part(target_host)?,
            target_port: port_part(target_port)?,
        };
        if rule.target_host.is_none() && rule.target_port.is_none() {
            return Err(wrong("It does not say where to connect instead."));
        }
        Ok(rule)
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |host: &Option<String>| match host {
            Some(host) if host.contains(':') => format!("[{host}]"),
            Some(host) => host.clone(),
            None => String::new(),
        };
        let port = |port: Option<u16>| port.map(|port| port.to_string()).unwrap_or_default();
        write!(
            formatter,
            "{}:{}:{}:{}",
            host(&self.host),
            port(self.port),
            host(&self.target_host),
            port(self.target_port)
        )
    }
}

/// Splits at colons outside brackets; `None` unless that gives four parts.
fn split(text: &str) -> Option<[&str; 4]> {
    let mut parts = Vec::with_capacity(4);
    let mut start = 0;
    let mut inside = false;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => inside = true,
            b']' => inside = false,
            b':' if !inside => {
                parts.push(&text[start..position]);
                start = position + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.try_into().ok()
}

fn host_part(text: &str) -> Result<Option<String>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(bare) = bare {
        return match bare.parse::<std::net::Ipv6Addr>() {
            Ok(address) => Ok(Some(address.to_string())),
            Err(_) => Err(wrong("What stands in brackets is not an IPv6 address.")),
        };
    }
    let plausible = text.len() <= 253
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if plausible {
        Ok(Some(text.to_ascii_lowercase()))
    } else {
        Err(wrong("A host has a character that host names cannot have."))
    }
}

fn port_part(text: &str) -> Result<Option<u16>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<u16>() {
        Ok(port) if port > 0 && !text.starts_with('+') => Ok(Some(port)),
        _ => Err(wrong("A port must be a number from 1 to 65535.")),
    }
}

fn wrong(why: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("The connect-to rule cannot be read. {why}"),
        "Write HOST:PORT:ADDRESS:PORT, for example acme.talkdeskid.com:443:127.0.0.1:8443. \
         Leave HOST or PORT empty for any, and put an IPv6 address in brackets.",
    )
    .at("connect_to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_curl_reads_them() {
        for (text, host, port, expected) in [
            (
                "a.example:443:127.0.0.1:8443",
                "a.example",
                443,
                Some(("127.0.0.1", 8443)),
            ),
            (
                "A.Example:443:127.0.0.1:8443",
                "a.example",
                443,
                Some(("127.0.0.1", 8443)),
            ),
            ("a.example:443:127.0.0.1:8443", "b.example", 443, None),
            ("a.example:443:127.0.0.1:8443", "a.example", 444, None),
            (
                "::127.0.0.1:8443",
                "any.example",
                1,
                Some(("127.0.0.1", 8443)),
            ),
            (":443:[::1]:8443", "any.example", 443, Some(("::1", 8443))),
            (
                "[2001:db8::1]:443:[::1]:",
                "2001:db8::1",
                443,
                Some(("::1", 443)),
            ),
            (
                "a.example:::8443",
                "a.example",
                443,
                Some(("a.example", 8443)),
            ),
        ] {
            let rule: ConnectTo = text.parse().unwrap();
            assert_eq!(rule.target(host, port), expected, "{text}");
            assert_eq!(rule.to_string().parse::<ConnectTo>().unwrap(), rule);
        }
    }

    #[test]
    fn malformed_rules_say_what_would_be_right() {
        for text in [
            "",
            "a",
            "a:b",
            ":::",
            "a:1:b:0",
            "a:1:b:65536",
            "a:x:b:1",
            "a:1:::1",
            "[::g]:1:b:1",
            "a b:1:c:1",
            "a:+1:b:1",
            "a:1:b:1:2",
            "https://a:1:b:1",
        ] {
            let problem = text.parse::<ConnectTo>().unwrap_err();
            assert!(problem.remedy.contains("HOST:PORT:ADDRESS:PORT"), "{text}");
        }
    }
}
