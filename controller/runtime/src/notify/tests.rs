//! What the service manager is told, and when.
