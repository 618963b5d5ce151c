//! tokio lives here: sources, world store, queue, workers, executor, HTTP.
//!
//! Owns everything that waits. Never decides: every decision is `podsteward-domain`'s, every effect on the host is an
//! adapter's. Called by the binary through [`service::run`] and [`assess::assess`].
//!
//! ```text
//! source/* --what they read--> world (caches) --who is concerned--> queue --one key--> worker
//!    ^                                                                                   | evaluate (domain)
//!    |                                                                                   v
//! engine, kernel, files <---------------- executor (steps) <--- admit (store) <--- choice, plan
//! ```

pub mod alerts;
pub mod assess;
pub mod backups;
pub mod clock;
pub mod commands;
pub mod context;
pub mod controller;
pub mod crash;
pub mod disks;
pub mod executor;
pub mod http;
mod incidents;
pub mod keeper;
pub mod listing;
mod manifests;
pub mod metered;
pub mod notify;
mod observer;
mod once;
pub mod outbox;
pub mod parts;
pub mod prober;
pub mod progress;
pub mod queue;
pub mod real;
pub mod service;
mod show;
pub mod snapshots;
pub mod source;
pub mod tasks;
pub mod worker;
pub mod world;
