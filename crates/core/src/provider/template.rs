//! URL templates: `https://{account}.{id_host}/oauth/token`, or `{api_base}/v2`.
//!
//! A template is taken apart once, and filled part by part. A value can therefore only ever become
//! what its place allows: a whole host label, the end of a host, a base address, or escaped text in
//! the path (rules I1 to I3).

mod server;

use url::Url;

use self::server::fixed_origin;
use super::host;

/// A value that has been checked for what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Label(String),
    Host(String),
    Base(Url),
    Text(String),
    /// Checked as a path; its slashes stay.
    Path(String),
}

/// Where in a template a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Between dots of the host.
    Host,
    /// Instead of scheme and host.
    Base,
    Path,
}

impl Place {
    /// Whether a value of this form may stand here.
    pub(super) fn takes(self, value: &Value) -> bool {
        match self {
            Self::Host => matches!(value, Value::Label(_) | Value::Host(_)),
            Self::Base => matches!(value, Value::Base(_)),
            Self::Path => matches!(value, Value::Label(_) | Value::Text(_) | Value::Path(_)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Placeholder(String),
}

impl Piece {
    /// The name, when it is one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Placeholder(name) => Some(name),
            Self::Literal(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// Labels of the host, in order.
    Host(Vec<Piece>),
    Base(String),
    /// Scheme, host and port as they are: a server on another port, or on this machine.
    Fixed(String),
}

/// A template that was read and is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    origin: Origin,
    path: Vec<Piece>,
}

/// What can be wrong with a template, or with filling it, in a sentence for the author of the file.
pub(super) type Fault = String;

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        if let Some((origin, path)) = fixed_origin(text)? {
            return Ok(Self {
                origin: Origin::Fixed(origin),
                path: path_pieces(path)?,
            });
        }
        if let Some(rest) = text.strip_prefix("https://") {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            return Ok(Self {
                origin: Origin::Host(host_pieces(host)?),
                path: path_pieces(path)?,
            });
        }
        if text.starts_with("http://") {
            return Err(
                "Plain http is for this machine only; other addresses begin with https://."
                    .to_owned(),
            );
        }
        let (name, path) = text
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'))
            .ok_or("A template begins with https:// or with a base address in braces.")?;
        if !path.is_empty() && !path.starts_with('/') {
            return Err("A slash must follow the base address.".to_owned());
        }
        Ok(Self {
            origin: Origin::Base(placeholder_name(name)?),
            path: path_pieces(path)?,
        })
    }

    /// The placeholders and where they stand, in order.
    pub(super) fn placeholders(&self) -> Vec<(&str, Place)> {
        let (origin, place): (Vec<&str>, Place) = match &self.origin {
            Origin::Host(pieces) => (names(pieces).collect(), Place::Host),
            Origin::Base(name) => (vec![name], Place::Base),
            Origin::Fixed(_) => (Vec::new(), Place::Host),
        };
        let origin = origin.into_iter().map(|name| (name, place));
        origin
            .chain(names(&self.path).map(|name| (name, Place::Path)))
            .collect()
    }

    /// The labels of the host; `None` when they stand in a base address or have a port.
    pub(super) fn host(&self) -> Option<&[Piece]> {
        match &self.origin {
            Origin::Host(pieces) => Some(pieces),
            Origin::Base(_) | Origin::Fixed(_) => None,
        }
    }

    /// The path, in order.
    pub(super) fn path(&self) -> &[Piece] {
        &self.path
    }

    /// The address, once every placeholder has a value of the form that its place takes.
    ///
    /// The result is parsed again and compared with what was put together: same host and port, same
    /// path, no user name (rule I2).
    pub(super) fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v Value>) -> Result<Url, Fault> {
        let (origin, mut path) = match &self.origin {
            Origin::Host(pieces) => (https_origin(&fill_host(pieces, &value)?)?, String::new()),
            Origin::Base(name) => match known(name, &value)? {
                Value::Base(url) => (
                    url.origin().ascii_serialization(),
                    url.path().trim_end_matches('/').to_owned(),
                ),
                _ => return Err(format!("{{{name}}} is not an address.")),
            },
            Origin::Fixed(origin) => (origin.clone(), String::new()),
        };
        path.push_str(&fill_path(&self.path, &value)?);
        assemble(&origin, &path)
    }
}

fn https_origin(host: &str) -> Result<String, Fault> {
    if host::is_host(host) {
        Ok(format!("https://{host}"))
    } else {
        Err(format!("{} is not a host name.", host::shown(host)))
    }
}

fn assemble(origin: &str, path: &str) -> Result<Url, Fault> {
    let url = Url::parse(&format!("{origin}{path}"))
        .map_err(|fault| format!("The parts do not make an address: {fault}."))?;
    let plain_path = path.split('?').next().unwrap_or_default();
    let kept = url.origin().ascii_serialization() == origin
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && (plain_path.is_empty() || url.path() == plain_path);
    if kept {
        Ok(url)
    } else {
        Err("The parts make another address than intended.".to_owned())
    }
}

fn fill_host<'v>(
    pieces: &[Piece],
    value: &impl Fn(&str) -> Option<&'v Value>,
) -> Result<String, Fault> {
    let mut labels = Vec::with_capacity(pieces.len());
    for piece in pieces {
        labels.push(match piece {
            Piece::Literal(label) => label.clone(),
            Piece::Placeholder(name) => match known(name, value)? {
                Value::Label(text) | Value::Host(text) => text.clone(),
                _ => return Err(format!("{{{name}}} cannot be part of a host.")),
            },
        });
    }
    Ok(labels.join("."))
}

/// `text` as a path whose placeholders are filled in; `None` when one of them has no value.
pub(super) fn filled_path<'v>(
    text: &str,
    value: impl Fn(&str) -> Option<&'v Value>,
) -> Result<Option<String>, Fault> {
    let pieces = path_pieces(text)?;
    if names(&pieces).any(|name| value(name).is_none()) {
        return Ok(None);
    }
    fill_path(&pieces, &value).map(Some)
}

fn fill_path<'v>(
    pieces: &[Piece],
    value: &impl Fn(&str) -> Option<&'v Value>,
) -> Result<String, Fault> {
    let mut path = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => path.push_str(text),
            Piece::Placeholder(name) => match known(name, value)? {
                Value::Label(text) | Value::Text(text) => path.push_str(&escaped(text)),
                Value::Path(text) => path.push_str(text),
                _ => return Err(format!("{{{name}}} cannot be part of a path.")),
            },
        }
    }
    Ok(path)
}

fn known<'v>(name: &str, value: &impl Fn(&str) -> Option<&'v Value>) -> Result<&'v Value, Fault> {
    value(name).ok_or_else(|| format!("{{{name}}} has no value."))
}

/// Everything but RFC 3986's unreserved characters as percent-encoded bytes.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn host_pieces(host: &str) -> Result<Vec<Piece>, Fault> {
    let pieces = host.split('.').map(host_piece).collect::<Result<_, _>>()?;
    if !host.contains('{') {
        server::named(host)?;
    }
    Ok(pieces)
}

fn host_piece(label: &str) -> Result<Piece, Fault> {
    let inner = label
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    match inner {
        Some(name) => placeholder_name(name).map(Piece::Placeholder),
        None if host::label_defect(label).is_none() || label == "www" => {
            Ok(Piece::Literal(label.to_owned()))
        }
        None => Err(format!(
            "\"{}\" in the host is neither a host label nor one name in braces.",
            host::shown(label)
        )),
    }
}

fn path_pieces(path: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('{') {
            let (name, after) = after.split_once('}').ok_or("A brace is not closed.")?;
            pieces.push(Piece::Placeholder(placeholder_name(name)?));
            rest = after;
        } else {
            let (literal, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            if !literal
                .bytes()
                .all(|byte| host::is_plain_path(byte) || byte == b'?')
            {
                return Err("The path holds a character that does not belong there.".to_owned());
            }
            pieces.push(Piece::Literal(literal.to_owned()));
            rest = after;
        }
    }
    Ok(pieces)
}

fn placeholder_name(name: &str) -> Result<String, Fault> {
    if is_name(name) {
        Ok(name.to_owned())
    } else {
        Err(format!("{{{}}} is not a name.", host::shown(name)))
    }
}

/// Names of variables and region values: lower-case letters, digits and underscores.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn names(pieces: &[Piece]) -> impl Iterator<Item = &str> {
    pieces.iter().filter_map(Piece::name)
}

#[cfg(test)]
mod tests;
