//! Data and account in, addresses out.

use std::collections::BTreeMap;

use url::Url;

use super::schema::{Grant, Provider, Region, Variable, VariableKind};
use super::template::{Template, Value, filled_path};
use super::values::{self, examine, label_finding};
use crate::connection::{Finding, ResolvedEndpoints, Severity};
use crate::error::{Code, Problem};

/// The endpoints of `provider` for these variables (rules I1 to I3).
///
/// Account names and typed hosts are checked, region values come from the provider's own table, and
/// every address is parsed again and compared with the parts it was made of. An address made of an
/// optional variable that is empty is left out. All blocking findings come back at once when there are
/// any.
pub fn resolve(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
) -> Result<ResolvedEndpoints, Vec<Finding>> {
    let examined = examine(provider, variables);
    let blocking: Vec<Finding> = examined
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Blocking)
        .collect();
    if !blocking.is_empty() {
        return Err(blocking);
    }
    let fill = |field: &str, template: &str| {
        filled(template, &examined.values)
            .map_err(|fault| vec![unfillable(provider, field, &fault)])
    };
    let optional = |field: &str, template: Option<&String>| {
        let wanted = |template: &&String| left_empty(provider, template, variables).is_none();
        let template = template.filter(wanted);
        template.map(|template| fill(field, template)).transpose()
    };
    let endpoints = &provider.endpoints;
    Ok(ResolvedEndpoints {
        token: optional("token", endpoints.token.as_ref())?,
        api_base: fill("api_base", &endpoints.api_base)?,
        authorization: optional("authorization", endpoints.authorization.as_ref())?,
        jwks: optional("jwks", endpoints.jwks.as_ref())?,
        revocation: optional("revocation", endpoints.revocation.as_ref())?,
        introspection: optional("introspection", endpoints.introspection.as_ref())?,
        userinfo: optional("userinfo", endpoints.userinfo.as_ref())?,
        pushed_authorization: optional(
            "pushed_authorization",
            endpoints.pushed_authorization.as_ref(),
        )?,
        issuer: optional("issuer", endpoints.issuer.as_ref())?
            .map(|url| as_written(&url, endpoints.issuer.as_deref().unwrap_or_default())),
        metadata: optional("metadata", endpoints.metadata.as_ref())?,
    })
}

/// What is missing for `grant` although the variable may be left empty: the authorization endpoint, which
/// only one grant asks.
pub(crate) fn missing_for(
    provider: &Provider,
    grant: Grant,
    variables: &BTreeMap<String, String>,
) -> Option<Finding> {
    let template = provider.endpoints.authorization.as_ref()?;
    let variable = left_empty(provider, template, variables)?;
    (grant == Grant::AuthorizationCode).then(|| {
        Finding::blocking(
            format!("variables.{}", variable.name),
            format!(
                "{} is missing. It is needed where a person approves.",
                variable.label
            ),
            format!("{} Example: {}", variable.help, variable.example),
        )
    })
}

/// The optional variable that `template` names and that has no value.
fn left_empty<'a>(
    provider: &'a Provider,
    template: &str,
    variables: &BTreeMap<String, String>,
) -> Option<&'a Variable> {
    let named = |variable: &&Variable| template.contains(&format!("{{{}}}", variable.name));
    let empty = |variable: &&Variable| variables.get(&variable.name).is_none_or(String::is_empty);
    let mut optional = provider
        .variables
        .iter()
        .filter(|variable| variable.optional);
    optional.find(|variable| named(variable) && empty(variable))
}

/// A URL without a path is written with a slash; an issuer is compared byte for byte (RFC 8414 §3.3),
/// so it keeps the form of its template.
fn as_written(url: &Url, template: &str) -> String {
    let text = url.as_str();
    if template.ends_with('/') {
        return text.to_owned();
    }
    text.strip_suffix('/').unwrap_or(text).to_owned()
}

/// As [`resolve`], with the first finding as `Code::DraftInvalid` for callers that cannot show a form.
pub fn endpoints(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
) -> Result<ResolvedEndpoints, Problem> {
    resolve(provider, variables).map_err(|findings| match findings.into_iter().next() {
        Some(finding) => {
            Problem::new(Code::DraftInvalid, finding.summary, finding.remedy).at(finding.field)
        }
        None => Problem::new(
            Code::DraftInvalid,
            "The addresses of this connection could not be worked out.",
            "Open the connection, check its account and region, and validate it again.",
        ),
    })
}

/// The path of a probe with its placeholders filled in and escaped; `None` when one of them has no value,
/// so that the call cannot be made. A path can only be followed by the query that the file writes.
pub fn probe_path(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
    path: &str,
) -> Option<String> {
    let values = examine(provider, variables).values;
    filled_path(path, |name| values.get(name)).ok().flatten()
}

/// The first variable without a value among those that the path of a probe names: what keeps the call
/// from being made.
pub fn empty_variable<'a>(
    provider: &'a Provider,
    variables: &BTreeMap<String, String>,
    path: &str,
) -> Option<&'a Variable> {
    let empty = |name: &str| variables.get(name).is_none_or(String::is_empty);
    let named = |variable: &&Variable| path.contains(&format!("{{{}}}", variable.name));
    provider
        .variables
        .iter()
        .find(|variable| named(variable) && empty(&variable.name))
}

/// The region that `variables` name; `None` when the provider has no regions or the name is unknown.
pub fn region<'a>(
    provider: &'a Provider,
    variables: &BTreeMap<String, String>,
) -> Option<&'a Region> {
    let variable = provider
        .variables
        .iter()
        .find(|variable| variable.kind == VariableKind::Region)?;
    let id = variables.get(&variable.name)?;
    provider.regions.iter().find(|region| region.id == *id)
}

/// "Europe (EU)", for the region that `variables` name.
pub fn region_label<'a>(
    provider: &'a Provider,
    variables: &BTreeMap<String, String>,
) -> Option<&'a str> {
    region(provider, variables).map(|region| region.label.as_str())
}

/// The account that `variables` name; `None` where the provider tells no accounts apart by a host.
pub fn account<'a>(
    provider: &Provider,
    variables: &'a BTreeMap<String, String>,
) -> Option<&'a str> {
    let account = variables.get(&account_variable(provider)?.name)?;
    Some(account.as_str()).filter(|account| !account.is_empty())
}

/// The token endpoint of every region for these variables, with the region's label; those that need a
/// value of their own are left out.
pub fn token_servers(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
) -> Vec<(Url, String)> {
    let mut asked = provider.variables.iter();
    let Some(chooser) = asked.find(|variable| variable.kind == VariableKind::Region) else {
        return Vec::new();
    };
    let token = |region: &Region| {
        let mut variables = variables.clone();
        variables.insert(chooser.name.clone(), region.id.clone());
        let endpoints = resolve(provider, &variables).ok()?;
        Some((endpoints.token?, region.label.clone()))
    };
    provider.regions.iter().filter_map(token).collect()
}

/// The public address that tells whether `account` exists in `region`; asking it takes no secret.
///
/// A problem comes back when the account name is malformed, or when the region's own values are not
/// enough, as for a region whose hosts are typed by hand.
pub fn detection_url(provider: &Provider, account: &str, region: &Region) -> Result<Url, Problem> {
    let (Some(detection), Some(variable)) = (&provider.detection, account_variable(provider))
    else {
        return Err(Problem::new(
            Code::NotFound,
            format!(
                "{} has no address that tells where an account is.",
                provider.name
            ),
            "Choose the region by hand.",
        ));
    };
    if let Some(finding) = label_finding(variable, account) {
        return Err(
            Problem::new(Code::DraftInvalid, finding.summary, finding.remedy).at(finding.field),
        );
    }
    let mut known: BTreeMap<String, Value> = region
        .values
        .iter()
        .map(|(name, text)| (name.clone(), values::of_file(text)))
        .collect();
    known.insert(variable.name.clone(), Value::Label(account.to_owned()));
    filled(&detection.url, &known).map_err(|_| {
        Problem::new(
            Code::DraftInvalid,
            format!("{} has no published sign-in address to ask.", region.label),
            "Choose this region by hand and type its addresses.",
        )
    })
}

/// The page that a guide step opens, for these variables.
///
/// A problem comes back when the step has none, or when its address needs a value that is missing or
/// wrong; such a page is not guessed at.
pub fn guide_page(
    provider: &Provider,
    step: usize,
    variables: &BTreeMap<String, String>,
) -> Result<Url, Problem> {
    let none = || {
        Problem::new(
            Code::NotFound,
            "This step has no page to open.",
            "Follow its text instead.",
        )
    };
    let template = provider
        .guide
        .get(step)
        .and_then(|step| step.url.as_ref())
        .ok_or_else(none)?;
    filled(template, &examine(provider, variables).values).map_err(|_| {
        Problem::new(
            Code::DraftInvalid,
            "The page's address holds a value that is not entered yet.",
            "Go back, complete the address, and open the page again.",
        )
    })
}

/// Whether `url` is one of the pages that the provider's file names as a source.
pub fn is_source(provider: &Provider, url: &str) -> bool {
    let named = provider.evidence.iter().map(|evidence| &evidence.source);
    let ends = provider.deadlines.iter().map(|deadline| &deadline.source);
    named
        .chain(ends)
        .chain(&provider.sources)
        .any(|source| source == url)
}

/// The variable that holds the account: the first host label that is asked for.
pub(super) fn account_variable(provider: &Provider) -> Option<&Variable> {
    provider
        .variables
        .iter()
        .find(|variable| variable.kind == VariableKind::HostLabel)
}

fn filled(template: &str, values: &BTreeMap<String, Value>) -> Result<Url, String> {
    Template::parse(template)?.fill(|name| values.get(name))
}

fn unfillable(provider: &Provider, endpoint: &str, fault: &str) -> Finding {
    Finding::blocking(
        "variables",
        format!(
            "The {endpoint} address of {} cannot be made. {fault}",
            provider.name
        ),
        "Compare the typed addresses with what the provider shows.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;

    #[test]
    fn a_guide_page_names_the_account_and_is_not_opened_without_one() {
        let mut provider = Catalogue::built_in().provider("talkdesk").unwrap().clone();
        provider.guide[0].url = Some("https://{account}.{id_host}/admin".to_owned());
        let variables = |pairs: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect::<BTreeMap<_, _>>()
        };
        let known = variables(&[("account", "acme"), ("region", "eu")]);
        let page = guide_page(&provider, 0, &known).unwrap();
        assert_eq!(page.as_str(), "https://acme.talkdeskid.eu/admin");
        let hostile = variables(&[("account", "evil.example/"), ("region", "eu")]);
        for wrong in [BTreeMap::new(), hostile] {
            let problem = guide_page(&provider, 0, &wrong).unwrap_err();
            assert_eq!(problem.code, Code::DraftInvalid);
        }
        let problem = guide_page(&provider, 1, &known).unwrap_err();
        assert_eq!(problem.code, Code::NotFound);
    }
}
