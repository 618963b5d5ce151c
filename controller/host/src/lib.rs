//! The only place that knows Linux: processes, clocks, filesystems, snapshots, pressure, sockets, and which healthchecks
//! the host runs by itself.
//!
//! Owns pidfds, the reading of clocks, filesystems, pressures and sockets, the deletion of files, snapshots, the run of
//! programs, the end of commands that outlived their time, and the question whether systemd is there. Never decides anything and never touches
//! a container's main process: it tells what the kernel says. Called by the runtime, which turns its answers into events.

pub mod backup;
pub mod clock;
pub mod command;
pub mod disk;
pub mod files;
pub mod journal;
pub mod pidfd;
pub mod pressure;
pub mod snapshot;
pub mod sockets;
pub mod stray;
pub mod systemd;
mod walk;
