//! Spans of time, written `30s`, `5m`, `1h30m`, `7d`.
//!
//! Owns parsing and printing of durations. Never reads a clock.
//! Used by every field that ends in `Seconds`, `Period`, `Timeout`, `Interval` or `For`.
