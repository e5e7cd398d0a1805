//! Reads `tauri.conf.json` at the root, and the page's rights from this folder.
//!
//! Commands are not listed in the app manifest here: that would generate one permission a command
//! at the root. The hand-written set in `permissions/` is compared with the code by a test.

use tauri_build::{AppManifest, Attributes, try_build};

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    let attributes = Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"));
    if let Err(error) = try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
