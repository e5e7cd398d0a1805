//! The world itself: files, network, clock, browser. Only the wiring of a program names it.

pub mod files;
