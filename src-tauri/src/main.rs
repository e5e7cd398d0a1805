//! The program `proofkey-desktop`.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    proofkey_desktop::run()
}
