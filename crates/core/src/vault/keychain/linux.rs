//! Linux: the Secret Service (freedesktop.org Secret Storage Specification 0.2) over the session bus.
//!
//! The store waits without limit when the collection is locked, and says "no such item" when there is
//! no default collection. So both are asked for here first.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{FutureExt, StreamExt};
use keyring_core::{CredentialStore, Error};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use zbus::proxy::{CacheProperties, SignalStream};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, Proxy};
use zbus_secret_service_keyring_store::Store;

use super::super::VaultError;
use super::{SERVICE, unavailable};

pub(super) const NAME: &str = "System keychain (Secret Service)";
pub(super) const PROTECTION: &str =
    "Unlocked with your login; programs you run can ask for its items.";
pub(super) const ITEM_LIMIT: Option<usize> = None;
pub(super) const QUERY: (&str, &str) = ("service", SERVICE);

const BUS_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";

/// What a keychain says that has nothing to unlock, or no collection of that alias.
const NOTHING: &str = "/";

/// How much longer than the person's time to answer the asking as a whole may take.
const MARGIN: Duration = Duration::from_secs(1);

/// The store talks over a session that is encrypted by a Diffie-Hellman exchange, so that secrets
/// cannot be read off the bus.
pub(super) fn store() -> Result<Arc<CredentialStore>, Error> {
    let store: Arc<CredentialStore> = Store::new()?;
    Ok(store)
}

/// The label is what people see in their keychain program.
pub(super) fn modifiers(account: &str) -> Vec<(&'static str, String)> {
    vec![("label", format!("Proofkey ({account})"))]
}

/// The bus, as far as it was needed yet, and the prompt that we put on the screen.
pub(super) struct Access {
    bus: Option<(Runtime, Connection)>,
    prompt: Prompt,
    /// What looking for the keychain found, for the first call after it.
    found: Option<OwnedObjectPath>,
}

/// What a prompt says when it is answered. One that was not answered in time stays on the screen, and
/// the next call waits for the same one: neither its method Dismiss nor the end of our connection
/// takes it away safely (the first makes gnome-keyring 42 abort by an assertion in
/// gkd-secret-unlock.c, and with it every program's session).
type Prompt = Option<SignalStream<'static>>;

impl Access {
    pub(super) fn new() -> Self {
        Self {
            bus: None,
            prompt: None,
            found: None,
        }
    }

    /// Checks that there is a keychain with a default collection.
    pub(super) fn find(&mut self, until: Instant) -> Result<(), VaultError> {
        self.found = Some(self.on_bus(until, async |bus, _| default_collection(bus).await)?);
        Ok(())
    }

    /// Asks the person to unlock the default collection when it is locked.
    pub(super) fn unlock(&mut self, until: Instant) -> Result<(), VaultError> {
        let found = self.found.take();
        self.on_bus(until + MARGIN, async |bus, prompt| {
            let collection = match found {
                Some(found) => found,
                None => default_collection(bus).await?,
            };
            if !is_locked(bus, &collection).await? {
                *prompt = None;
                return Ok(());
            }
            unlock(bus, &collection, prompt, until).await?;
            if is_locked(bus, &collection).await? {
                return Err(VaultError::Locked);
            }
            Ok(())
        })
    }

    fn on_bus<T>(
        &mut self,
        until: Instant,
        ask: impl AsyncFnOnce(&Connection, &mut Prompt) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let (runtime, bus) = match self.bus.take() {
            Some(open) => open,
            None => connect(until)?,
        };
        let answer = runtime.block_on(in_time(until, ask(&bus, &mut self.prompt)));
        if matches!(answer, Err(VaultError::Unavailable { .. })) {
            // The bus may be gone, and the prompt with it; the next call looks for both anew.
            self.prompt = None;
        } else {
            self.bus = Some((runtime, bus));
        }
        answer
    }
}

fn connect(until: Instant) -> Result<(Runtime, Connection), VaultError> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unavailable(format!("it could not be waited for: {error}")))?;
    let bus = runtime.block_on(in_time(until, async {
        Connection::session()
            .await
            .map_err(|error| unavailable(format!("there is no session bus ({error})")))
    }))?;
    Ok((runtime, bus))
}

async fn in_time<T>(
    until: Instant,
    asking: impl Future<Output = Result<T, VaultError>>,
) -> Result<T, VaultError> {
    match timeout(until.saturating_duration_since(Instant::now()), asking).await {
        Ok(answer) => answer,
        Err(_) => Err(unavailable(
            "the keychain did not answer in time".to_owned(),
        )),
    }
}

async fn default_collection(bus: &Connection) -> Result<OwnedObjectPath, VaultError> {
    let service = proxy(bus, SERVICE_PATH.to_owned(), "Service").await?;
    let path: OwnedObjectPath = service
        .call("ReadAlias", &("default",))
        .await
        .map_err(|error| said(&error))?;
    if path.as_str() == NOTHING {
        return Err(unavailable(
            "the keychain has no default collection yet".to_owned(),
        ));
    }
    Ok(path)
}

async fn is_locked(bus: &Connection, collection: &OwnedObjectPath) -> Result<bool, VaultError> {
    let collection = proxy(bus, collection.to_string(), "Collection").await?;
    collection
        .get_property("Locked")
        .await
        .map_err(|error| said(&error))
}

async fn unlock(
    bus: &Connection,
    collection: &OwnedObjectPath,
    prompt: &mut Prompt,
    until: Instant,
) -> Result<(), VaultError> {
    // What was answered while nobody waited says nothing about this call.
    if let Some(earlier) = prompt
        && earlier.next().now_or_never().is_some()
    {
        *prompt = None;
    }
    if prompt.is_none() {
        *prompt = show_prompt(bus, collection).await?;
    }
    let Some(completed) = prompt else {
        return Ok(());
    };
    let patience = until.saturating_duration_since(Instant::now());
    let Ok(signal) = timeout(patience, completed.next()).await else {
        return Err(VaultError::Locked);
    };
    *prompt = None;
    let signal = signal.ok_or_else(|| unavailable("the keychain went away".to_owned()))?;
    let (dismissed, _result): (bool, OwnedValue) =
        signal.body().deserialize().map_err(|error| said(&error))?;
    if dismissed {
        return Err(VaultError::Denied);
    }
    Ok(())
}

/// `None` when the keychain could be unlocked without asking.
async fn show_prompt(bus: &Connection, collection: &OwnedObjectPath) -> Result<Prompt, VaultError> {
    let service = proxy(bus, SERVICE_PATH.to_owned(), "Service").await?;
    let (_unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service
        .call("Unlock", &(vec![collection],))
        .await
        .map_err(|error| said(&error))?;
    if prompt.as_str() == NOTHING {
        return Ok(None);
    }
    let prompt = proxy(bus, prompt.to_string(), "Prompt").await?;
    let completed = prompt
        .receive_signal("Completed")
        .await
        .map_err(|error| said(&error))?;
    // We know no window to put it before.
    let (): () = prompt
        .call("Prompt", &("",))
        .await
        .map_err(|error| said(&error))?;
    Ok(Some(completed))
}

async fn proxy(
    bus: &Connection,
    path: String,
    interface: &str,
) -> Result<Proxy<'static>, VaultError> {
    zbus::proxy::Builder::<Proxy<'static>>::new(bus)
        .destination(BUS_NAME)
        .and_then(|builder| builder.path(path))
        .and_then(|builder| builder.interface(format!("org.freedesktop.Secret.{interface}")))
        .map_err(|error| said(&error))?
        .cache_properties(CacheProperties::No)
        .build()
        .await
        .map_err(|error| said(&error))
}

fn said(error: &zbus::Error) -> VaultError {
    unavailable(format!(
        "there is no keychain on the session bus, or it failed ({error})"
    ))
}
