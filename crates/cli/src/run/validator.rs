//! `proofkey validator ...`.

mod check;
mod serve;
mod sockets;
mod trial;

pub(crate) use serve::run as serve;
pub(crate) use trial::run as try_one;
