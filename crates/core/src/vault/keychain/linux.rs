//! Linux: the Secret Service (freedesktop.org Secret Storage Specification 0.2) over the session bus.
//!
//! The store waits without limit when the collection is locked, and says "no such item" when there is
//! no default collection. So both are asked for here first.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use keyring_core::{CredentialStore, Error};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use zbus::proxy::CacheProperties;
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

/// How long a prompt may take to go away once nobody waits for it.
const DISMISSAL: Duration = Duration::from_secs(1);

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

/// The bus, as far as it was needed yet.
#[derive(Default)]
pub(super) struct Access {
    bus: Option<(Runtime, Connection)>,
}

impl Access {
    /// Checks that there is a keychain with a default collection.
    pub(super) fn find(&mut self, until: Instant) -> Result<(), VaultError> {
        self.on_bus(until, |bus| async move {
            default_collection(&bus).await.map(drop)
        })
    }

    /// Asks the person to unlock the default collection when it is locked.
    pub(super) fn unlock(&mut self, until: Instant) -> Result<(), VaultError> {
        // The prompt needs a moment to be dismissed within the deadline.
        self.on_bus(until + DISMISSAL, move |bus| async move {
            let collection = default_collection(&bus).await?;
            if !is_locked(&bus, &collection).await? {
                return Ok(());
            }
            unlock(&bus, &collection, until).await?;
            if is_locked(&bus, &collection).await? {
                return Err(VaultError::Locked);
            }
            Ok(())
        })
    }

    fn on_bus<F>(&mut self, until: Instant, ask: impl Fn(Connection) -> F) -> Result<(), VaultError>
    where
        F: Future<Output = Result<(), VaultError>>,
    {
        let (runtime, bus) = match self.bus.take() {
            Some(open) => open,
            None => connect(until)?,
        };
        let answer = runtime.block_on(in_time(until, ask(bus.clone())));
        // A bus that failed may be gone; the next call looks for it anew.
        if !matches!(answer, Err(VaultError::Unavailable { .. })) {
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
    until: Instant,
) -> Result<(), VaultError> {
    let service = proxy(bus, SERVICE_PATH.to_owned(), "Service").await?;
    let (_unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service
        .call("Unlock", &(vec![collection],))
        .await
        .map_err(|error| said(&error))?;
    if prompt.as_str() == NOTHING {
        return Ok(());
    }
    let prompt = proxy(bus, prompt.to_string(), "Prompt").await?;
    let mut completed = prompt
        .receive_signal("Completed")
        .await
        .map_err(|error| said(&error))?;
    // We know no window to put it before.
    let (): () = prompt
        .call("Prompt", &("",))
        .await
        .map_err(|error| said(&error))?;
    let patience = until.saturating_duration_since(Instant::now());
    let Ok(signal) = timeout(patience, completed.next()).await else {
        // It would stay on the screen although nobody waits for it any more.
        let (): () = prompt
            .call("Dismiss", &())
            .await
            .map_err(|error| said(&error))?;
        return Err(VaultError::Locked);
    };
    let signal = signal.ok_or_else(|| unavailable("the keychain went away".to_owned()))?;
    let (dismissed, _result): (bool, OwnedValue) =
        signal.body().deserialize().map_err(|error| said(&error))?;
    if dismissed {
        Err(VaultError::Denied)
    } else {
        Ok(())
    }
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
