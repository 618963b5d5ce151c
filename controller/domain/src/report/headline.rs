//! The first paragraph: what a tired person must know.
//!
//! Owns the order: what needs somebody, what was done, and how much of the time anybody watched.

use std::time::Duration;

use super::needs::needs;
use super::{Report, Watch};
use crate::score::Score;
use crate::words;

/// Less than this share of the time is worth a word.
const WATCHED_ENOUGH: Score = Score::new(9_900);

/// A few sentences.
pub(super) fn headline(report: &Report) -> String {
    let needs = needs(report);
    let first = if needs.is_empty() {
        "Nothing needs you.".to_owned()
    } else {
        format!("Needs you: {}.", needs.join("; "))
    };
    format!("{first} {} {}", done(report), watched(report))
}

fn done(report: &Report) -> String {
    let all = &report.all;
    let failed = all.attempts - all.verified;
    let did = match (all.attempts, failed) {
        (0, _) => "It did nothing".to_owned(),
        (1, 0) => "It did 1 thing, which was verified".to_owned(),
        (attempts, 0) => format!("It did {attempts} things, all verified"),
        (attempts, failed) => format!("It did {attempts} things, of which {failed} failed"),
    };
    match all.withheld {
        0 => format!("{did}, and held nothing back."),
        withheld => format!("{did}, and held {withheld} back."),
    }
}

fn watched(report: &Report) -> String {
    let coverage = &report.coverage;
    let Some(ratio) = coverage.ratio else { return "How much of the time it ran is not known.".to_owned() };
    let mut parts = Vec::new();
    if ratio < WATCHED_ENOUGH {
        parts.push(format!("it ran {} of the time", percent(ratio)));
    }
    for (watch, words) in [
        (Watch::Paused, "it was paused for"),
        (Watch::Stopped, "it was stopped for"),
        (Watch::Observing, "it only observed for"),
        (Watch::Asking, "it asked first for"),
    ] {
        let seconds = coverage.seconds.get(&watch).copied().unwrap_or(0);
        if seconds > 0 {
            parts.push(format!("{words} {}", words::duration(Duration::from_secs(seconds))));
        }
    }
    if let Some(since) = &coverage.known_since {
        parts.push(format!("before {since} is not known"));
    }
    if parts.is_empty() {
        return "It ran and was free to act all the time.".to_owned();
    }
    let text = parts.join("; ");
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

/// A share as people read it: whole percent, and never 100 where something is missing.
fn percent(score: Score) -> String {
    format!("{} %", score.basis_points() / 100)
}
