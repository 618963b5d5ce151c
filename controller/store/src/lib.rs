//! The only place that knows SQLite: journal, status, switch, events.
