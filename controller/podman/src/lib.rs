//! The only place that knows libpod.
//!
//! Owns the narrow trait [`Engine`], its implementation over Podman's socket, and (feature `fake`) an in-memory
//! Podman that passes the same contract suite. Never decides anything and never retries: a call has a deadline
//! and an answer. Called by the runtime only.

pub mod api;
mod chatter;
mod client;
mod convert;
mod deadline;
pub mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod names;
mod tail;
mod wire;

pub use api::Engine;
pub use client::Podman;
pub use error::Error;
