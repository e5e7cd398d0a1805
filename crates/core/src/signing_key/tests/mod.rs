//! Keys in every form that people have, the ones that are refused, and the vectors of the standards.

use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use super::*;

mod forms;
mod made;
mod refused;
mod vectors;

/// A file of `tests/keys`. They were made by OpenSSL and OpenSSH, protect nothing and never did.
fn fixture(name: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/");
    std::fs::read_to_string(format!("{path}{name}")).expect(name)
}

fn read(text: impl Into<String>) -> Result<SigningKey, KeyDefect> {
    SigningKey::read(&Secret::new(text.into()), None)
}

/// What is wrong; a key that is taken has no defect.
fn defect(text: impl Into<String>) -> Option<KeyDefect> {
    read(text).err()
}

fn public(name: &str) -> PublicKey {
    PublicKey::read(&fixture(name)).expect(name)
}
