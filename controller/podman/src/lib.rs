//! The only place that knows libpod.
