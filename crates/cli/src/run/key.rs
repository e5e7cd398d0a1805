//! `proofkey key ...`

use std::fmt::Write;
use std::process::ExitCode;

use proofkey_core::border::{KeptKeys, KeyView, NewKey as Asked};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::{Code, Problem};
use serde_json::json;

use crate::args::{Key, NewKey, PublicForm};
use crate::exit::Failure;
use crate::output::{Output, key_list, key_page};
use crate::prompt;

pub(crate) async fn run(
    proofkey: &Proofkey,
    what: &Key,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Key::New(options) => new(proofkey, options, output).await?,
        Key::List => list(&proofkey.kept_keys()?, output)?,
        Key::Show { name, public } => {
            let key = proofkey.public_key(name).await?;
            print(&key, *public, output)?;
        }
        Key::Remove { name, yes } => remove(proofkey, name, *yes, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn new(proofkey: &Proofkey, options: &NewKey, output: &Output) -> Result<(), Failure> {
    let key = proofkey
        .make_key(Asked {
            name: options.name.clone().unwrap_or_default(),
            algorithm: options.algorithm.map(Into::into),
            key_id: options.key_id.clone(),
            for_connection: options.for_connection.clone(),
        })
        .await?;
    output.talk(&format!(
        "Made “{}” for {}. The private part is in the vault and stays there.",
        key.name,
        key.algorithm.name()
    ));
    print(&key, options.public, output)?;
    output.talk(&next_step(proofkey, &key)?);
    Ok(())
}

/// A key that is in use goes on working until its successor is proven, so it is rotated and not edited over.
fn next_step(proofkey: &Proofkey, key: &KeyView) -> Result<String, Failure> {
    let id = &key.id;
    let then = match &key.for_connection {
        None => format!("proofkey connection add NAME --provider ID --key {id}"),
        Some(connection) if proofkey.find(connection)?.signing.is_some() => {
            format!("proofkey rotate begin {connection} --key {id}")
        }
        Some(connection) => format!("proofkey connection edit {connection} --key {id}"),
    };
    Ok(format!(
        "Register the public part at the provider. Then run \"{then}\"."
    ))
}

fn print(key: &KeyView, form: Option<PublicForm>, output: &Output) -> Result<(), Failure> {
    match form {
        Some(PublicForm::Jwk) => output.raw(&key.jwk),
        Some(PublicForm::Jwks) => output.raw(&key_set(&key.jwk)),
        Some(PublicForm::Pem) => output.raw(key.pem.trim_end()),
        None => output.data(key, || key_page(key)),
    }
}

/// RFC 7517 §5, with the one key.
fn key_set(jwk: &str) -> String {
    let mut text = "{\n  \"keys\": [\n".to_owned();
    for line in jwk.lines() {
        let _infallible = writeln!(text, "    {line}");
    }
    text.push_str("  ]\n}");
    text
}

fn list(kept: &KeptKeys, output: &Output) -> Result<(), Failure> {
    output.data(kept, || key_list(kept))?;
    if !kept.unreadable.is_empty() {
        output.talk("What cannot be used was left as it is.");
    }
    Ok(())
}

async fn remove(
    proofkey: &Proofkey,
    name: &str,
    yes: bool,
    output: &Output,
) -> Result<(), Failure> {
    let key = proofkey.kept_key(name)?;
    let question = format!(
        "Remove the key “{}”? Nobody can sign with it afterwards. Type {} to confirm:",
        key.name, key.id
    );
    if !yes && !prompt::confirm(&question, key.id.as_str())? {
        return Err(Problem::new(
            Code::ConfirmationMissing,
            "Nothing was removed.",
            format!("Type {} when asked, or add --yes.", key.id),
        )
        .into());
    }
    proofkey.remove_key(key.id.as_str()).await?;
    output.data(&json!({ "removed": key.id }), || {
        format!(
            "Removed “{}”. If its public part is registered at a provider, remove it there too.",
            key.name
        )
    })
}
