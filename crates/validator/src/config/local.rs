//! A configuration without a file: one integration for the person at this computer.

use std::path::Path;

use proofkey_core::connection::Finding;
use proofkey_core::integration::{Integration, IntegrationFile};
use proofkey_core::provider::Catalogue;
use toml::de::DeTable;

use super::file::{BreakerFile, File, LimitsFile, Pace};
use super::mistakes::Mistakes;
use super::{Config, rules, words};

impl Config {
    /// Serves `file` to this machine alone, at a port that is free. A person who tries things is not to be
    /// told to wait, so sources and clients are not limited; everything else is as it usually is.
    ///
    /// Fails with everything that is wrong with the integration.
    pub fn local(file: IntegrationFile, catalogue: &Catalogue) -> Result<Self, Vec<Finding>> {
        let integration = Integration::of(&file, catalogue)?;
        let usual = File {
            listen: "127.0.0.1:0".to_owned(),
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            upstream_failure: 401,
            tls: None,
            callers: None,
            limits: LimitsFile {
                per_source: Some(Pace::Off),
                per_client: Some(Pace::Off),
                ..LimitsFile::default()
            },
            breaker: BreakerFile::default(),
            health: None,
            integration: vec![file],
        };
        // Nothing of it was written by a person, so nothing in it is mistaken.
        let mut mistakes = Mistakes::new("", DeTable::new());
        let (settings, certificate) = rules::settings(&usual, Path::new(""), &mut mistakes);
        Ok(Self {
            behaves: words::behaves(&usual, &settings, certificate.as_ref()),
            trials: rules::Trials::of(&usual),
            settings,
            integrations: vec![integration],
            certificate,
            warnings: Vec::new(),
        })
    }
}
