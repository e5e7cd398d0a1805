//! What a sandbox does when it is told to: events, keys, and time that passes.

use jiff::SignedDuration;
use std::sync::atomic::Ordering;

use crate::account::{self, Account};
use crate::appconnect::event::{self, Material};
use crate::appconnect::order::{Curve, EmittedEvent, EventKind, EventOrder, Spelling, Spoilt};
use crate::clients::Rotation;
use crate::control::{self, Order, Outcome};
use crate::scene::Scene as _;
use crate::signed::key::RegisteredKey;
use crate::world::World;

/// Why an order was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    #[error("There is no practice account “{0}”.")]
    UnknownAccount(String),
    #[error("The server beside Talkdesk has no apps, so it sends no events.")]
    NoApps,
    #[error("The client of “{0}” has no key pair that could be mixed up.")]
    Keyless(String),
    #[error("The sandbox could not make a key.")]
    NoKey,
}

impl World {
    /// Makes the event of `order`. One about new credentials makes these first, unless it is spoilt.
    pub(crate) fn emit(&self, order: &EventOrder) -> Result<EmittedEvent, OrderError> {
        let account = known(&order.account)?;
        if account.is_complete() {
            return Err(OrderError::NoApps);
        }
        let (keys, now) = (&self.issuer.keys, self.now());
        let rotated = order.kind == EventKind::CredentialsRotated && order.spoilt.is_none();
        let client = if rotated {
            let rotation = Rotation {
                compromised: order.compromised,
                same_client_id: order.same_client_id,
            };
            self.clients
                .rotate(account, rotation, keys, now)
                .map_err(|_| OrderError::NoKey)?
        } else {
            self.clients.newest(account)
        };
        if order.spoilt == Some(Spoilt::OtherKey) && client.delivered.is_none() {
            return Err(OrderError::Keyless(order.account.clone()));
        }
        let material = Material {
            client: &client,
            keys,
            signature_keys: &self.signature_keys,
            now,
        };
        event::made(order, &material).map_err(|_| OrderError::NoKey)
    }

    pub(crate) fn register_key(&self, account: &str, key: RegisteredKey) -> Result<(), OrderError> {
        self.clients.register_key(known(account)?, key);
        Ok(())
    }

    pub(crate) fn rotate_signature_key(&self) -> Result<(), OrderError> {
        let fresh = self
            .signature_keys
            .fresh(Curve::default(), Spelling::default(), self.now());
        fresh.map(drop).map_err(|_| OrderError::NoKey)
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.ahead.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    pub(crate) fn carry_out(&self, order: Order) -> Outcome {
        let done = match order {
            Order::EmitEvent(order) => self.emit(&order).map(|event| Outcome::Events(vec![event])),
            Order::TakeEvents => Ok(Outcome::Events(self.apps.take_waiting())),
            Order::RotateSignatureKey => self.rotate_signature_key().map(|()| Outcome::Done),
            Order::RegisterKey {
                account,
                key,
                algorithm,
                key_id,
            } => match control::key(&key, algorithm, key_id.as_deref()) {
                Ok(key) => self.register_key(&account, key).map(|()| Outcome::Done),
                Err(refused) => Ok(refused),
            },
        };
        done.unwrap_or_else(|error| Outcome::Refused(error.to_string()))
    }
}

fn known(name: &str) -> Result<&'static Account, OrderError> {
    account::named(name).ok_or_else(|| OrderError::UnknownAccount(name.to_owned()))
}
