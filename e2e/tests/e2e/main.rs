//! Scenarios against real Podman, one file each, named by the noun that runs through finding, metric and docs.
//!
//! Each scenario runs in a process and a throw-away world of its own: run them by `make e2e`.

mod converge;
mod lab;
