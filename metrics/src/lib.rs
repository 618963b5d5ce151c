//! The closed catalogue of events: the sole emitter of logs and metrics.
