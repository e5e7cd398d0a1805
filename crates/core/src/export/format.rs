//! The formats of an export, and what their files are called.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::Connection;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Json,
    Yaml,
    Toml,
    Dotenv,
    /// `export NAME='value'` for sh and bash.
    Shell,
    /// For `docker run --env-file`, which knows no quotes.
    DockerEnv,
    /// A manifest of a Kubernetes Secret.
    KubernetesSecret,
    /// An environment of Postman.
    Postman,
    /// What goes into the fields of a Nexla credential.
    Nexla,
    /// A script that asks for a token and calls the API.
    Curl,
}

impl ExportFormat {
    pub const ALL: [Self; 10] = [
        Self::Json,
        Self::Yaml,
        Self::Toml,
        Self::Dotenv,
        Self::Shell,
        Self::DockerEnv,
        Self::KubernetesSecret,
        Self::Postman,
        Self::Nexla,
        Self::Curl,
    ];

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
            Self::Dotenv => "dotenv",
            Self::Shell => "shell variables",
            Self::DockerEnv => "a Docker env-file",
            Self::KubernetesSecret => "a Kubernetes Secret",
            Self::Postman => "a Postman environment",
            Self::Nexla => "Nexla credential fields",
            Self::Curl => "a curl script",
        }
    }

    /// The end of the suggested file name, where the tools that read it expect one of their own.
    fn suffix(self) -> &'static str {
        match self {
            Self::Json => "proofkey.json",
            Self::Yaml => "proofkey.yaml",
            Self::Toml => "proofkey.toml",
            Self::Dotenv => "proofkey.env",
            Self::Shell => "proofkey.sh",
            Self::DockerEnv => "docker.env",
            Self::KubernetesSecret => "secret.yaml",
            Self::Postman => "postman_environment.json",
            Self::Nexla => "nexla.json",
            Self::Curl => "curl.sh",
        }
    }
}

/// The suggested name: "acme-support.proofkey.json". It is made of the connection's id, which can hold
/// neither a separator nor a dot nor a reserved name.
pub fn file_name(connection: &Connection, format: ExportFormat) -> String {
    format!("{}.{}", connection.id, format.suffix())
}
