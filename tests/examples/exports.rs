//! Writes the examples in docs/exports.md, and the previews of the page that runs without a window: part
//! of `make generate`.

use std::fs;
use std::io;
use std::path::Path;

use proofkey_tests::exports;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let guide = root.join("docs/exports.md");
    fs::write(&guide, exports::with_examples(&fs::read_to_string(&guide)?))?;
    let previews = format!("{:#}\n", exports::previews());
    fs::write(root.join("ui/src/ipc/exports.json"), previews)
}
