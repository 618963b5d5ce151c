//! Who is told of every change that `get` would show.
//!
//! Owns the channel. Never blocks the worker: a listener that is slow misses nothing that matters, because each
//! message carries the whole status. Used by `run --once`.

use podsteward_domain::status::ObjectStatus;
use podsteward_specs::key::Key;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An object is shown differently from now on.
    Status(Box<ObjectStatus>),
    /// An object is gone.
    Forgotten(Key),
}

/// The telling side. Says nothing where nobody listens.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    sender: Option<UnboundedSender<Change>>,
}

impl Progress {
    /// A channel: bounded by the number of changes that a convergence takes.
    pub fn channel() -> (Self, UnboundedReceiver<Change>) {
        let (sender, receiver) = unbounded_channel();
        (Self { sender: Some(sender) }, receiver)
    }

    /// Tells of a status.
    pub fn tell(&self, status: &ObjectStatus) {
        self.send(Change::Status(Box::new(status.clone())));
    }

    /// Tells that an object is gone.
    pub fn forget(&self, key: &Key) {
        self.send(Change::Forgotten(key.clone()));
    }

    fn send(&self, change: Change) {
        if let Some(sender) = &self.sender {
            // A listener that is gone does not want to know.
            let _ = sender.send(change);
        }
    }
}
