//! tokio lives here: sources, world store, queue, workers, executor, HTTP.

pub mod clock;
pub mod http;
pub mod listing;
pub mod notify;
pub mod queue;
pub mod source;
