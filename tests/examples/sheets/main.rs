//! Prints `ui/src/ipc/sheets.json`.

mod render;

fn main() {
    print!("{}", render::sheets());
}
