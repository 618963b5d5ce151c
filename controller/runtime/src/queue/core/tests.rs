//! Tests of the queue's core.
