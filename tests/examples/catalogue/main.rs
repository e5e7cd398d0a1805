//! Prints `ui/src/ipc/catalogue.json`.

use std::error::Error;

mod render;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", render::catalogue()?);
    Ok(())
}
