//! The page's types are the Rust types, or this fails.

#[path = "examples/bindings/render.rs"]
mod render;

#[test]
fn the_typescript_bindings_say_what_the_rust_types_say() {
    let kept = include_str!("../ui/src/ipc/bindings.ts");
    assert!(
        kept == render::render(),
        "the shapes changed; run: cargo run -q -p proofkey-tests --example bindings > ui/src/ipc/bindings.ts"
    );
}
