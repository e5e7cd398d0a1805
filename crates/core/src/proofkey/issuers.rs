//! A provider from an issuer alone.

use super::{PROVIDERS, Proofkey};
use crate::error::{Code, Problem};
use crate::oauth::discovery::{self, Issuer, preset};
use crate::provider::{self, Provider};
use crate::system::files::{self, Replace};

impl Proofkey {
    /// Reads what the server `issuer` publishes of itself and makes a provider file of the user's own
    /// from it, called `id` or after the server. The new provider can be used at once. In practice the
    /// issuer is looked for at the practice server, and nowhere else.
    ///
    /// A pasted metadata address is taken for the issuer it belongs to. `DraftInvalid` when the issuer
    /// is none, the id is no name, or the server offers nothing that can be used; `AlreadyExists` when
    /// there is a provider of that id and `replace` is not set; `AuthorizationInvalid` when the
    /// metadata must not be believed; otherwise as the network or the file system fails.
    pub async fn provider_from_issuer(
        &self,
        issuer: &str,
        id: Option<&str>,
        replace: bool,
        practice: bool,
    ) -> Result<Provider, Problem> {
        let issuer = Issuer::from_pasted(issuer)?;
        let id = id.map_or_else(|| preset::suggested_id(issuer.url()), str::to_owned);
        if !replace && self.provider(&id).is_ok() {
            return Err(taken(&id));
        }
        let network = self.network(practice)?;
        let discovered = discovery::discover(&network, &issuer).await?;
        let as_of = self.host.clock.now().strftime("%Y-%m").to_string();
        let provider = preset::provider(&discovered, &id, &as_of)?;
        let text = written(&provider, discovered.url.as_str())?;
        self.keep_provider(&id, &text, replace)?;
        self.reload_catalogue();
        Ok(provider)
    }

    fn keep_provider(&self, id: &str, text: &str, replace: bool) -> Result<(), Problem> {
        let folder = self.host.config_dir.join(PROVIDERS);
        files::private_directory(&folder)?;
        let path = folder.join(format!("{id}.toml"));
        // A file with mistakes is not in the catalogue, but it is somebody's work.
        if !replace && path.exists() {
            return Err(taken(id));
        }
        let replace = if replace {
            Replace::Existing
        } else {
            Replace::Never
        };
        Ok(files::write_private(&path, text.as_bytes(), replace)?)
    }
}

/// The file's text, after it was read back as any provider file is: what a server publishes may be
/// more than a provider file can say.
fn written(provider: &Provider, metadata: &str) -> Result<String, Problem> {
    let id = &provider.id;
    let tables = toml::to_string_pretty(provider).map_err(|fault| {
        Problem::new(
            Code::Internal,
            format!("The provider file could not be written: {fault}."),
            "Report it with the address of the server.",
        )
    })?;
    let text = format!(
        "# Made by Proofkey from the metadata at {metadata}.\n\
         # It is an ordinary provider file and may be edited; docs/providers.md explains the keys.\n\
         {tables}"
    );
    match provider::parse(&format!("{id}.toml"), &text) {
        Ok(_) => Ok(text),
        Err(faults) => Err(faults.into_iter().next().map_or_else(
            || {
                Problem::new(
                    Code::Internal,
                    "The provider file is not one.",
                    "Report it.",
                )
            },
            |fault| {
                Problem::new(
                    Code::DraftInvalid,
                    format!(
                        "What the server publishes makes no provider file: {}",
                        fault.summary
                    ),
                    fault.remedy,
                )
                .at(fault.field)
            },
        )),
    }
}

fn taken(id: &str) -> Problem {
    Problem::new(
        Code::AlreadyExists,
        format!("There is a provider called {id} already."),
        "Choose another id, or say that the old one is to be replaced (--replace).",
    )
    .at("id")
}
