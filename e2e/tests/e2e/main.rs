//! Scenarios against real Podman, one file each, named by the noun that runs through finding, metric and docs.
//!
//! Each scenario runs in a process and a throw-away world of its own: run them by `make e2e`.

mod adopt;
mod bad_edit;
mod bad_input;
mod broken_yaml;
mod cli;
mod config_file;
mod converge;
mod crash_loop;
mod deletion;
mod depends_on;
mod drift;
mod edit;
mod example;
mod image;
mod instance;
mod journal;
mod kill;
mod lab;
mod metrics;
mod port_taken;
mod removed_by_hand;
mod restart;
mod service;
mod stopped_by_hand;
mod switch;
