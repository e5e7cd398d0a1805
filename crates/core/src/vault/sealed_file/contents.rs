//! What is inside a sealed file: `{"version":1,"documents":{"acme.1":"{...}"}}`.

use std::collections::BTreeMap;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::corrupt;
use crate::secret::Secret;
use crate::vault::document::push_string;
use crate::vault::{SecretDocument, SecretName, VaultError};

const VERSION: u32 = 1;

/// Documents by name, each as its own JSON text.
#[derive(Default)]
pub(super) struct Contents {
    documents: BTreeMap<SecretName, Secret>,
}

#[derive(Deserialize)]
struct Stored {
    documents: BTreeMap<String, Secret>,
}

#[derive(Deserialize)]
struct Stamp {
    version: u32,
}

impl Contents {
    pub(super) fn from_json(text: &[u8]) -> Result<Self, VaultError> {
        // What serde_json says about a text may quote it.
        let malformed = |_| corrupt("its content is malformed");
        let stamp: Stamp = serde_json::from_slice(text).map_err(malformed)?;
        if stamp.version != VERSION {
            return Err(corrupt("it was written by a newer Proofkey"));
        }
        let stored: Stored = serde_json::from_slice(text).map_err(malformed)?;
        let mut documents = BTreeMap::new();
        for (name, document) in stored.documents {
            let name = SecretName::parse(&name).ok_or_else(|| corrupt("a name is malformed"))?;
            documents.insert(name, document);
        }
        Ok(Self { documents })
    }

    pub(super) fn to_json(&self) -> Zeroizing<String> {
        let room: usize = self
            .documents
            .values()
            .map(|text| text.expose().len() * 2 + 128)
            .sum();
        // Growing would leave copies behind that nobody wipes.
        let mut text = Zeroizing::new(String::with_capacity(room + 64));
        text.push_str("{\"version\":1,\"documents\":{");
        for (index, (name, document)) in self.documents.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_string(&mut text, &name.to_string());
            text.push(':');
            push_string(&mut text, document.expose());
        }
        text.push_str("}}");
        text
    }

    pub(super) fn document(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        let Some(text) = self.documents.get(name) else {
            return Ok(None);
        };
        SecretDocument::from_json(text.expose())
            .map(Some)
            .ok_or_else(|| corrupt("it is not a document this version of Proofkey can read"))
    }

    pub(super) fn insert(&mut self, name: SecretName, document: &SecretDocument) {
        let text = Secret::new(document.to_json().as_str().to_owned());
        self.documents.insert(name, text);
    }

    pub(super) fn remove(&mut self, name: &SecretName) {
        self.documents.remove(name);
    }

    pub(super) fn holds(&self, name: &SecretName) -> bool {
        self.documents.contains_key(name)
    }

    pub(super) fn names(&self) -> Vec<SecretName> {
        self.documents.keys().cloned().collect()
    }
}
