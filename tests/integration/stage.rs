//! An integration and its way to a peer.

use std::time::Duration;

use proofkey_core::border::ProxyChoice;
use proofkey_core::integration::{
    Answer, Auth, Gate, Integration, IntegrationFile, Judgement, Means, OpenGate, Scalar,
};
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Kept, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;

pub(crate) struct Trial {
    pub(crate) integration: Integration,
    pub(crate) network: Network,
}

impl Trial {
    /// Every name leads to the peer of this rule and authority, as `--connect-to` and `--ca-file` do.
    pub(crate) fn at(integration: Integration, connect_to: &str, ca_pem: &str) -> Self {
        Self {
            integration,
            network: network(&[connect_to.to_owned()], ca_pem),
        }
    }

    pub(crate) async fn judge(&self, auth: &Auth) -> Judgement {
        self.judge_through(&OpenGate, auth).await
    }

    pub(crate) async fn judge_through(&self, gate: &dyn Gate, auth: &Auth) -> Judgement {
        let means = Means {
            network: &self.network,
            clock: &SystemClock,
            gate,
            longest: Duration::from_secs(10),
        };
        self.integration.judge(&means, auth).await
    }

    /// The code of a judgement: "accepted", or why not.
    pub(crate) async fn code(&self, auth: &Auth) -> &'static str {
        code(&self.judge(auth).await)
    }

    pub(crate) async fn accepted(&self, auth: &Auth) -> Answer {
        match self.judge(auth).await {
            Judgement::Accepted(answer) => answer,
            other => panic!("{}", code(&other)),
        }
    }
}

pub(crate) fn code(judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Accepted(_) => "accepted",
        Judgement::Refused(why) => why.code(),
        Judgement::Unclear(why) => why.code(),
        Judgement::NotAsked(_) => "not_asked",
    }
}

/// As the service reaches systems: with connections that are kept.
pub(crate) fn network(connect_to: &[String], ca_pem: &str) -> Network {
    let rules = connect_to.iter().map(|rule| rule.parse().unwrap());
    let network = Network::new(NetworkSettings {
        connect_to: rules.collect(),
        extra_roots: roots_from_pem(ca_pem.as_bytes()).unwrap(),
        proxy: ProxyChoice::None,
        loopback_only: true,
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::of_service()
        },
        kept: Some(Kept::default()),
    });
    network.unwrap()
}

pub(crate) fn integration(text: &str) -> Integration {
    let file: IntegrationFile = toml::from_str(text).unwrap();
    Integration::of(&file, &Catalogue::built_in()).unwrap()
}

pub(crate) fn fields(fields: &[(&str, &str)]) -> Auth {
    let scalars = fields.iter();
    scalars
        .map(|(name, value)| ((*name).to_owned(), Scalar::text(value)))
        .collect()
}

/// `auth` with another value in one field.
pub(crate) fn with(auth: &Auth, name: &str, value: Scalar) -> Auth {
    let mut changed = duplicate(auth);
    changed.insert(name.to_owned(), value);
    changed
}

pub(crate) fn without(auth: &Auth, name: &str) -> Auth {
    let mut changed = duplicate(auth);
    changed.remove(name);
    changed
}

pub(crate) fn duplicate(auth: &Auth) -> Auth {
    let fields = auth.iter();
    fields
        .map(|(name, value)| (name.clone(), value.duplicate()))
        .collect()
}
