//! The published JSON Schema of the config file.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Document;

/// `$id` of the schema, and `$schema` of every exported file.
pub const CONFIG_FILE_ID: &str = "https://proofkey.dev/schema/config-file-1.schema.json";

/// The JSON Schema (draft 2020-12) of the config file, as `docs/schema` publishes it.
pub fn config_file() -> String {
    let settings = SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Document>();
    schema.insert("$id".to_owned(), Value::from(CONFIG_FILE_ID));
    format!("{:#}\n", schema.to_value())
}
