//! `proofkey providers ...` and `proofkey detect`.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::{ProviderView, Sighting};
use proofkey_core::ports::Clock as _;
use proofkey_core::proofkey::{Addresses, Proofkey};
use proofkey_core::provider::{self, Catalogue, Provider, VariableKind};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::{Code, Problem};
use serde_json::json;

use crate::args::{Detect, Global, NewProvider, Providers};
use crate::environment;
use crate::exit::Failure;
use crate::host;
use crate::output::{Output, provider_list, provider_page};

pub(crate) async fn run(
    global: &Global,
    what: &Providers,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let folder = environment::config_dir(global)?.join("providers");
    let (catalogue, problems) = Catalogue::load(&folder);
    match what {
        Providers::List => {
            for problem in &problems {
                output.problem(problem);
            }
            let all = catalogue.views(SystemClock.now());
            output.data(&all, || provider_list(&all))?;
            output.talk(FROM_AN_ISSUER);
            Ok(ExitCode::SUCCESS)
        }
        Providers::Show { id } => {
            let view = one(&catalogue, id)?;
            output.data(&view, || {
                provider_page(&view.provider, Some(&view.origin), &view.warnings)
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Providers::Schema => {
            output.raw(&provider::provider_file())?;
            Ok(ExitCode::SUCCESS)
        }
        Providers::Check { file } => check(&catalogue, file, output),
        Providers::New(options) => new(&host::open(global, output).await?, options, output).await,
    }
}

/// The provider of that id, or a problem that names those there are.
fn one(catalogue: &Catalogue, id: &str) -> Result<ProviderView, Failure> {
    catalogue.provider(id).map_err(or_make_one)?;
    let found = catalogue
        .views(SystemClock.now())
        .into_iter()
        .find(|view| view.provider.id == id);
    found.ok_or_else(|| Failure::internal("the catalogue changed meanwhile"))
}

const FROM_AN_ISSUER: &str = "Any other server that publishes its metadata, as OpenID Connect has it, becomes a provider by \
     \"proofkey providers new --issuer URL\".";

/// Core names the providers there are; only this door knows how to make another.
pub(super) fn or_make_one(problem: Problem) -> Problem {
    if problem.code != Code::NotFound {
        return problem;
    }
    Problem {
        remedy: format!("{} {FROM_AN_ISSUER}", problem.remedy),
        ..problem
    }
}

/// Makes a provider of the user's own and shows it.
async fn new(
    proofkey: &Proofkey,
    options: &NewProvider,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let made = made(proofkey, options).await?;
    let view = one(&proofkey.catalogue(), &made.id)?;
    output.data(&view.provider, || {
        provider_page(&view.provider, Some(&view.origin), &view.warnings)
    })?;
    let id = &made.id;
    output.talk(&format!(
        "Kept as the provider {id}. To connect to it: proofkey connection add NAME --provider {id}{}",
        if options.practice { " --practice" } else { "" }
    ));
    Ok(ExitCode::SUCCESS)
}

async fn made(proofkey: &Proofkey, options: &NewProvider) -> Result<Provider, Failure> {
    let id = options.id.as_deref();
    let made = match (&options.issuer, &options.from, &options.token_url, id) {
        (Some(issuer), ..) => {
            proofkey
                .provider_from_issuer(issuer, id, options.replace, options.practice)
                .await?
        }
        (None, Some(base), _, Some(id)) => {
            proofkey.provider_from_base(base, id, options.replace)?
        }
        (None, None, Some(token_url), Some(id)) => {
            let addresses = Addresses {
                token_url,
                authorization_url: options.authorization_url.as_deref(),
                api_base: options.api_base.as_deref().unwrap_or_default(),
            };
            proofkey.provider_from_addresses(&addresses, id, options.replace)?
        }
        _ => {
            return Err(Failure::invalid(
                "Nothing says what the provider is made from.",
                "Give --issuer, --from with --id, or --token-url with --api-base and --id.",
            ));
        }
    };
    Ok(made)
}

/// Names every mistake of a file, or shows what it makes together with what it extends.
fn check(catalogue: &Catalogue, file: &Path, output: &Output) -> Result<ExitCode, Failure> {
    let bytes = proofkey_core::system::files::read_bounded(file, 1 << 20)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Failure::invalid(
            format!("{} is not a text file.", file.display()),
            "A provider file is TOML in UTF-8.",
        )
    })?;
    match catalogue.parse(&file.display().to_string(), text) {
        Ok(one) => {
            let warnings = provider::warnings(&one, SystemClock.now());
            output.data(
                &json!({ "file": file, "id": one.id, "valid": true, "provider": one }),
                || {
                    format!(
                        "{} is a valid provider file for {}.\n\n{}",
                        file.display(),
                        one.name,
                        provider_page(&one, None, &warnings)
                    )
                },
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(found) => {
            let problems: Vec<Problem> = found
                .into_iter()
                .map(|one| {
                    Problem::new(
                        Code::DraftInvalid,
                        format!("{}:{}:{}: {}", one.file, one.line, one.column, one.summary),
                        one.remedy,
                    )
                    .at(one.field)
                })
                .collect();
            Err(problems.into())
        }
    }
}

/// Asks all regions for an account and prints what each said.
pub(crate) async fn detect(
    proofkey: &Proofkey,
    options: &Detect,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let one = &proofkey.provider(&options.provider)?;
    if one.detection.is_none()
        || !one
            .variables
            .iter()
            .any(|one| one.kind == VariableKind::HostLabel)
    {
        return Err(Failure::invalid(
            format!("{} has no regions that could be asked.", one.name),
            "Give its address yourself.",
        ));
    }
    let located = proofkey.locate(&options.provider, &options.account)?;
    let Some(account) = located.account else {
        for finding in &located.findings {
            output.finding(finding);
        }
        return Err(Failure::invalid(
            "This is not an account name.",
            "Type the account name, for example acme, or paste an address of the account.",
        ));
    };
    let sightings = proofkey
        .detect_regions(&options.provider, &account, options.practice)
        .await?;
    output.data(&sightings, || {
        let mut text = String::new();
        for one in &sightings {
            let sign = match one.sighting {
                Sighting::Found => "✔",
                Sighting::Absent => "–",
                Sighting::Unclear => "?",
            };
            let _infallible = writeln!(
                text,
                " {sign} {:<8} {:<22} {}",
                one.region, one.label, one.detail
            );
        }
        text
    })?;
    let found = sightings.iter().any(|one| one.sighting == Sighting::Found);
    Ok(if found {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(crate::exit::WANTING)
    })
}
