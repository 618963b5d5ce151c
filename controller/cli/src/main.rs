//! The `podsteward` binary.
fn main() {}
