//! Prints `ui/src/ipc/catalogue.json`.

mod render;

fn main() {
    print!("{}", render::catalogue());
}
