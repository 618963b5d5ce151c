//! The pure core: what is observed, what is wrong, what is decided, and why.
