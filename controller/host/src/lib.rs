//! The only place that knows Linux: processes, clocks, snapshots, and which healthchecks the host runs by itself.
//!
//! Owns pidfds, the reading of clocks, and the question whether systemd is there. Never decides anything and never
//! touches a container: it tells what the kernel says. Called by the runtime, which turns its answers into events.

pub mod clock;
pub mod pidfd;
pub mod snapshot;
pub mod systemd;
