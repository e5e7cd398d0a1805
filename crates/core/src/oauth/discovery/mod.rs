//! Authorization server metadata: from an issuer to its addresses (RFC 8414, OpenID Connect
//! Discovery 1.0).

mod issuer;
mod metadata;
pub mod preset;
mod unchanged;

use url::Url;

use super::document::{self, DocumentError};
use crate::error::{Code, Problem};
use crate::system::network::Network;
use crate::wording::clean;

pub use issuer::Issuer;
pub use metadata::ServerMetadata;
pub use unchanged::metadata_unchanged;

/// What a server says of itself, and where it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    pub metadata: ServerMetadata,
    pub url: Url,
}

/// Why there is no metadata that may be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct DiscoveryError {
    /// Where it was looked for.
    pub url: String,
    /// Whose metadata was wanted.
    pub issuer: String,
    pub kind: DiscoveryErrorKind,
}

/// Remote text in it is already cleaned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryErrorKind {
    #[error(transparent)]
    Document(Box<DocumentError>),
    /// None of the well-known addresses exists.
    #[error("the server publishes no metadata")]
    Absent,
    /// RFC 8414 §3.3: metadata in another's name must not be used.
    #[error("the metadata is that of another issuer")]
    IssuerDiffers { found: String },
    #[error("{name} is not an address that may be used")]
    UnsafeEndpoint { name: &'static str, address: String },
    #[error("the metadata cannot be used: {reason}")]
    Malformed { reason: String },
}

/// Finds the metadata of `issuer`. The second well-known address is asked only when the first does
/// not exist; nothing is asked after a document that must not be believed.
pub async fn discover(network: &Network, issuer: &Issuer) -> Result<Discovered, DiscoveryError> {
    let mut asked = String::new();
    for url in issuer.well_known() {
        match read(network, &url, issuer).await {
            Ok(metadata) => return Ok(Discovered { metadata, url }),
            Err(error) if error.is_absent() => asked = error.url,
            Err(error) => return Err(error),
        }
    }
    Err(DiscoveryError {
        url: asked,
        issuer: issuer.as_str().to_owned(),
        kind: DiscoveryErrorKind::Absent,
    })
}

/// Reads the metadata of `issuer` from an address that is already known.
pub async fn read(
    network: &Network,
    url: &Url,
    issuer: &Issuer,
) -> Result<ServerMetadata, DiscoveryError> {
    let failed = |kind| DiscoveryError {
        url: clean(url.as_str(), 300),
        issuer: issuer.as_str().to_owned(),
        kind,
    };
    let members = document::read(network, url)
        .await
        .map_err(|error| failed(DiscoveryErrorKind::Document(Box::new(error))))?;
    ServerMetadata::read(&members, issuer).map_err(failed)
}

impl DiscoveryError {
    fn is_absent(&self) -> bool {
        matches!(&self.kind, DiscoveryErrorKind::Document(error) if error.is_absent())
    }
}

impl From<DiscoveryError> for Problem {
    fn from(error: DiscoveryError) -> Self {
        let DiscoveryError { url, issuer, kind } = error;
        match kind {
            DiscoveryErrorKind::Document(error) => (*error).into(),
            DiscoveryErrorKind::Absent => Self::new(
                Code::ResponseMalformed,
                format!("{issuer} publishes no metadata (status 404 at {url})."),
                "Check the issuer, its path included. A server without metadata needs a provider \
                 file written by hand.",
            ),
            DiscoveryErrorKind::IssuerDiffers { found } => Self::new(
                Code::AuthorizationInvalid,
                format!("The metadata at {url} is that of {found}, not of {issuer}."),
                format!(
                    "Nothing was sent. If {found} is the server you mean, write it exactly like \
                     that; a slash at the end counts."
                ),
            ),
            DiscoveryErrorKind::UnsafeEndpoint { name, address } => Self::new(
                Code::AuthorizationInvalid,
                format!("{issuer} names {address} as its {name}, which may not be used."),
                "An address must begin with https, without user name and hash sign, and a public \
                 server cannot name one on this machine. Tell the operator of the server.",
            ),
            kind @ DiscoveryErrorKind::Malformed { .. } => Self::new(
                Code::ResponseMalformed,
                format!("{url}: {kind}."),
                "Tell the operator of the server.",
            ),
        }
    }
}
