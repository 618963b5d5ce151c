//! Where facts come from: one module a source.
//!
//! Owns nothing but the list. Each source tells what it sees and decides nothing.

pub mod backups;
pub mod config_files;
pub mod disks;
pub mod events;
pub mod foreign_writes;
pub mod healthchecks;
pub mod host;
pub mod manifests;
pub mod pressure;
pub mod probes;
pub mod playbooks;
pub mod relist;
pub mod snapshots;
pub mod upkeep;
