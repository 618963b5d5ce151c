//! The end of a plan.
