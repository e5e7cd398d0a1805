//! Events about installed apps: what is taken in, who signed it, and every way to be refused.

mod bodies;
mod practice;
mod replaced;
mod signatures;
mod signer;
mod stage;
mod taken_in;
