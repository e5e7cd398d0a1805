//! Prints `ui/src/ipc/bindings.ts`.

mod render;

fn main() {
    print!("{}", render::render());
}
