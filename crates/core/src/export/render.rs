//! A document in one of the formats, read back by a parser before anybody sees it.

use zeroize::Zeroizing;

use super::entries::Inexact;
use super::{
    Document, ExportFormat, curl, docker_env, dotenv, entries, json, kubernetes_secret, members,
    nexla, postman, shell, toml, yaml,
};
use crate::error::{Code, Problem};
use crate::tree::{Tree, pointer_token};

/// The content of a config file; wiped when dropped.
pub struct Rendered {
    text: Zeroizing<String>,
    format: ExportFormat,
    holds_secrets: bool,
}

impl Rendered {
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn format(&self) -> ExportFormat {
        self.format
    }

    pub fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }
}

/// Writes `document` in `format` and reads it back.
///
/// `Code::ExportNotRepresentable` names the field, what it holds that this format cannot carry exactly,
/// and the formats that can. A value is never altered.
pub fn render(document: &Document, format: ExportFormat) -> Result<Rendered, Problem> {
    let tree = members::of(document);
    if let Some(field) = holder_of_nul(&tree, "") {
        return Err(unrepresentable(&field, "a null character", format));
    }
    // Growing would leave unwiped copies behind, and nothing written is longer than six characters
    // for each that is held.
    let mut text = Zeroizing::new(String::with_capacity(weight(&tree) + WORDS));
    let room = text.capacity();
    let is_exact = push(&mut text, document, &tree, format)?;
    debug_assert_eq!(text.capacity(), room, "{format:?} needs more room");
    if !is_exact {
        return Err(changed(format));
    }
    let holds_secrets = match format {
        ExportFormat::Curl => curl::holds_secrets(document),
        _ => document.holds_secrets(),
    };
    Ok(Rendered {
        text,
        format,
        holds_secrets,
    })
}

/// Appends the whole text; `false` when reading it back gives something else.
fn push(
    text: &mut Zeroizing<String>,
    document: &Document,
    tree: &Tree,
    format: ExportFormat,
) -> Result<bool, Problem> {
    let refused = |inexact: Inexact| unrepresentable(&inexact.field, inexact.held, format);
    let entries = || entries::of(document).map_err(refused);
    Ok(match format {
        ExportFormat::Json => push_json(text, tree),
        ExportFormat::Yaml => push_yaml(text, tree),
        ExportFormat::Toml => {
            toml::push(text, tree);
            ::toml::from_str::<Tree>(text).is_ok_and(|back| back.same(tree))
        }
        ExportFormat::Dotenv => {
            let entries = entries()?;
            dotenv::push(text, &entries).map_err(refused)?;
            dotenv::read(text).is_some_and(|back| entries::are_same(&back, &entries))
        }
        ExportFormat::Shell => {
            let entries = entries()?;
            shell::push(text, &entries);
            shell::read(text).is_some_and(|back| entries::are_same(&back, &entries))
        }
        ExportFormat::DockerEnv => {
            let entries = entries()?;
            docker_env::push(text, &entries).map_err(refused)?;
            docker_env::read(text).is_some_and(|back| entries::are_same(&back, &entries))
        }
        ExportFormat::KubernetesSecret => {
            kubernetes_secret::refuse_redacted(document)?;
            let entries = entries()?;
            let manifest = kubernetes_secret::manifest(document, &entries);
            let data = kubernetes_secret::read(&manifest);
            push_yaml(text, &manifest)
                && data.is_some_and(|back| entries::are_same(&back, &entries))
        }
        ExportFormat::Postman => {
            let environment = postman::environment(document, &entries()?).map_err(refused)?;
            push_json(text, &environment)
        }
        ExportFormat::Nexla => push_json(text, &nexla::fields(document)),
        ExportFormat::Curl => {
            let script = curl::Script::new(document).map_err(refused)?;
            script.push(text);
            script.is_same(text)
        }
    })
}

fn push_json(text: &mut Zeroizing<String>, tree: &Tree) -> bool {
    json::push(text, tree);
    Tree::from_json(text.as_bytes()).is_ok_and(|back| back.same(tree))
}

fn push_yaml(text: &mut Zeroizing<String>, tree: &Tree) -> bool {
    yaml::push(text, tree);
    serde_saphyr::from_str::<Tree>(text).is_ok_and(|back| back.same(tree))
}

/// JSON pointer of the first text or name that holds U+0000, which no shell or environment can.
fn holder_of_nul(tree: &Tree, path: &str) -> Option<String> {
    match tree {
        Tree::Text(text) => text.expose().contains('\0').then(|| path.to_owned()),
        Tree::List(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| holder_of_nul(item, &format!("{path}/{index}"))),
        Tree::Table(members) => members.iter().find_map(|(key, value)| {
            if key.contains('\0') {
                return Some(path.to_owned());
            }
            holder_of_nul(value, &format!("{path}/{}", pointer_token(key)))
        }),
        Tree::Nothing | Tree::Flag(_) | Tree::Whole(_) => None,
    }
}

/// More bytes than any format has words of its own.
const WORDS: usize = 16 * 1024;

/// More bytes than any format needs for `tree`.
fn weight(tree: &Tree) -> usize {
    const PUNCTUATION: usize = 64;
    PUNCTUATION
        + match tree {
            Tree::Text(text) => 6 * text.expose().len(),
            Tree::List(items) => items.iter().map(weight).sum(),
            Tree::Table(members) => members
                .iter()
                .map(|(key, value)| 6 * key.len() + weight(value))
                .sum(),
            Tree::Nothing | Tree::Flag(_) | Tree::Whole(_) => 0,
        }
}

fn unrepresentable(field: &str, held: &str, format: ExportFormat) -> Problem {
    if held == curl::PRIVATE_KEY {
        return Problem::new(
            Code::ExportNotRepresentable,
            "curl cannot sign a request, so a script with the private key in it would be of no use.",
            "Leave the secrets out: the script then asks “proofkey token” for a token.",
        )
        .at(field);
    }
    let remedy = if held == "a null character" {
        "Enter this value again without it; no format can carry it."
    } else {
        "Choose JSON, YAML or TOML, which carry it exactly."
    };
    Problem::new(
        Code::ExportNotRepresentable,
        format!(
            "The value at {field} holds {held}, which {} cannot carry exactly.",
            format.label()
        ),
        remedy,
    )
    .at(field)
}

fn changed(format: ExportFormat) -> Problem {
    Problem::new(
        Code::ExportNotRepresentable,
        format!(
            "Reading this connection back from {} gave something else.",
            format.label()
        ),
        "Choose another format. Nothing was written.",
    )
}
