//! `proofkey providers ...` and `proofkey detect`.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::Sighting;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::{Catalogue, VariableKind};
use proofkey_core::{Code, Problem};
use serde_json::json;

use crate::args::{Detect, Global, NewProvider, Providers};
use crate::environment;
use crate::exit::Failure;
use crate::host;
use crate::output::{Output, provider_page};

pub(crate) async fn run(
    global: &Global,
    what: &Providers,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let (catalogue, problems) =
        Catalogue::load(&environment::config_dir(global)?.join("providers"));
    match what {
        Providers::List => {
            for problem in &problems {
                output.problem(problem);
            }
            let all: Vec<_> = catalogue
                .providers()
                .map(|one| json!({ "id": one.id, "name": one.name, "category": one.category, "summary": one.summary, "as_of": one.as_of }))
                .collect();
            output.data(&all, || {
                let mut text = String::new();
                for one in catalogue.providers() {
                    let _infallible =
                        writeln!(text, "{:<16} {}: {}", one.id, one.name, one.summary);
                }
                text
            })?;
        }
        Providers::Show { id } => {
            let one = catalogue.provider(id)?;
            output.data(one, || provider_page(one))?;
        }
        Providers::Check { file } => return check(&catalogue, file, output),
        Providers::New(options) => {
            return new(&host::open(global, output).await?, options, output).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a provider of the user's own and shows it.
async fn new(
    proofkey: &Proofkey,
    options: &NewProvider,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let one = proofkey
        .provider_from_issuer(
            &options.issuer,
            options.id.as_deref(),
            options.replace,
            options.practice,
        )
        .await?;
    output.data(&one, || provider_page(&one))?;
    output.talk(&format!(
        "Kept as the provider {}. To connect to it: proofkey connection add NAME --provider {}{}",
        one.id,
        one.id,
        if options.practice { " --practice" } else { "" }
    ));
    Ok(ExitCode::SUCCESS)
}

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
            output.data(
                &json!({ "file": file, "id": one.id, "valid": true }),
                || {
                    format!(
                        "{} is a valid provider file for {}.",
                        file.display(),
                        one.name
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
