//! Questions, answers and ends.
