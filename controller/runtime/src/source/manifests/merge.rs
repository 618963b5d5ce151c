//! From what was in force and what was read to what is in force.
