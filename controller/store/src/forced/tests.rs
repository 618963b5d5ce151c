//! Words to act now.
