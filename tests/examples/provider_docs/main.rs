//! Writes what `docs` says of provider files from the code: the JSON Schema, and the table of systems in
//! `docs/providers.md`. Part of `make generate`.

mod render;

use std::fs;
use std::io;
use std::path::Path;

use proofkey_core::provider;

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::create_dir_all(docs.join("schema"))?;
    fs::write(
        docs.join("schema/provider-1.schema.json"),
        provider::provider_file(),
    )?;
    let path = docs.join("providers.md");
    let page = fs::read_to_string(&path)?;
    let renewed = render::with_table(&page)
        .ok_or_else(|| io::Error::other("docs/providers.md has lost its two markers"))?;
    fs::write(path, renewed)
}
