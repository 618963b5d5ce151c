//! tokio lives here: sources, world store, queue, workers, executor, HTTP.

pub mod clock;
pub mod queue;
pub mod source;
