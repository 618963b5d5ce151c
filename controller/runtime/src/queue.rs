//! The queue between the world store and the workers.
//!
//! Owns which object is looked at next, and when: one entry a key, the earliest request wins, a key never runs
//! twice at once, a failing key backs off, and all of them share one rate. Never looks at an object and never
//! learns why a run failed. The world store and the sources add requests; the worker is run by it.
//!
//! [`core`] is the whole of the rules, without tokio; [`runner`] turns them into a stream of runs and drives the
//! worker.

pub mod backoff;
pub mod bucket;
pub mod core;
pub mod handle;
pub mod observer;
pub mod request;
pub mod runner;

pub use handle::{QueueHandle, QueueState};
pub use observer::QueueObserver;
pub use request::{Priority, Reason, Request, RunResult};
pub use runner::{Options, Queue};
