//! Tracks and breakers.
