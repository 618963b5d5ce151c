//! How long each call may take.
//!
//! Owns the one table of deadlines. Podman itself has none: a server that accepts and never answers would hold a caller
//! for ever. Used by the client and by the fake, whose hangs last as long.

use std::time::Duration;

/// Inspecting, listing networks, volumes, images, secrets: Podman takes a millisecond; a storage lock that
/// another command holds may add seconds.
pub(crate) const READ: Duration = Duration::from_secs(10);
/// Listing containers: a thousand of them take half a second, and the next list comes in ten.
pub(crate) const LIST: Duration = Duration::from_secs(20);
/// Reading the end of a log: Podman takes 10 ms for a thousand lines of a long one. It is looked into, never waited for.
pub(crate) const LOG: Duration = Duration::from_secs(2);
/// `info` runs several programs to find their versions: 0.4 s when idle.
pub(crate) const INFO: Duration = Duration::from_secs(30);
/// Making, renaming or removing a thing: 10 ms, but a large image on a slow disk copies its volumes' content first.
pub(crate) const WRITE: Duration = Duration::from_mins(1);
/// Measuring what everything takes: Podman walks through every volume, and through the layer of every container.
pub(crate) const DISK_USAGE: Duration = Duration::from_mins(5);
/// What is added to the time that the container itself is given: Podman waits for its monitor, then cleans up
/// mounts and networks.
pub(crate) const AFTER_GRACE: Duration = Duration::from_secs(30);
