//! The pure core of podsteward: what is observed, what is wrong, what is decided, and why.
//!
//! Owns every decision. Never does I/O, reads a clock, draws a random number or waits: the [`world::World`] comes
//! in whole, with its own [`time::Moment`] as "now", and plain values go out. Same World, same bytes out.
//! Called by the runtime (every reconcile) and by the CLI (`plan`); the adapters use its types.

pub mod action;
pub mod admit;
pub mod alert;
pub mod approval;
pub mod approvals;
pub mod backup;
pub mod breaker;
pub mod channel;
pub mod compare;
pub mod confidence;
pub mod consequence;
pub mod decay;
pub mod decide;
pub mod decision;
pub mod detect;
pub mod disk;
pub mod drill;
pub mod engine;
pub mod evaluate;
pub mod exit;
pub mod facts;
pub mod fields;
pub mod finding;
pub mod forecast;
pub mod health;
pub mod intent;
pub mod ladder;
pub mod learn;
pub mod limits;
pub mod live;
pub mod liveness;
pub mod memory;
pub mod needs;
pub mod notification;
pub mod observation;
pub mod orient;
pub mod plan;
pub mod planning;
pub mod playbook;
pub mod pressure;
pub mod probe;
pub mod recover;
pub mod report;
pub mod restart;
pub mod risk;
pub mod score;
pub mod snapshot;
pub mod standing;
pub mod state;
pub mod status;
pub mod storm;
pub mod suppress;
pub mod switch;
pub mod time;
pub mod track;
pub mod verify;
pub mod view;
pub mod words;
pub mod world;
