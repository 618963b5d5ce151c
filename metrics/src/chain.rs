//! An error with everything that caused it, as one line.
//!
//! Owns the way in which errors are written in logs and journals. Called by whoever puts an error into an event.

use std::error::Error;

/// The error and its sources, joined by `: `. Our errors leave their source out of their own text.
pub fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read {0}")]
    struct Outer(&'static str, #[source] std::io::Error);

    #[test]
    fn every_cause_is_named_once_from_the_outside_in() {
        let error = Outer("web.yaml", std::io::Error::other("disk on fire"));
        assert_eq!(chain(&error), "cannot read web.yaml: disk on fire");
    }
}
