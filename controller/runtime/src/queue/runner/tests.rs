//! Tests of the queue's runner.
