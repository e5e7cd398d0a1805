//! The world itself: files, network, clock, browser. Only the wiring of a program names it.

pub mod address;
pub mod browser;
pub mod clock;
pub mod connect_to;
pub mod entropy;
pub mod files;
pub mod http;
pub mod network;
pub mod proxy;
pub(crate) mod threads;
pub mod tls;
pub mod transport_error;
