//! The harness of the scenarios: an isolated Podman, the real binary, and a way to wait for a state.
//!
//! Owns everything a scenario or a bench uses to act on the outside world. Never links podsteward's own crates: what
//! is tested is the binary, by its command line, its HTTP endpoints and what it does to Podman.
//! Called by `tests/e2e`, by the bench and by `make run`.

pub mod alertmanager;
pub mod controller;
pub mod disk;
pub mod exporter;
pub mod history;
pub mod http;
pub mod lab;
pub mod manifest;
pub mod object;
pub mod process;
pub mod prometheus;
pub mod proxy;
pub mod receiver;
pub mod remediation;
pub mod wait;
