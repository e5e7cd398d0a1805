//! Where a connection's browser is sent back to.

use std::net::{Ipv4Addr, TcpListener};

use super::Proofkey;
use crate::connection::{Connection, Redirect};
use crate::error::{Code, Problem};
use crate::ports::Entropy;
use crate::provider::{Grant, Provider, RedirectPolicy};
use crate::system::entropy::OsEntropy;

/// In the dynamic range (RFC 6335 §6), above the ports that Linux gives to outgoing connections.
const FIRST_OWN_PORT: u16 = 61_000;
/// How many ports are tried; one is nearly always free at once.
const TRIES: usize = 32;

impl Proofkey {
    /// A redirect for a new connection of `provider`, to be registered there before anybody leaves for
    /// it: a path of its own, and the ports that the provider's rules ask for.
    ///
    /// `DraftInvalid` at "redirect" where only an https address of the person's own is taken, and when
    /// the provider has no such grant.
    pub fn propose_redirect(&self, provider: &str) -> Result<Redirect, Problem> {
        proposed(&*self.provider(provider)?)
    }

    /// The redirect that a saved connection has: the one of the draft, the stored one, or a new one.
    pub(super) fn settled_redirect(
        provider: &Provider,
        grant: Grant,
        chosen: Option<Redirect>,
        stored: Option<&Connection>,
    ) -> Result<Option<Redirect>, Problem> {
        if grant != Grant::AuthorizationCode {
            return Ok(None);
        }
        let kept = stored
            .filter(|connection| connection.provider == provider.id)
            .and_then(|connection| connection.redirect.clone());
        match chosen.or(kept) {
            Some(redirect) => Ok(Some(redirect)),
            None => proposed(provider).map(Some),
        }
    }
}

fn proposed(provider: &Provider) -> Result<Redirect, Problem> {
    let Some(grant) = &provider.authorization_code else {
        return Err(Problem::new(
            Code::DraftInvalid,
            format!("{} is not connected by a person's approval.", provider.name),
            "Choose another grant.",
        )
        .at("grant"));
    };
    let ports = match grant.redirect {
        RedirectPolicy::LoopbackAnyPort => Vec::new(),
        RedirectPolicy::LoopbackFixedPort => grant.redirect_ports.clone(),
        RedirectPolicy::Unknown => vec![own_port(&OsEntropy)?],
        RedirectPolicy::HttpsOnly => {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!("{} sends people back to https addresses only.", provider.name),
                "Enter an https address of your own that is registered there. You will paste the address that the browser ends on.",
            )
            .at("redirect"));
        }
    };
    Ok(Redirect::loopback(grant.redirect_host, ports, &OsEntropy))
}

/// A port that is free now and stays with the connection, because the provider has it registered.
fn own_port(entropy: &dyn Entropy) -> Result<u16, Problem> {
    for _ in 0..TRIES {
        let mut random = [0; 2];
        entropy.fill(&mut random);
        let span = u16::MAX - FIRST_OWN_PORT;
        let port = FIRST_OWN_PORT + u16::from_be_bytes(random) % span;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Problem::new(
        Code::ListenerFailed,
        "No free port was found on this machine.",
        "Close programs that listen on many ports, and try again.",
    ))
}
