//! tokio lives here: sources, world store, queue, workers, executor, HTTP.
