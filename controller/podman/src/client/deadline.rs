//! How long each call may take.
//!
//! Owns the one table of deadlines and the clock around a call. Podman itself has none: a server that accepts and
//! never answers would hold a caller for ever. Never retries. Used by every verb of the client.

use std::future::Future;
use std::time::Duration;

use super::failure::Failure;
use crate::error::Error;

/// Inspecting, listing networks, volumes, images, secrets: Podman takes a millisecond; a storage lock that
/// another command holds may add seconds.
pub(super) const READ: Duration = Duration::from_secs(10);
/// Listing containers: a thousand of them take half a second, and the next list comes in ten.
pub(super) const LIST: Duration = Duration::from_secs(20);
/// `info` runs several programs to find their versions: 0.4 s when idle.
pub(super) const INFO: Duration = Duration::from_secs(30);
/// Making or renaming a thing: 10 ms, but a large image on a slow disk copies its volumes' content first.
pub(super) const WRITE: Duration = Duration::from_secs(60);
/// What is added to the time that the container itself is given: Podman waits for its monitor, then cleans up
/// mounts and networks.
pub(super) const AFTER_GRACE: Duration = Duration::from_secs(30);

/// Runs a call within its deadline. Dropping the call is safe: Podman goes on or not, and the connection is closed.
pub(super) async fn within<T>(
    call: &str,
    deadline: Duration,
    work: impl Future<Output = Result<T, Failure>> + Send,
) -> Result<T, Error> {
    match tokio::time::timeout(deadline, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(failure)) => Err(failure.sorted(call)),
        Err(_) => Err(Error::Timeout { call: call.to_owned(), deadline_secs: deadline.as_secs() }),
    }
}
