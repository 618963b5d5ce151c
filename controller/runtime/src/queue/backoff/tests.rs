//! Tests of the queue's backoff.
