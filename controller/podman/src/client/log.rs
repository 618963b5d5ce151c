//! The verb on a container's log.
//!
//! Owns the request and the frames in which Podman sends a log, and what a command says. Never holds more than its bounded end. The client crate
//! trusts a frame's length and panics on an unknown stream, so the frames are read here.

use hyper014::body::HttpBody;

use super::Podman;
use super::call::within;
use super::failure::Failure;
use crate::deadline::LOG;
use crate::error::Error;
use crate::names::check_name;
use crate::tail::Tail;

/// What Podman says of a log driver that keeps nothing it could read: `none` and `passthrough`.
const KEEPS_NOTHING: &str = "this container is not logging output";

impl Podman {
    /// The end of a log since a time.
    pub(super) async fn log_since(
        &self,
        name: &str,
        since_ms: i64,
        lines_max: usize,
    ) -> Result<Vec<String>, Error> {
        let call = format!("read log of container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let since_ms = since_ms.max(0);
        let (seconds, millis) = (since_ms / 1000, since_ms % 1000);
        let path = format!(
            "/containers/{name}/logs?stdout=true&stderr=true&since={seconds}.{millis:03}&tail={lines_max}"
        );
        match within(&call, LOG, self.tail_of(&path)).await {
            Ok(tail) => Ok(tail.lines(lines_max)),
            Err(Error::Failed { message, .. }) if message.contains(KEEPS_NOTHING) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Reads a log to its end and keeps its tail.
    async fn tail_of(&self, path: &str) -> Result<Tail, Failure> {
        let mut body = self.raw.get_body(path).await?;
        let mut frames = Frames::default();
        while let Some(chunk) = body.data().await {
            let chunk = chunk.map_err(|error| Failure::Socket(error.to_string()))?;
            frames.push(&chunk)?;
        }
        Ok(frames.tail)
    }
}

/// A log in frames, of which any piece may come at a time: one byte for the stream, three zeros, four bytes of length,
/// then the content.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: Vec<u8>,
    /// How much of the present frame's content is still to come.
    left: usize,
    pub(super) tail: Tail,
}

impl Frames {
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let (content, after) = bytes.split_at(self.left.min(bytes.len()));
                self.tail.push(content);
                self.left -= content.len();
                bytes = after;
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            if let Ok([_, zeros @ .., a, b, c, d]) = <[u8; 8]>::try_from(self.head.as_slice()) {
                if zeros != [0; 3] {
                    return Err(Failure::Shape("the log is not in frames".to_owned()));
                }
                self.head.clear();
                self.left = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
