//! Holds back problems that may be half a write.
//!
//! Owns the wait until a new problem has lasted. What is good takes effect at once; only the telling of what is
//! wrong waits. Never changes what is in force. Used by the manifests source on each view before it is handed out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_specs::problem::Problem;
use tokio::time::Instant;

use super::view::ManifestView;

/// What was told of each file.
#[derive(Debug)]
pub struct Settle {
    wait: Duration,
    /// At the start everything is told: the files had time enough.
    started: bool,
    files: BTreeMap<String, Telling>,
}

/// The problems of one file.
#[derive(Debug, PartialEq, Eq)]
enum Telling {
    /// They are new.
    Fresh { problems: Vec<Problem>, since: Instant },
    /// The file has been told to be wrong; that it is wrong in another way now is told at once.
    Told,
}

impl Settle {
    /// Tells a new problem once it has lasted for `wait`.
    pub fn new(wait: Duration) -> Self {
        Self { wait, started: false, files: BTreeMap::new() }
    }

    /// Takes out of the view what is too new to be told. Says when to read again, if there is any.
    pub fn filter(&mut self, view: &mut ManifestView, now: Instant) -> Option<Instant> {
        let mut by_file: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
        for problem in &view.problems {
            by_file.entry(problem.file.clone()).or_default().push(problem.clone());
        }
        let mut before = std::mem::take(&mut self.files);
        for (file, problems) in by_file {
            let telling = self.next(before.remove(&file), problems, now);
            self.files.insert(file, telling);
        }
        self.started = true;
        self.take_out_fresh(view);
        let since = self.files.values().filter_map(|telling| match telling {
            Telling::Fresh { since, .. } => Some(*since),
            Telling::Told => None,
        });
        since.min().map(|since| since + self.wait)
    }

    fn next(&self, before: Option<Telling>, problems: Vec<Problem>, now: Instant) -> Telling {
        match before {
            Some(Telling::Told) => Telling::Told,
            None if !self.started => Telling::Told,
            Some(Telling::Fresh { problems: same, since }) if same == problems => {
                let lasted = now.saturating_duration_since(since) >= self.wait;
                if lasted { Telling::Told } else { Telling::Fresh { problems, since } }
            }
            Some(Telling::Fresh { .. }) | None => Telling::Fresh { problems, since: now },
        }
    }

    fn take_out_fresh(&self, view: &mut ManifestView) {
        let fresh = |problem: &Problem| matches!(self.files.get(&problem.file), Some(Telling::Fresh { .. }));
        let lines: BTreeSet<String> =
            view.problems.iter().filter(|problem| fresh(problem)).map(Problem::to_string).collect();
        view.problems.retain(|problem| !fresh(problem));
        for problems in view.problems_of.values_mut() {
            problems.retain(|line| !lines.contains(line));
        }
        view.problems_of.retain(|_, problems| !problems.is_empty());
    }
}

#[cfg(test)]
mod tests;
