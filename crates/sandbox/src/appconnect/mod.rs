//! What an app on `AppConnect` meets: signed events that bring its credentials, installations to approve,
//! and credentials that are replaced.

pub(crate) mod apps;
pub(crate) mod event;
pub(crate) mod fresh_key;
pub(crate) mod order;
pub(crate) mod signature_key;
