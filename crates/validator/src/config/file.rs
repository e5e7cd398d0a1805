//! The shape of validator.toml. `deny_unknown_fields` everywhere: a misspelt key is an error.

use std::path::PathBuf;

use proofkey_core::integration::IntegrationFile;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// The file as its author writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// "127.0.0.1:8080". Any address that others can reach demands `tls` and `callers`.
    #[serde(default = "loopback")]
    pub(super) listen: String,
    /// Names by which the service is called; those of this machine where only this machine can call.
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    /// Addresses whose `X-Forwarded-For` is believed: "10.0.0.0/8".
    #[serde(default)]
    pub(super) trusted_proxies: Vec<String>,
    /// Answered when nobody could tell: 401 or 503.
    #[serde(default = "unauthorized")]
    pub(super) upstream_failure: u16,
    #[serde(default)]
    pub(super) tls: Option<TlsFile>,
    #[serde(default)]
    pub(super) callers: Option<WhoCalls>,
    #[serde(default)]
    pub(super) limits: LimitsFile,
    #[serde(default)]
    pub(super) breaker: BreakerFile,
    #[serde(default)]
    pub(super) health: Option<HealthFile>,
    #[serde(default)]
    pub(super) integration: Vec<IntegrationFile>,
}

fn loopback() -> String {
    "127.0.0.1:8080".to_owned()
}

fn unauthorized() -> u16 {
    401
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsFile {
    /// The chain, in PEM, the service's own certificate first.
    pub(super) certificate: PathBuf,
    /// Its private key, in PEM.
    pub(super) key: PathBuf,
}

/// Who may call, in the file's words.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum WhoCalls {
    /// Whom somebody else lets through.
    Admitted(AdmittedBy),
    /// Who shows something.
    Asked(CallersFile),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AdmittedBy {
    /// The proxy on this machine, which alone can reach the service.
    Proxy,
}

impl File {
    /// What callers have to show, where they are asked.
    pub(super) fn asked(&self) -> Option<&CallersFile> {
        match &self.callers {
            Some(WhoCalls::Asked(callers)) => Some(callers),
            _ => None,
        }
    }
}

/// What callers show. Tokens and passwords stand in files of their own, never here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallersFile {
    /// One token a line; several, while one is replaced.
    #[serde(default)]
    pub(super) bearer_file: Option<PathBuf>,
    /// One "user:password" a line.
    #[serde(default)]
    pub(super) basic_file: Option<PathBuf>,
    /// Authorities whose certificates callers have to show, in PEM.
    #[serde(default)]
    pub(super) client_ca: Option<PathBuf>,
    /// Of their certificates, only those with one of these names, where there are any.
    #[serde(default)]
    pub(super) client_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HealthFile {
    /// Where /health and /metrics are answered: "127.0.0.1:9090".
    pub(super) listen: String,
}

/// What is not written keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsFile {
    pub(super) per_second: Option<Pace>,
    pub(super) per_source: Option<Pace>,
    pub(super) per_client: Option<Pace>,
    pub(super) in_flight: Option<u32>,
    pub(super) queue: Option<u32>,
    pub(super) per_upstream: Option<u32>,
    pub(super) connections: Option<u32>,
    pub(super) per_peer: Option<u32>,
    /// For one trial, where the integration does not say.
    pub(super) timeout_ms: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BreakerFile {
    pub(super) failures: Option<u32>,
    pub(super) rest_ms: Option<u32>,
}

/// So many a second, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Off,
    PerSecond(u32),
}

impl<'de> Deserialize<'de> for Pace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PaceVisitor)
    }
}

struct PaceVisitor;

impl Visitor<'_> for PaceVisitor {
    type Value = Pace;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a number from 1 to 1000000, or \"off\"")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Pace, E> {
        match u32::try_from(number) {
            Ok(number @ 1..=1_000_000) => Ok(Pace::PerSecond(number)),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Pace, E> {
        match word {
            "off" => Ok(Pace::Off),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }
}
