//! Writes the JSON Schema of the config file to docs/schema: part of `make generate`.

use std::fs;
use std::io;
use std::path::Path;

use proofkey_core::export::schema;

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::create_dir_all(docs.join("schema"))?;
    fs::write(
        docs.join("schema/config-file-1.schema.json"),
        schema::config_file(),
    )
}
