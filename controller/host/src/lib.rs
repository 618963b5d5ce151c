//! The only place that knows Linux: pidfds, clocks, boot id, health timers.
