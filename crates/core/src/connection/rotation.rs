//! What a connection keeps beside its current credentials: the key that signs, and generations that come
//! and go while credentials are replaced.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Connection;
use crate::provider::SigningAlgorithm;
use crate::vault::Generation;

/// Which key of the client signs. The key itself is in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub algorithm: SigningAlgorithm,
    /// The `kid` that the provider gave the key; goes into the header of each assertion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Of the public half (RFC 7638, SHA-256, base64url), so that people can compare.
    pub thumbprint: String,
}

/// A wish for tokens that live long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ServiceToken {
    pub lifetime_seconds: u32,
}

/// Of which installation of an app the credentials are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Installation {
    pub app_id: String,
    pub installation_id: String,
    pub account_id: String,
    /// Ids of the events that were taken in: an event that comes twice changes nothing.
    #[serde(default)]
    pub events: Vec<String>,
    /// When the newest of them was made: events arrive in any order, and an older one brings credentials
    /// that were replaced since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub newest_event_at: Option<Timestamp>,
    /// What its developer said to it by this Proofkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<InstallationAnswer>,
}

/// An installation was approved or rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct InstallationAnswer {
    pub state: InstallationState,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub at: Timestamp,
}

/// What the developer of an app says to an installation. Talkdesk waits seven days for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InstallationState {
    Approve,
    Reject,
}

/// A generation of secrets that is not the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HeldGeneration {
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub generation: Generation,
    pub role: GenerationRole,
    pub reason: RotationReason,
    /// Of this generation's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// When it came, or when it stopped being the current one.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub since: Timestamp,
    /// Until when the provider is expected to take the older of the two, which is the current one while
    /// this one is incoming; `None` when nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub ends_at: Option<Timestamp>,
    /// What became current in its place; `None` of one that never was current. A way back leads to the
    /// direct predecessor alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub replaced_by: Option<Generation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GenerationRole {
    /// Waits to be proven and made current.
    Incoming,
    /// Was current, and is kept until the provider no longer takes it.
    Outgoing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RotationReason {
    /// Both work for a while.
    Routine,
    /// Somebody else may have the old ones, so they end at once.
    Compromise,
}

impl Connection {
    /// What waits to be made current.
    pub fn incoming(&self) -> Option<&HeldGeneration> {
        (self.generations.iter()).find(|held| held.role == GenerationRole::Incoming)
    }

    /// What was current last and still has not been forgotten.
    pub fn outgoing(&self) -> Option<&HeldGeneration> {
        (self.generations.iter())
            .filter(|held| held.role == GenerationRole::Outgoing)
            .max_by_key(|held| (held.since, held.generation))
    }

    /// What was current directly before what is current now, and still is held.
    pub fn predecessor(&self) -> Option<&HeldGeneration> {
        self.outgoing()
            .filter(|held| held.replaced_by == Some(self.secrets))
    }

    /// The held generation of that number.
    pub fn held(&self, generation: Generation) -> Option<&HeldGeneration> {
        (self.generations.iter()).find(|held| held.generation == generation)
    }

    /// The current credentials stay what they are under another number.
    pub fn renumber(&mut self, generation: Generation) {
        for held in &mut self.generations {
            if held.replaced_by == Some(self.secrets) {
                held.replaced_by = Some(generation);
            }
        }
        self.secrets = generation;
    }

    /// The connection as it is, or would be, with the secrets of `held`.
    #[must_use]
    pub fn with_generation(&self, held: &HeldGeneration) -> Self {
        Self {
            secrets: held.generation,
            signing: held.signing.clone(),
            ..self.clone()
        }
    }

    /// Every generation that the vault has to keep for it.
    pub fn named_generations(&self) -> impl Iterator<Item = Generation> + '_ {
        let held = self.generations.iter().map(|held| held.generation);
        held.chain([self.secrets])
    }

    /// A number that no generation of it ever had.
    pub fn unused_generation(&self) -> Generation {
        let named = self.named_generations().chain(self.newest_generation);
        named.fold(self.secrets, Generation::max).next()
    }

    /// Makes the held `generation` current and holds the current one in its place, in the role that
    /// `left` describes. `false` when nothing of that number is held.
    pub fn exchange(&mut self, generation: Generation, left: Leaving) -> bool {
        let Some(place) = (self.generations.iter()).position(|held| held.generation == generation)
        else {
            return false;
        };
        let newest = self.named_generations().chain(self.newest_generation).max();
        let coming = self.generations.remove(place);
        self.generations.push(HeldGeneration {
            generation: self.secrets,
            role: left.role,
            reason: left.reason,
            signing: self.signing.take(),
            since: left.since,
            ends_at: left.ends_at,
            replaced_by: Some(coming.generation),
        });
        self.secrets = coming.generation;
        self.signing = coming.signing;
        self.newest_generation = newest.filter(|newest| *newest != self.secrets);
        true
    }
}

/// As what the current generation stays when another takes its place.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    pub role: GenerationRole,
    pub reason: RotationReason,
    pub since: Timestamp,
    pub ends_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::connection;

    fn held(generation: u32, role: GenerationRole) -> HeldGeneration {
        HeldGeneration {
            generation: Generation(generation),
            role,
            reason: RotationReason::Routine,
            signing: None,
            since: Timestamp::UNIX_EPOCH,
            ends_at: None,
            replaced_by: None,
        }
    }

    fn left(role: GenerationRole) -> Leaving {
        Leaving {
            role,
            reason: RotationReason::Routine,
            since: Timestamp::UNIX_EPOCH,
            ends_at: None,
        }
    }

    #[test]
    fn an_exchange_and_its_way_back_leave_the_same_secrets_current() {
        let mut turning = connection();
        turning.generations.push(held(2, GenerationRole::Incoming));
        turning.newest_generation = Some(Generation(2));
        assert!(turning.exchange(Generation(2), left(GenerationRole::Outgoing)));
        assert_eq!(turning.secrets, Generation(2));
        assert_eq!(
            turning.outgoing().map(|held| held.generation),
            Some(Generation::FIRST)
        );
        assert!(turning.incoming().is_none());
        assert!(turning.exchange(Generation::FIRST, left(GenerationRole::Incoming)));
        assert_eq!(turning.secrets, Generation::FIRST);
        assert_eq!(
            turning.incoming().map(|held| held.generation),
            Some(Generation(2))
        );
        assert!(!turning.exchange(Generation(7), left(GenerationRole::Incoming)));
    }

    #[test]
    fn only_what_the_current_one_replaced_is_its_predecessor() {
        let mut turning = connection();
        turning.generations.push(held(2, GenerationRole::Incoming));
        turning.exchange(Generation(2), left(GenerationRole::Outgoing));
        let before = |connection: &Connection| connection.predecessor().map(|it| it.generation);
        assert_eq!(before(&turning), Some(Generation::FIRST));
        // Another approval of the same credentials.
        turning.renumber(Generation(3));
        assert_eq!(before(&turning), Some(Generation::FIRST));
        // They were edited.
        turning.secrets = Generation(4);
        assert_eq!(before(&turning), None);
        // Replaced once more: there is one step back, not two.
        turning.generations.push(held(5, GenerationRole::Incoming));
        turning.exchange(Generation(5), left(GenerationRole::Outgoing));
        assert_eq!(before(&turning), Some(Generation(4)));
        turning.generations.pop();
        assert_eq!(before(&turning), None);
    }

    #[test]
    fn a_number_is_not_given_twice() {
        let mut turning = connection();
        turning.generations.push(held(4, GenerationRole::Outgoing));
        assert_eq!(turning.unused_generation(), Generation(5));
        turning.generations.clear();
        turning.newest_generation = Some(Generation(9));
        assert_eq!(turning.unused_generation(), Generation(10));
    }
}
