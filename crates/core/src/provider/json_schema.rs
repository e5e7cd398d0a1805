//! The published JSON Schema of provider files, for editors.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::schema::Provider;

/// `$id` of the schema.
pub const PROVIDER_FILE_ID: &str = "https://proofkey.dev/schema/provider-1.schema.json";

/// The JSON Schema (draft 2020-12) of a provider file, as `docs/schema` publishes it.
///
/// It knows shapes and names; what a file must say besides, [`parse`](super::parse) checks. A file with
/// `extends` may leave out any key of a table, because tables are merged.
pub fn provider_file() -> String {
    let settings = SchemaSettings::draft2020_12();
    let root = settings.into_generator().into_root_schema_for::<Provider>();
    let mut root = root.to_value();
    let defs = take(&mut root, "$defs");
    let mut defs = defs.as_object().cloned().unwrap_or_default();
    for key in ["$schema", "title"] {
        take(&mut root, key);
    }
    defs.insert("Provider".to_owned(), root);
    in_part("Provider", &mut defs);
    let own = json!({ "required": ["id", "extends"] });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": PROVIDER_FILE_ID,
        "title": "A provider file of Proofkey",
        "type": "object",
        "if": { "required": ["extends"] },
        "then": { "allOf": [{ "$ref": "#/$defs/Provider-in-part" }, own] },
        "else": { "$ref": "#/$defs/Provider" },
        "$defs": defs,
    });
    format!("{schema:#}\n")
}

/// Adds the definition `name` with every key optional, in it and in the tables below; entries of lists
/// stay whole.
fn in_part(name: &str, defs: &mut Map<String, Value>) -> String {
    let part = format!("{name}-in-part");
    let Some(mut definition) = defs.get(name).cloned() else {
        return name.to_owned();
    };
    if definition.get("properties").is_none() {
        return name.to_owned();
    }
    if defs.contains_key(&part) {
        return part;
    }
    // Before its own parts, which could lead back to it.
    defs.insert(part.clone(), Value::Bool(true));
    take(&mut definition, "required");
    if let Some(Value::Object(properties)) = definition.get_mut("properties") {
        for property in properties.values_mut() {
            references(property, defs);
        }
    }
    defs.insert(part.clone(), definition);
    part
}

/// Lets `property` refer to the definition in part, directly or as one of its choices.
fn references(property: &mut Value, defs: &mut Map<String, Value>) {
    if let Some(name) = property
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix("#/$defs/"))
        .map(str::to_owned)
    {
        let part = in_part(&name, defs);
        if let Some(reference) = property.get_mut("$ref") {
            *reference = Value::from(format!("#/$defs/{part}"));
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("anyOf") {
        for choice in choices {
            references(choice, defs);
        }
    }
}

fn take(schema: &mut Value, key: &str) -> Value {
    schema
        .as_object_mut()
        .and_then(|members| members.remove(key))
        .unwrap_or_default()
}
