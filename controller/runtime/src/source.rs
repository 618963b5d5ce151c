//! Where facts come from: one module a source.
//!
//! Owns nothing but the list. Each source tells what it sees and decides nothing.

pub mod backups;
pub mod config_files;
pub mod disks;
pub mod drill;
pub mod events;
pub mod foreign_writes;
pub mod healthchecks;
pub mod host;
pub mod manifests;
pub mod playbooks;
pub mod pressure;
pub mod probes;
pub mod relist;
pub mod report;
pub mod snapshots;
pub mod upkeep;
