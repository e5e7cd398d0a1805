//! Replacing credentials without an outage: the new ones are proven beside the old, then take their place,
//! and the old ones are kept until the provider refuses them.

mod acknowledge;
mod begin;
mod forget;
mod rehearse;
mod retire;
mod switch;
mod undo;
mod view;

pub(super) use self::begin::{InVain, Useless};
use super::Proofkey;
use crate::connection::store::Turn;
use crate::connection::{Connection, HeldGeneration};
use crate::error::{Code, Problem};
use crate::vault::SecretDocument;

impl Proofkey {
    /// The connection as it would be with `held`, and the secrets of that.
    async fn held_secrets(
        &self,
        connection: &Connection,
        held: &HeldGeneration,
    ) -> Result<(Connection, SecretDocument), Problem> {
        let candidate = connection.with_generation(held);
        let secrets = self.secrets_of(&candidate).await?;
        Ok((candidate, secrets))
    }

    /// As [`Proofkey::settled`], with the generation that waits.
    async fn settled_incoming(
        &self,
        name: &str,
    ) -> Result<(Connection, HeldGeneration, Turn), Problem> {
        let (connection, turn) = self.settled(name).await?;
        let incoming = incoming(&connection)?;
        Ok((connection, incoming, turn))
    }
}

fn incoming(connection: &Connection) -> Result<HeldGeneration, Problem> {
    connection.incoming().cloned().ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            format!("No new credentials of “{}” are waiting.", connection.name),
            "Begin a replacement first.",
        )
    })
}
