//! Tests of the queue's bucket.
