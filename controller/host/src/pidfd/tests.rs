//! Watching processes, with real ones.
