//! A provider of the user's own: from an issuer alone, on top of another, or from addresses.

mod by_hand;

pub use by_hand::Addresses;

use std::path::PathBuf;

use url::Url;

use super::{PROVIDERS, Proofkey};
use crate::error::{Code, Problem};
use crate::oauth::discovery::{self, Issuer, preset};
use crate::provider::{self, Catalogue, FileProblem, Provider};
use crate::system::files::{self, Replace};
use crate::wording::clean;

impl Proofkey {
    /// Reads what the server `issuer` publishes of itself and makes a provider file of the user's own
    /// from it, called `id` or after the server. The new provider can be used at once. In practice the
    /// issuer is looked for at the practice server, and nowhere else.
    ///
    /// A pasted metadata address is taken for the issuer it belongs to. `DraftInvalid` when the issuer
    /// is none, the id is no name, or the server offers nothing that can be used; `AlreadyExists` when
    /// there is a provider of that id and `replace` is not set, or when the person's own file of that id
    /// is about another issuer; `AuthorizationInvalid` when the
    /// metadata must not be believed; otherwise as the network or the file system fails.
    pub async fn provider_from_issuer(
        &self,
        issuer: &str,
        id: Option<&str>,
        replace: bool,
        practice: bool,
    ) -> Result<Provider, Problem> {
        let issuer = Issuer::from_pasted(issuer)?;
        let id = id.map_or_else(|| made_up_id(issuer.url()), str::to_owned);
        if !replace && self.provider(&id).is_ok() {
            return Err(taken(&id));
        }
        let network = self.network(practice)?;
        let discovered = discovery::discover(&network, &issuer).await?;
        let as_of = self.host.clock.now().strftime("%Y-%m").to_string();
        let provider = preset::provider(&discovered, &id, &as_of)?;
        let text = written(&provider, discovered.url.as_str())?;
        if self.own_file(&id).exists() {
            self.refuse_another_issuer(&provider)?;
        }
        self.keep_provider(&id, &text, replace)?;
        self.reload_catalogue();
        Ok(provider)
    }

    /// Makes a provider file of the user's own that extends `from` and says nothing else yet. With the
    /// same id it takes the place of a built-in provider. `NotFound` when there is no provider `from`;
    /// otherwise as [`Proofkey::provider_from_issuer`].
    pub fn provider_from_base(
        &self,
        from: &str,
        id: &str,
        replace: bool,
    ) -> Result<Provider, Problem> {
        let base = self.provider(from)?;
        if !replace && from != id && self.provider(id).is_ok() {
            return Err(taken(id));
        }
        self.keep_own(id, &by_hand::on_top_of(&base, id), replace)
    }

    /// Makes a provider file of the user's own from addresses that were typed. Without
    /// `authorization_url` nobody can approve there, and only client credentials are offered. As
    /// [`Proofkey::provider_from_issuer`] otherwise.
    pub fn provider_from_addresses(
        &self,
        addresses: &Addresses<'_>,
        id: &str,
        replace: bool,
    ) -> Result<Provider, Problem> {
        if !replace && self.provider(id).is_ok() {
            return Err(taken(id));
        }
        let as_of = self.host.clock.now().strftime("%Y-%m").to_string();
        let text = by_hand::from_addresses(addresses, id, &as_of);
        self.keep_own(id, &text, replace)
    }

    /// Keeps a file that was read as any provider file is.
    fn keep_own(&self, id: &str, text: &str, replace: bool) -> Result<Provider, Problem> {
        let read = self.catalogue().parse(&format!("{id}.toml"), text);
        let provider = read.map_err(|faults| first(faults, "This makes no provider file"))?;
        self.keep_provider(id, text, replace)?;
        self.reload_catalogue();
        Ok(provider)
    }

    fn own_file(&self, id: &str) -> PathBuf {
        let folder = self.host.config_dir.join(PROVIDERS);
        folder.join(format!("{id}.toml"))
    }

    /// Whoever runs another server must not get the connections of this one.
    fn refuse_another_issuer(&self, made: &Provider) -> Result<(), Problem> {
        let bare = |issuer: &Option<String>| {
            let issuer = issuer.as_deref().unwrap_or_default();
            issuer.trim_end_matches('/').to_owned()
        };
        let present = self.provider(&made.id).ok();
        let present = present.map(|present| bare(&present.endpoints.issuer));
        if present.as_ref() == Some(&bare(&made.endpoints.issuer)) {
            return Ok(());
        }
        let (id, issuer) = (&made.id, present.unwrap_or_default());
        let summary = match issuer.as_str() {
            "" => format!("The file of the provider {id} names no issuer that could be compared."),
            issuer => {
                let issuer = clean(issuer, 200);
                format!("The provider {id} is for another issuer: {issuer}.")
            }
        };
        Err(Problem::new(
            Code::AlreadyExists,
            summary,
            format!("Choose another id (--id), or remove {id}.toml from your providers first."),
        )
        .at("id"))
    }

    fn keep_provider(&self, id: &str, text: &str, replace: bool) -> Result<(), Problem> {
        files::private_directory(&self.host.config_dir.join(PROVIDERS))?;
        let path = self.own_file(id);
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

/// An id that nobody chose never takes the place of a built-in provider.
fn made_up_id(issuer: &Url) -> String {
    let mut id = preset::suggested_id(issuer);
    if Catalogue::built_in().provider(&id).is_ok() {
        id.push_str("-own");
    }
    id
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
        Err(faults) => Err(first(
            faults,
            "What the server publishes makes no provider file",
        )),
    }
}

/// The first of the faults as a problem.
fn first(faults: Vec<FileProblem>, what: &str) -> Problem {
    match faults.into_iter().next() {
        Some(fault) => Problem::new(
            Code::DraftInvalid,
            format!("{what}: {}", fault.summary),
            fault.remedy,
        )
        .at(fault.field),
        None => Problem::new(Code::Internal, format!("{what}."), "Report it."),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_nobody_chose_is_never_that_of_a_built_in_provider() {
        for (issuer, id) in [
            ("https://okta/", "okta-own"),
            ("https://zendesk", "zendesk-own"),
            ("https://id.example.com", "id-example-com"),
        ] {
            let issuer = Url::parse(issuer).unwrap();
            assert_eq!(made_up_id(&issuer), id);
        }
    }
}
