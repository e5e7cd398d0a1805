//! Certificates, keys and callers' words, read from the files that the configuration names.

use std::path::Path;
use std::sync::Arc;

use proofkey_core::Secret;
use proofkey_core::system::files::{read_bounded, read_own};
use proofkey_core::system::tls::{Described, described};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::client_ca;
use super::file::{CallersFile, TlsFile};
use super::mistakes::Mistakes;
use crate::server::Callers;

const LARGEST_FILE: usize = 256 * 1024;
/// A word that is shorter can be guessed.
const SHORTEST_WORD: usize = 16;
const MOST_WORDS: usize = 16;

/// The callers' words, each from its own file.
pub(super) fn callers(file: &CallersFile, folder: &Path, mistakes: &mut Mistakes) -> Callers {
    let mut callers = Callers::default();
    if let Some(verifier) = client_ca::verifier(file, folder, &cryptography(), mistakes) {
        callers.demand_certificate(verifier);
    }
    if let Some(path) = &file.bearer_file {
        for word in words("callers.bearer_file", &folder.join(path), mistakes) {
            callers.add_bearer(&word);
        }
    }
    if let Some(path) = &file.basic_file {
        for pair in words("callers.basic_file", &folder.join(path), mistakes) {
            if pair
                .expose()
                .split_once(':')
                .is_none_or(|(user, _)| user.is_empty())
            {
                mistakes.add(
                    "callers.basic_file",
                    "A line is no user name and password.",
                    "Write one user:password a line.",
                );
            }
            callers.add_basic(&pair);
        }
    }
    callers
}

/// The lines of a file that nobody else may read.
fn words(field: &str, path: &Path, mistakes: &mut Mistakes) -> Vec<Secret> {
    let bytes = match read_own(path, LARGEST_FILE) {
        Ok(bytes) => bytes,
        Err(error) => {
            mistakes.add_problem(field, error.into());
            return Vec::new();
        }
    };
    let Ok(text) = std::str::from_utf8(bytes.as_ref()) else {
        mistakes.add(
            field,
            "The file is no text.",
            "Write one line for each caller.",
        );
        return Vec::new();
    };
    let lines = text.lines().filter(|line| !line.is_empty());
    let words: Vec<Secret> = lines.map(|line| Secret::new(line.to_owned())).collect();
    let is_weak = |word: &Secret| {
        let word = word.expose();
        word.len() < SHORTEST_WORD || !word.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if words.is_empty() || words.len() > MOST_WORDS || words.iter().any(is_weak) {
        mistakes.add(
            field,
            format!("The file must have 1 to {MOST_WORDS} lines of at least {SHORTEST_WORD} visible ASCII characters."),
            "Make one with \"openssl rand -hex 32\", and give it to the caller as well.",
        );
    }
    words
}

/// TLS 1.2 or 1.3 with the service's certificate and what that says, and that of each caller where `callers` have to show one.
pub(super) fn tls(
    file: &TlsFile,
    callers: &Callers,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<(Arc<ServerConfig>, Described)> {
    let chain = certificates("tls.certificate", &folder.join(&file.certificate), mistakes);
    let key = key("tls.key", &folder.join(&file.key), mistakes);
    let verifier = callers
        .certificate()
        .map_or_else(WebPkiClientVerifier::no_client_auth, Arc::clone);
    let (chain, key) = (chain?, key?);
    let said = chain.first().map(described).unwrap_or_default();
    let config = ServerConfig::builder_with_provider(cryptography())
        .with_safe_default_protocol_versions()
        .ok()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key);
    if let Ok(mut config) = config {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some((Arc::new(config), said))
    } else {
        mistakes.add(
            "tls.key",
            "The key and the certificate do not go together.",
            "Name the key for which the first certificate of the file was made.",
        );
        None
    }
}

fn cryptography() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

pub(super) fn certificates(
    field: &str,
    path: &Path,
    mistakes: &mut Mistakes,
) -> Option<Vec<CertificateDer<'static>>> {
    let pem = match read_bounded(path, LARGEST_FILE) {
        Ok(pem) => pem,
        Err(error) => {
            mistakes.add_problem(field, error.into());
            return None;
        }
    };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Some(certificates),
        _ => {
            let summary = if holds(&pem, "PRIVATE KEY-----") {
                "The file holds a private key, and no certificate."
            } else {
                "There is no readable certificate in the file."
            };
            let remedy =
                "Name a PEM file; each certificate begins with -----BEGIN CERTIFICATE-----.";
            mistakes.add(field, summary, remedy);
            None
        }
    }
}

fn key(field: &str, path: &Path, mistakes: &mut Mistakes) -> Option<PrivateKeyDer<'static>> {
    let pem = match read_own(path, LARGEST_FILE) {
        Ok(pem) => pem,
        Err(error) => {
            mistakes.add_problem(field, error.into());
            return None;
        }
    };
    let key = PrivateKeyDer::from_pem_slice(pem.as_ref()).ok();
    if key.is_none() {
        let (summary, remedy) = if holds(&pem, "ENCRYPTED") {
            (
                "The private key has a passphrase, and nobody is there to type it.",
                "Take it off: openssl pkey -in old.key -out tls.key, with umask 077.",
            )
        } else if holds(&pem, "BEGIN CERTIFICATE") {
            (
                "The file holds a certificate, and no private key.",
                "Name the file of the key; it begins with -----BEGIN PRIVATE KEY-----.",
            )
        } else {
            (
                "There is no readable private key in the file.",
                "Name an unencrypted PEM file, which only this service may read.",
            )
        };
        mistakes.add(field, summary, remedy);
    }
    key
}

fn holds(pem: &[u8], mark: &str) -> bool {
    memchr::memmem::find(pem, mark.as_bytes()).is_some()
}
