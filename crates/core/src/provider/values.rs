//! The variables of a connection, checked against what the provider asks for.

use std::collections::BTreeMap;

use super::host::{self, LabelDefect};
use super::locate::locate_variable;
use super::schema::{Provider, Region, RegionField, Variable, VariableKind};
use super::template::Value;
use super::{pattern, resolve};
use crate::connection::{Finding, Severity};

/// Everything to say about the values of a draft's variables, blocking or not.
pub(crate) fn findings(provider: &Provider, variables: &BTreeMap<String, String>) -> Vec<Finding> {
    examine(provider, variables).findings
}

/// Every checked value by its name, and everything there is to say about the rest.
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) values: BTreeMap<String, Value>,
}

/// Checks all `variables` at once; values with a blocking finding are left out of `values`.
pub(super) fn examine(provider: &Provider, variables: &BTreeMap<String, String>) -> Examined {
    let mut examined = Examined {
        findings: Vec::new(),
        values: BTreeMap::new(),
    };
    for variable in &provider.variables {
        let typed = variables.get(&variable.name).map_or("", String::as_str);
        if variable.kind == VariableKind::Region {
            examined.region(provider, variable, typed);
        } else if !(typed.is_empty() && variable.optional) {
            examined.variable(provider, variable, typed);
        }
    }
    let region = resolve::region(provider, variables);
    if let Some(region) = region {
        examined.region_values(region, variables);
    }
    examined.strangers(provider, region, variables);
    examined
}

/// What is wrong with an account name or another host label typed for `variable`.
pub(super) fn label_finding(variable: &Variable, typed: &str) -> Option<Finding> {
    let field = format!("variables.{}", variable.name);
    let Some(defect) = host::label_defect(typed) else {
        return pattern_finding(variable, typed);
    };
    let summary = match defect {
        LabelDefect::Empty => format!("{} is missing.", variable.label),
        LabelDefect::Control => "It holds a line break or another control character.".to_owned(),
        LabelDefect::Blank => "It holds a blank.".to_owned(),
        LabelDefect::NonAscii => format!(
            "It holds a character that is not a plain letter, digit or hyphen: {}",
            host::shown(typed)
        ),
        LabelDefect::Delimiter | LabelDefect::Character => {
            let odd = |c: &char| !c.is_ascii_alphanumeric() && *c != '-';
            let odd = typed.chars().find(odd).unwrap_or(' ');
            format!("\"{odd}\" cannot be part of it.")
        }
        LabelDefect::UpperCase => "It holds capital letters.".to_owned(),
        LabelDefect::HyphenEdge => "It begins or ends with a hyphen.".to_owned(),
        LabelDefect::TooLong => "It is longer than 63 characters.".to_owned(),
        LabelDefect::Encoded => {
            "It begins with xn--, which hides the characters it stands for.".to_owned()
        }
        LabelDefect::Reserved => format!("{typed} is never an account of its own."),
    };
    let remedy = match defect {
        LabelDefect::UpperCase => format!("Write it in lower case: {}", typed.to_ascii_lowercase()),
        _ => format!(
            "Use lower-case letters, digits and hyphens, for example {}. {}",
            variable.example, variable.help
        ),
    };
    Some(Finding::blocking(field, summary, remedy))
}

/// What is wrong with an address that was pasted in the place of a label; nothing for what looks like no
/// address.
fn address_finding(provider: &Provider, variable: &Variable, typed: &str) -> Option<Finding> {
    if !typed.contains(['.', '/', ':']) {
        return None;
    }
    let findings = locate_variable(provider, &variable.name, typed).findings;
    findings
        .into_iter()
        .find(|finding| finding.severity == Severity::Blocking)
}

fn pattern_finding(variable: &Variable, typed: &str) -> Option<Finding> {
    let pattern = variable.pattern.as_deref()?;
    if pattern::matches(pattern, typed) {
        return None;
    }
    let help = variable.pattern_help.as_ref().unwrap_or(&variable.help);
    Some(Finding::blocking(
        format!("variables.{}", variable.name),
        format!(
            "This does not look right for {}.",
            variable.label.to_lowercase()
        ),
        format!("{help} Example: {}", variable.example),
    ))
}

fn unusual(variable: &Variable, typed: &str) -> Option<Finding> {
    let usual = variable.usual_pattern.as_deref()?;
    if pattern::matches(usual, typed) {
        return None;
    }
    Some(Finding::new(
        Severity::Warning,
        format!("variables.{}", variable.name),
        format!("The {} looks unusual.", variable.label.to_lowercase()),
        variable.usual_help.as_ref().unwrap_or(&variable.help),
    ))
}

/// `typed` as a value of `kind`, or what is wrong with it in one sentence.
pub(super) fn of_kind(kind: VariableKind, typed: &str) -> Result<Value, String> {
    match kind {
        VariableKind::HostLabel => match host::label_defect(typed) {
            None => Ok(Value::Label(typed.to_owned())),
            Some(_) => Err("It is not one part of a host name.".to_owned()),
        },
        VariableKind::Host if host::is_host(typed) => Ok(Value::Host(typed.to_owned())),
        VariableKind::Host => Err(
            "It is not a host name. A host name has lower-case letters, digits and hyphens \
             between dots, and no https://, port or path."
                .to_owned(),
        ),
        VariableKind::HttpsUrl => match host::typed_base(typed) {
            Ok(url) => Ok(Value::Base(url)),
            Err(fault) => Err(fault.to_owned()),
        },
        VariableKind::Path if host::is_path(typed) => Ok(Value::Path(typed.to_owned())),
        VariableKind::Path => Err("It is not a path. A path begins with one slash.".to_owned()),
        VariableKind::Text | VariableKind::Region => {
            if typed.chars().any(char::is_control) || typed.len() > 1024 {
                Err("It holds a control character or is longer than 1,024 bytes.".to_owned())
            } else {
                Ok(Value::Text(typed.to_owned()))
            }
        }
    }
}

/// A region value from a provider file, as what it looks like.
pub(super) fn of_file(text: &str) -> Value {
    [
        VariableKind::HttpsUrl,
        VariableKind::Host,
        VariableKind::HostLabel,
    ]
    .into_iter()
    .find_map(|kind| of_kind(kind, text).ok())
    .unwrap_or_else(|| Value::Text(text.to_owned()))
}

impl Examined {
    fn variable(&mut self, provider: &Provider, variable: &Variable, typed: &str) {
        let field = format!("variables.{}", variable.name);
        if typed.is_empty() {
            self.missing(&field, &variable.label, &variable.help, &variable.example);
            return;
        }
        let finding = match variable.kind {
            VariableKind::HostLabel => label_finding(variable, typed)
                .map(|plain| address_finding(provider, variable, typed).unwrap_or(plain)),
            _ => pattern_finding(variable, typed),
        };
        if let Some(finding) = finding {
            self.findings.push(finding);
            return;
        }
        match of_kind(variable.kind, typed) {
            Ok(value) => {
                self.values.insert(variable.name.clone(), value);
                self.findings.extend(unusual(variable, typed));
            }
            Err(fault) => self.malformed(&field, fault, &variable.help, &variable.example),
        }
    }

    fn region(&mut self, provider: &Provider, variable: &Variable, typed: &str) {
        let ids: Vec<&str> = provider.regions.iter().map(|r| r.id.as_str()).collect();
        let field = format!("variables.{}", variable.name);
        let remedy = format!("Choose one of {}. {}", ids.join(", "), variable.help);
        if typed.is_empty() {
            let summary = format!("{} is missing.", variable.label);
            self.findings
                .push(Finding::blocking(field, summary, remedy));
        } else if !ids.contains(&typed) {
            let summary = format!(
                "{} has no region \"{}\".",
                provider.name,
                host::shown(typed)
            );
            self.findings
                .push(Finding::blocking(field, summary, remedy));
        }
    }

    fn region_values(&mut self, region: &Region, variables: &BTreeMap<String, String>) {
        for (name, text) in &region.values {
            if !region.asks.iter().any(|ask| ask.name == *name) {
                self.values.insert(name.clone(), of_file(text));
            }
        }
        for ask in &region.asks {
            let typed = variables.get(&ask.name).map_or("", String::as_str);
            self.asked(region, ask, typed);
        }
    }

    fn asked(&mut self, region: &Region, ask: &RegionField, typed: &str) {
        let field = format!("variables.{}", ask.name);
        let example = region.values.get(&ask.name).unwrap_or(&ask.example);
        if typed.is_empty() {
            self.missing(&field, &ask.label, &ask.help, example);
            return;
        }
        match of_kind(ask.kind, typed) {
            Ok(value) => {
                self.values.insert(ask.name.clone(), value);
            }
            Err(fault) => self.malformed(&field, fault, &ask.help, example),
        }
    }

    /// Names the provider does not ask for: mistyped, or left from another region.
    fn strangers(
        &mut self,
        provider: &Provider,
        region: Option<&Region>,
        variables: &BTreeMap<String, String>,
    ) {
        let asks = |region: &Region, name: &str| region.asks.iter().any(|ask| ask.name == name);
        for name in variables.keys() {
            let expected = provider.variables.iter().any(|v| v.name == *name)
                || region.is_some_and(|region| asks(region, name));
            if expected {
                continue;
            }
            let field = format!("variables.{}", host::shown(name));
            if provider.regions.iter().any(|region| asks(region, name)) {
                let place = region.map_or("This region", |region| &region.label);
                self.findings.push(Finding::new(
                    Severity::Warning,
                    field,
                    format!("{place} has a fixed value here; the typed one is not used."),
                    "Remove it, or choose the region that asks for it.",
                ));
            } else {
                let known: Vec<&str> = provider.variables.iter().map(|v| v.name.as_str()).collect();
                self.findings.push(Finding::blocking(
                    field,
                    format!(
                        "{} does not ask for \"{}\".",
                        provider.name,
                        host::shown(name)
                    ),
                    format!("It asks for {}.", known.join(", ")),
                ));
            }
        }
    }

    fn missing(&mut self, field: &str, label: &str, help: &str, example: &str) {
        let summary = format!("{label} is missing.");
        let remedy = format!("{help} Example: {example}");
        self.findings
            .push(Finding::blocking(field, summary, remedy));
    }

    fn malformed(&mut self, field: &str, fault: String, help: &str, example: &str) {
        let remedy = format!("{help} Example: {example}");
        self.findings.push(Finding::blocking(field, fault, remedy));
    }
}
