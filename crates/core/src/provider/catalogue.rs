//! All providers: those built in, and those in the person's own folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use super::asking::suggested_scopes;
use super::deadline::warnings;
use super::file::{FileProblem, LARGEST_FILE, read};
use super::layers::{Source, Sources};
use super::schema::{Grant, Provider};
use crate::border::{ProviderOrigin, ProviderView};
use crate::error::{Code, Problem};
use crate::system::files::read_ruling;

/// Name and text of each file of the folder `providers` that is listed.
macro_rules! built_in {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../../../providers/", $name)))),*]
    };
}

const BUILT_IN: &[(&str, &str)] = built_in![
    "api-key.toml",
    "auth0.toml",
    "custom-oauth.toml",
    "dataverse.toml",
    "entra.toml",
    "freshdesk.toml",
    "google.toml",
    "http-basic.toml",
    "hubspot.toml",
    "intercom.toml",
    "keycloak.toml",
    "none.toml",
    "okta-custom.toml",
    "okta.toml",
    "pipedrive.toml",
    "salesforce.toml",
    "servicenow.toml",
    "shopify.toml",
    "slack-user.toml",
    "slack.toml",
    "talkdesk.toml",
    "zendesk-token.toml",
    "zendesk.toml",
    "zoho-crm.toml",
];

/// Providers by id.
#[derive(Clone, Debug)]
pub struct Catalogue {
    entries: BTreeMap<String, Entry>,
    sources: Sources,
}

#[derive(Clone, Debug)]
struct Entry {
    provider: Arc<Provider>,
    origin: ProviderOrigin,
}

impl Catalogue {
    /// The providers that come with Proofkey.
    pub fn built_in() -> Self {
        // The embedded files are the same for as long as the program runs.
        static READ: LazyLock<Catalogue> = LazyLock::new(Catalogue::read_built_in);
        READ.clone()
    }

    fn read_built_in() -> Self {
        let mut catalogue = Self {
            entries: BTreeMap::new(),
            sources: built_in_sources(),
        };
        for source in catalogue.sources.built_in.values() {
            // A test proves that every embedded file is valid, so none is left out here.
            if let Ok(provider) = read(&catalogue.sources, source) {
                let entry = Entry {
                    provider: Arc::new(provider),
                    origin: ProviderOrigin::BuiltIn,
                };
                catalogue.entries.insert(entry.provider.id.clone(), entry);
            }
        }
        catalogue
    }

    /// The built-in providers, with every `*.toml` of `user_dir` added to them or, for the same id, put
    /// in their place.
    ///
    /// A folder that does not exist is an empty one. A file that cannot be read or is wrong is left out
    /// and reported, one problem for each thing wrong; the others are loaded. Of the files that extend
    /// a wrong one, each is reported once.
    pub fn load(user_dir: &Path) -> (Self, Vec<Problem>) {
        let mut catalogue = Self::built_in();
        let mut problems = Vec::new();
        let files = match toml_files(user_dir) {
            Ok(files) => files,
            Err(problem) => return (catalogue, vec![problem]),
        };
        for file in &files {
            match read_text(file) {
                Ok(text) => catalogue.sources.add(&name_of(file), text),
                Err(problem) => problems.push(problem),
            }
        }
        for file in files {
            let id = file.file_stem().unwrap_or_default().to_string_lossy();
            let Some(source) = catalogue.sources.own.get(id.as_ref()) else {
                continue;
            };
            match read(&catalogue.sources, source) {
                Ok(provider) => catalogue.add(provider, &file),
                Err(found) => problems.extend(found.into_iter().map(Problem::from)),
            }
        }
        (catalogue, problems)
    }

    /// Reads a provider file that is not in the catalogue, or not yet, as [`parse`](super::parse) does;
    /// it may extend whatever the catalogue holds.
    pub fn parse(&self, file_name: &str, text: &str) -> Result<Provider, Vec<FileProblem>> {
        let mut sources = self.sources.clone();
        let top = Source::own(file_name, text.to_owned());
        // What extends the file by its id extends this text, not an older one in the folder.
        sources.own.insert(top.id().to_owned(), top.clone());
        read(&sources, &top)
    }

    /// The provider of that id, or a problem that names those there are.
    pub fn provider(&self, id: &str) -> Result<&Provider, Problem> {
        self.entry(id).map(Arc::as_ref)
    }

    /// As [`Catalogue::provider`], to keep while the catalogue may be read anew.
    pub fn shared(&self, id: &str) -> Result<Arc<Provider>, Problem> {
        self.entry(id).cloned()
    }

    /// All providers, by id.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.origins().map(|(provider, _)| provider)
    }

    /// All providers with where each came from, by id.
    pub fn origins(&self) -> impl Iterator<Item = (&Provider, &ProviderOrigin)> {
        self.entries
            .values()
            .map(|entry| (entry.provider.as_ref(), &entry.origin))
    }

    /// All providers by id, with where each came from and what is due at `now`.
    pub fn views(&self, now: Timestamp) -> Vec<ProviderView> {
        self.origins()
            .map(|(provider, origin)| ProviderView {
                warnings: warnings(provider, now),
                suggested: suggested(provider),
                provider: provider.clone(),
                origin: origin.clone(),
            })
            .collect()
    }

    fn add(&mut self, provider: Provider, file: &Path) {
        let path = file.display().to_string();
        let replaces = self
            .entries
            .get(&provider.id)
            .is_some_and(|entry| entry.origin == ProviderOrigin::BuiltIn);
        let origin = if replaces {
            ProviderOrigin::Replacement { path }
        } else {
            ProviderOrigin::Own { path }
        };
        let provider = Arc::new(provider);
        let entry = Entry {
            provider: Arc::clone(&provider),
            origin,
        };
        self.entries.insert(provider.id.clone(), entry);
    }

    fn entry(&self, id: &str) -> Result<&Arc<Provider>, Problem> {
        self.entries
            .get(id)
            .map(|entry| &entry.provider)
            .ok_or_else(|| {
                let known: Vec<&str> = self.entries.keys().map(String::as_str).collect();
                Problem::new(
                    Code::NotFound,
                    format!("There is no provider called {}.", super::host::shown(id)),
                    format!("Choose one of: {}.", known.join(", ")),
                )
                .at("provider")
            })
    }
}

fn suggested(provider: &Provider) -> BTreeMap<Grant, Vec<String>> {
    let grants = provider.grants.iter();
    grants
        .map(|&grant| (grant, suggested_scopes(provider, grant)))
        .collect()
}

impl From<FileProblem> for Problem {
    fn from(problem: FileProblem) -> Self {
        let FileProblem {
            file,
            line,
            column,
            field,
            summary,
            remedy,
        } = problem;
        let summary = format!("{file}, line {line}, column {column}: {summary}");
        let problem = Self::new(Code::DraftInvalid, summary, remedy);
        if field.is_empty() {
            problem
        } else {
            problem.at(field)
        }
    }
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(unreadable(folder, &fault)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|fault| unreadable(folder, &fault))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What may be extended: the files that come with Proofkey.
pub(super) fn built_in_sources() -> Sources {
    let mut sources = Sources::default();
    for &(name, text) in BUILT_IN {
        let source = Source {
            name: name.to_owned(),
            text: text.into(),
            own: false,
        };
        sources.built_in.insert(source.id().to_owned(), source);
    }
    sources
}

impl Sources {
    fn add(&mut self, name: &str, text: String) {
        let source = Source::own(name, text);
        self.own.insert(source.id().to_owned(), source);
    }
}

/// One that everybody may write is refused: it decides where secrets go. At most one byte more than a provider file
/// may have, so that a larger one is recognised.
fn read_text(path: &Path) -> Result<String, Problem> {
    let (bytes, _of_the_group) = read_ruling(path, LARGEST_FILE + 1)?;
    let text = std::str::from_utf8(&bytes);
    text.map(str::to_owned).map_err(|_| {
        Problem::new(
            Code::FileFailed,
            format!("{} is no text.", path.display()),
            "Save it as UTF-8.",
        )
    })
}

fn unreadable(path: &Path, fault: &std::io::Error) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("{} could not be read: {fault}.", path.display()),
        "Check that the file is there and that you may read it.",
    )
}
