//! Scenarios against real Podman, one file each, named by the noun that runs through finding, metric and docs.
//!
//! Each scenario runs in a process and a throw-away world of its own: run them by `make e2e`.

mod adopt;
mod approval;
mod auto_restart;
mod bad_edit;
mod bad_input;
mod breaker;
mod broken_yaml;
mod cli;
mod clock;
mod config_file;
mod consequence;
mod converge;
mod crash;
mod crash_loop;
mod deletion;
mod depends_on;
mod disk_cleanup;
mod disk_crash;
mod disk_engine;
mod disk_pressure;
mod drift;
mod edit;
mod example;
mod execute;
mod image;
mod instance;
mod journal;
mod kill;
mod lab;
mod memory_pressure;
mod metrics;
mod orphan;
mod outbox;
mod port_taken;
mod removed_by_hand;
mod restart;
mod service;
mod service_restart;
mod snapshot;
mod stopped_by_hand;
mod store;
mod storm;
mod switch;
mod why;
