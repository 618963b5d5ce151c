//! Where facts come from: one module a source.
//!
//! Owns nothing but the list. Each source tells what it sees and decides nothing.

pub mod manifests;
