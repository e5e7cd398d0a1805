//! Where the browser is sent back to after a person approved.

use serde::{Deserialize, Serialize};

use crate::ports::Entropy;
use crate::provider::RedirectHost;

/// 128 bits, of which a letter or digit carries four.
pub(crate) const MIN_RANDOM: usize = 32;

/// The redirect of one connection. It is made once, because the provider has it registered, and it
/// differs from that of every other connection (RFC 8252 §8.10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Redirect {
    /// A listener on this machine.
    Loopback {
        host: RedirectHost,
        /// The first free one is used. Empty: any free port, and none is registered.
        ports: Vec<u16>,
        /// Begins with a slash and ends in at least 128 random bits.
        path: String,
    },
    /// An https address of the person's own; they paste what they land on.
    Pasted { uri: String },
}

/// Which of the loopback addresses a listener is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopbackFamily {
    V4,
    V6,
}

impl Redirect {
    /// A loopback redirect under a path that nobody can guess.
    pub fn loopback(host: RedirectHost, ports: Vec<u16>, entropy: &dyn Entropy) -> Self {
        let mut random = [0; MIN_RANDOM / 2];
        entropy.fill(&mut random);
        // Hexadecimal: some registration forms change or refuse anything else.
        let path = random.iter().fold("/authorized/".to_owned(), |path, byte| {
            format!("{path}{byte:02x}")
        });
        Self::Loopback { host, ports, path }
    }

    /// The redirect URI: the string that is shown, copied, registered and sent (invariant 5).
    ///
    /// `port` is the one that is bound, or the one to register; `None` writes the address without a
    /// port, as RFC 8252 §7.3 has it registered where any port is taken.
    pub fn uri(&self, family: LoopbackFamily, port: Option<u16>) -> String {
        match self {
            Self::Pasted { uri } => uri.clone(),
            Self::Loopback { host, path, .. } => {
                let host = match (host, family) {
                    (RedirectHost::Localhost, _) => "localhost",
                    (RedirectHost::Address, LoopbackFamily::V4) => "127.0.0.1",
                    (RedirectHost::Address, LoopbackFamily::V6) => "[::1]",
                };
                match port {
                    Some(port) => format!("http://{host}:{port}{path}"),
                    None => format!("http://{host}{path}"),
                }
            }
        }
    }

    /// Every address to register at the provider, in the order in which they are tried.
    pub fn to_register(&self) -> Vec<String> {
        let family = LoopbackFamily::V4;
        match self {
            Self::Loopback { ports, .. } if !ports.is_empty() => ports
                .iter()
                .map(|port| self.uri(family, Some(*port)))
                .collect(),
            _ => vec![self.uri(family, None)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_what_is_sent() {
        let fixed = Redirect::Loopback {
            host: RedirectHost::Address,
            ports: vec![49_213, 49_214],
            path: "/authorized/4f".to_owned(),
        };
        assert_eq!(
            fixed.to_register(),
            [
                fixed.uri(LoopbackFamily::V4, Some(49_213)),
                "http://127.0.0.1:49214/authorized/4f".to_owned(),
            ]
        );
        let named = Redirect::Loopback {
            host: RedirectHost::Localhost,
            ports: Vec::new(),
            path: "/authorized/4f".to_owned(),
        };
        assert_eq!(named.to_register(), ["http://localhost/authorized/4f"]);
        assert_eq!(
            named.uri(LoopbackFamily::V6, Some(80)),
            "http://localhost:80/authorized/4f"
        );
    }
}
