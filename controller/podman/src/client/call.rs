//! The clock around a call.
//!
//! Owns what happens when a deadline passes. Never retries. Used by every verb of the client.

use std::future::Future;
use std::time::Duration;

use super::failure::Failure;
use crate::error::Error;

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
