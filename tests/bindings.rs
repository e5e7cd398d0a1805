//! The page's types are the Rust types and its catalogue is the built-in one, or this fails.

#[path = "examples/catalogue/render.rs"]
mod catalogue;
#[path = "examples/bindings/render.rs"]
mod render;
#[path = "examples/sheets/render.rs"]
mod sheets;

#[test]
fn the_typescript_bindings_say_what_the_rust_types_say() {
    let kept = include_str!("../ui/src/ipc/bindings.ts");
    assert!(
        kept == render::render(),
        "the shapes changed; run: cargo run -q -p proofkey-tests --example bindings > ui/src/ipc/bindings.ts"
    );
}

#[test]
fn the_page_is_tried_with_the_providers_that_are_built_in() {
    let kept = include_str!("../ui/src/ipc/catalogue.json");
    assert!(
        kept == catalogue::catalogue().unwrap(),
        "the providers changed; run: cargo run -q -p proofkey-tests --example catalogue > target/catalogue.json && mv target/catalogue.json ui/src/ipc/catalogue.json"
    );
}

#[test]
fn the_page_is_tried_with_sheets_that_core_makes() {
    let kept = include_str!("../ui/src/ipc/sheets.json");
    assert!(
        kept == sheets::sheets(),
        "the sheets changed; run: cargo run -q -p proofkey-tests --example sheets > target/sheets.json && mv target/sheets.json ui/src/ipc/sheets.json"
    );
}
