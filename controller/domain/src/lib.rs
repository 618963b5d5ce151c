//! The pure core of podsteward: what is observed, what is wrong, what is decided, and why.
//!
//! Owns every decision. Never does I/O, reads a clock, draws a random number or waits: the [`world::World`] comes
//! in whole, with its own [`time::Moment`] as "now", and plain values go out. Same World, same bytes out.
//! Called by the runtime (every reconcile) and by the CLI (`plan`); the adapters use its types.

pub mod action;
pub mod admit;
pub mod decision;
pub mod engine;
pub mod exit;
pub mod fields;
pub mod finding;
pub mod intent;
pub mod live;
pub mod liveness;
pub mod memory;
pub mod observation;
pub mod plan;
pub mod restart;
pub mod status;
pub mod switch;
pub mod time;
pub mod world;
