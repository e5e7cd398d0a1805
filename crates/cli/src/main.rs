//! Proofkey on the command line.

fn main() {}
