//! `proofkey-actor VAULT CONFIG_DIR ACTION [ARGUMENT]...`: one of several processes that use the same
//! folder and the same vault. VAULT is `keychain:MILLISECONDS` or `sealed:PATH`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proofkey_core::Problem;
use proofkey_core::Secret;
use proofkey_core::connection::custody::{self, Exchange};
use proofkey_core::connection::{
    ConnectionId, GenerationRole, HeldGeneration, Leaving, RotationReason, Store,
};
use proofkey_core::ports::Clock;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_core::vault::{CachedToken, Vault};
use proofkey_tests::{IDENTITY, SetClock, document, opened, sample};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match act(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("{:?}: {}", problem.code, problem.summary);
            ExitCode::FAILURE
        }
    }
}

fn act(words: &[&str]) -> Result<(), Problem> {
    let [vault, config_dir, action @ ..] = words else {
        panic!("say VAULT CONFIG_DIR ACTION");
    };
    let vault = open(vault)?;
    let store = Store::open(Path::new(config_dir))?;
    match action {
        ["change", id] => change_forever(&store, &*vault, &id_of(id)),
        ["rotate", id] => rotate_forever(&store, &*vault, &id_of(id)),
        ["come-and-go", id] => come_and_go_forever(&store, &*vault, &id_of(id)),
        ["count", id, times] => count(&store, &*vault, &id_of(id), number(times)),
        ["create", name, times] => create(&store, &*vault, name, number(times)),
        ["keep-draft", bytes] => store.keep_draft(&"x".repeat(number(bytes))),
        ["tokens", address, root, id] => tokens(Path::new(config_dir), vault, address, root, id),
        ["list"] => {
            println!("{}", vault.list()?.len());
            Ok(())
        }
        _ => panic!("there is no action {action:?}"),
    }
}

/// Asks for a token at each time that it is told, and says it.
fn tokens(
    config_dir: &Path,
    vault: Arc<dyn Vault>,
    address: &str,
    root: &str,
    id: &str,
) -> Result<(), Problem> {
    let clock = SetClock::at(0);
    let address = address
        .parse()
        .unwrap_or_else(|_| panic!("no address: {address}"));
    let root = std::fs::read_to_string(root).unwrap_or_else(|_| panic!("no root: {root}"));
    let proofkey = opened(
        config_dir,
        vault,
        Arc::clone(&clock) as Arc<dyn Clock>,
        address,
        &root,
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|_| panic!("no runtime"));
    println!("ready");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        clock.set(line.parse().unwrap_or(0));
        match runtime.block_on(proofkey.access_token(id, 60)) {
            Ok(token) => println!("{}", token.access_token.expose()),
            Err(problem) => println!("{:?}: {}", problem.code, problem.summary),
        }
    }
    Ok(())
}

fn open(vault: &str) -> Result<Arc<dyn Vault>, Problem> {
    Ok(match vault.split_once(':') {
        Some(("keychain", deadline)) => {
            let deadline = u64::try_from(number(deadline)).unwrap_or(u64::MAX);
            Arc::new(Keychain::open(Duration::from_millis(deadline))?)
        }
        Some(("sealed", path)) => {
            let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
            Arc::new(SealedFile::open(Path::new(path), &key)?)
        }
        _ => panic!("there is no vault {vault}"),
    })
}

/// Changes name and secret together: the name says which secret belongs to it.
fn change_forever(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Result<(), Problem> {
    println!("ready");
    loop {
        let mut connection = store.load(id)?;
        let next = connection.secrets.next();
        connection.name = format!("name {}", next.0);
        let secrets = document(&format!("secret {}", next.0));
        custody::save_with_secrets(
            store,
            vault,
            &connection,
            &secrets,
            Some(connection.secrets),
        )?;
    }
}

/// Replaces the secrets by way of a second generation, whose secret says its number.
fn rotate_forever(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Result<(), Problem> {
    println!("ready");
    let role = |role| Leaving {
        role,
        reason: RotationReason::Routine,
        since: Timestamp::UNIX_EPOCH,
        ends_at: None,
    };
    loop {
        let connection = store.load(id)?;
        if let Some(waiting) = connection.incoming() {
            let switch = Exchange {
                generation: waiting.generation,
                left: role(GenerationRole::Outgoing),
                moves_approval: false,
            };
            custody::exchange_generations(store, vault, &connection, &switch)?;
        } else if let Some(old) = connection.outgoing() {
            custody::drop_generation(store, vault, &connection, old.generation)?;
        } else {
            let number = connection.unused_generation();
            let secrets = document(&format!("secret {}", number.0));
            let waiting = HeldGeneration {
                generation: number,
                role: GenerationRole::Incoming,
                reason: RotationReason::Routine,
                signing: None,
                since: Timestamp::UNIX_EPOCH,
                ends_at: None,
                replaced_by: None,
            };
            custody::hold_generation(store, vault, &connection, waiting, &secrets)?;
        }
    }
}

fn come_and_go_forever(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Result<(), Problem> {
    println!("ready");
    loop {
        let mut connection = sample(id.as_str());
        "name 1".clone_into(&mut connection.name);
        let saved =
            custody::save_with_secrets(store, vault, &connection, &document("secret 1"), None)?;
        custody::remove_with_secrets(store, vault, &saved.id)?;
    }
}

/// Adds one to a number in the file and to one in the vault, again and again.
fn count(store: &Store, vault: &dyn Vault, id: &ConnectionId, times: usize) -> Result<(), Problem> {
    for _ in 0..times {
        store.edit(id, |connection| {
            let counted = connection.variables.entry("count".to_owned()).or_default();
            *counted = (number(counted) + 1).to_string();
            Ok(())
        })?;
        custody::renew_document(store, vault, &store.load(id)?, |document| {
            let before = document.cached_token.take();
            let counted = before.map_or(0, |token| number(token.access_token.expose()));
            document.cached_token = Some(CachedToken {
                access_token: Secret::new((counted + 1).to_string()),
                expires_at: None,
                scopes: None,
                obtained_at: None,
                api_base: None,
            });
        })?;
    }
    Ok(())
}

fn create(store: &Store, vault: &dyn Vault, name: &str, times: usize) -> Result<(), Problem> {
    for number in 0..times {
        // Signs that an id leaves out: other names, and the same id is wanted for each.
        let name = format!("{name}{}", "?".repeat(number));
        let secrets = document("secret 1");
        let saved = custody::save_with_secrets(store, vault, &sample(&name), &secrets, None)?;
        println!("{}", saved.id);
    }
    Ok(())
}

fn id_of(text: &str) -> ConnectionId {
    ConnectionId::from_name(text)
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}
