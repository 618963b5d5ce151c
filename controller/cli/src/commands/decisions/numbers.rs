//! What `decisions --stats` prints.
//!
//! Owns its shape and its look.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_runtime::listing::Numbers;
use serde::Serialize;

use crate::output::table::{self, Cell, labelled};
use crate::output::{Screen, View, age};

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Statistics {
    statistics: OfTime,
}

/// Numbers of a span of time.
#[derive(Debug, Serialize)]
struct OfTime {
    window_seconds: u64,
    #[serde(flatten)]
    numbers: Numbers,
}

impl Statistics {
    /// The numbers of the last so long.
    pub(super) fn new(last: Duration, numbers: Numbers) -> Self {
        Self { statistics: OfTime { window_seconds: last.as_secs(), numbers } }
    }
}

impl View for Statistics {
    fn text(&self, screen: Screen) -> String {
        let OfTime { window_seconds, numbers } = &self.statistics;
        let Numbers { decisions, times, attempted, succeeded, .. } = numbers;
        let last = age::short(Duration::from_secs(*window_seconds));
        let again = if times > decisions { format!(", made {times} times") } else { String::new() };
        let rate = match numbers.success_rate {
            Some(rate) => format!("{} % ({succeeded} of {attempted})", (rate.basis_points() + 50) / 100),
            None => "no data: nothing was attempted".to_owned(),
        };
        let confidence = numbers.average_confidence;
        let confidence =
            confidence.map_or_else(|| "no data: nothing was judged".to_owned(), |it| it.to_string());
        let lines: [(&str, Cell); 3] = [
            ("Decisions", format!("{decisions} within {last}{again}").into()),
            ("Success rate", rate.into()),
            ("Average confidence", confidence.into()),
        ];
        let mut text = labelled(&lines, screen);
        for (title, counts) in [
            ("ACTION", named(&numbers.by_action, |action: &Action| action.as_str())),
            ("OUTCOME", named(&numbers.by_outcome, |outcome| outcome)),
            ("DECISION", named(&numbers.by_decision, |verdict: &Verdict| verdict.as_str())),
            ("WITHHELD BY", named(&numbers.withheld_by, |gate: &Gate| gate.as_str())),
        ] {
            if !counts.is_empty() {
                text.push('\n');
                text.push_str(&table::text(&[title, "DECISIONS"], &counts, screen));
            }
        }
        text
    }
}

/// The greatest first.
fn named<T>(counts: &BTreeMap<T, u64>, name: impl Fn(&T) -> &str) -> Vec<Vec<Cell>> {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    counts.into_iter().map(|(of, count)| vec![name(of).into(), count.to_string().into()]).collect()
}

#[cfg(test)]
mod tests;
