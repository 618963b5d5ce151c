//! Every kind a user may write.
//!
//! Owns the manifest language: keys and names, the wire form (as typed), the validated form (as used), the
//! defaults with their reasons, validation of all problems at once with their places, and the JSON Schemas.
//! Never reads a file, never looks at a clock: text comes in, documents and problems go out.
//! Called by every other crate; depends on none of them.

pub mod alert;
pub mod backup;
pub mod channel;
pub mod container;
pub mod cross;
pub mod defaults;
pub mod disk;
pub mod document;
pub mod duration;
pub mod key;
pub mod load;
pub mod network;
pub mod playbook;
pub mod policy;
pub mod problem;
pub mod quantity;
pub mod schema;
pub mod signal;
pub mod tree;
pub mod volume;
pub mod window;

mod validate;
mod walk;
mod wire;
