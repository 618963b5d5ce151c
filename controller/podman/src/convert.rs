//! Between libpod's JSON and our value types, both ways.
//!
//! Owns the rule of the house: what is created from a document and inspected again compares equal, field by field, on
//! every Podman. Never talks to a socket. Called by the client, and by the fake for the defaults.

pub(crate) mod container;
pub(crate) mod create;
pub(crate) mod listing;
mod mounts;
mod networking;
pub(crate) mod stored;
pub(crate) mod things;
pub(crate) mod time;
pub(crate) mod untold;

#[cfg(test)]
mod tests;
