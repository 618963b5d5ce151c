//! The manifests directory as a source.
//!
//! Owns what the directory says: reading it, knowing when it changed, keeping what was good in force, and telling
//! a deletion from an accident. Never applies or removes anything: it hands out a [`view::ManifestView`], and the
//! domain decides what follows. The world store takes the views; `validate` and `plan` use [`read`] alone.
//!
//! ```text
//! watch -> read -> fresh (load what changed) -> merge (what is in force) -> settle (what is told) -> view
//! ```

pub mod fresh;
pub mod merge;
pub mod read;
pub mod service;
pub mod settle;
pub mod view;
pub mod watch;
