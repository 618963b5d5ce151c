//! What the host tells of a proof, and what that says.
//!
//! Owns how files, the end of a program and a sample are read. Never looks at any of them. What cannot be seen, or cannot
//! be so, is not known: it proves nothing, and nothing is missing because of it.

use podsteward_specs::backup::{Proof, Selector};
use serde::{Deserialize, Serialize};

use super::{cadence, metric};
use crate::disk::Size;
use crate::time::{Moment, rfc3339};
use crate::words;

use std::time::Duration;

/// What the host tells of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The files of a glob.
    Files(SeenFiles),
    /// The end of a program.
    Ended {
        /// The status that it ended with; `None`: a signal ended it.
        code: Option<i32>,
        /// The end of what it printed.
        output: String,
        /// The end of what it complained about.
        complaint: String,
    },
    /// The content of a file.
    Text {
        /// The content.
        text: String,
        /// When it was last written, in milliseconds since 1970.
        changed_ms: i64,
    },
    /// It cannot be told: why.
    Unseen(String),
}

/// The files of a glob.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenFiles {
    /// The newest ones that are large enough, the newest first; among them the newest that nobody wrote to for
    /// [`cadence::QUIET`], however many are newer.
    pub newest: Vec<SeenFile>,
    /// How many are too small.
    pub small: u64,
    /// What could not be looked at, so that there may be more.
    pub unseen: Option<String>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// When it was last written, in milliseconds since 1970.
    pub changed_ms: i64,
}

/// What a proof says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// It was done.
    Done {
        /// When, in milliseconds since 1970.
        ms: i64,
        /// What says so, for people.
        by: String,
    },
    /// It was never done: why that is thought.
    Nothing(String),
    /// The last attempt failed: how.
    Failed(String),
    /// That cannot be told: why.
    Unknown(String),
}

impl Told {
    /// The word itself.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Nothing(_) => "nothing",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What is said about it, for people.
    pub fn detail(&self) -> &str {
        match self {
            Self::Done { by: text, .. } | Self::Nothing(text) | Self::Failed(text) | Self::Unknown(text) => {
                text
            }
        }
    }
}

/// A time before this one, in seconds since 1970, is none: it is a count, a flag or a clock that was never set.
const FIRST_SECOND: f64 = 1e9;
/// Two clocks may differ by so much.
const SKEW: Duration = Duration::from_mins(1);

/// Whether a time is later than any clock may be wrong by: what it says of an age is nothing.
pub(super) fn is_of_the_future(ms: i64, now: Moment) -> bool {
    ms > now.wall_ms.saturating_add(millis(SKEW))
}

/// How long until a time of the future is none any more.
pub(super) fn until_past(ms: i64, now: Moment) -> Duration {
    let left = ms.saturating_sub(now.wall_ms).saturating_sub(millis(SKEW));
    Duration::from_millis(u64::try_from(left).unwrap_or(0))
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// Reads what the host tells of a proof, now.
pub fn read(proof: &Proof, max_age: Duration, evidence: &Evidence, now: Moment) -> Told {
    match (proof, evidence) {
        (_, Evidence::Unseen(why)) => Told::Unknown(why.clone()),
        (Proof::Files { glob, min_size }, Evidence::Files(seen)) => {
            files(seen, &Wanted { glob, least: min_size.0, max_age }, now)
        }
        (Proof::Command { argv, .. }, Evidence::Ended { code, output, complaint }) => {
            let program = argv.first().map(String::as_str).unwrap_or_default();
            match code {
                Some(0) => ended_well(program, output, now),
                Some(code) => Told::Failed(format!("{program} ended with {code}{}", said(complaint, output))),
                None => Told::Failed(format!("{program} was ended by a signal{}", said(complaint, output))),
            }
        }
        (Proof::MetricFile { path, metric, success }, Evidence::Text { text, changed_ms }) => {
            let told = sample(text, metric, success.as_ref(), now);
            with_age(told, path, *changed_ms, max_age, now)
        }
        _ => Told::Unknown("something else was looked at".to_owned()),
    }
}

/// Which files prove something.
struct Wanted<'a> {
    glob: &'a str,
    least: u64,
    max_age: Duration,
}

/// The newest file counts that nobody writes to any more. One from the future has no age, and one that is not seen may be
/// newer.
fn files(seen: &SeenFiles, wanted: &Wanted<'_>, now: Moment) -> Told {
    let now_ms = now.wall_ms;
    let quiet_since = now_ms.saturating_sub(millis(cadence::quiet(wanted.max_age)));
    let oldest = now_ms.saturating_sub(millis(wanted.max_age));
    let whole = seen.newest.iter().find(|file| file.changed_ms <= quiet_since);
    let unseen = seen.unseen.as_ref().filter(|_| whole.is_none_or(|file| file.changed_ms < oldest));
    let first = seen.newest.first();
    match (whole, unseen, first) {
        (_, Some(why), _) => Told::Unknown(why.clone()),
        (Some(file), None, _) => {
            Told::Done { ms: file.changed_ms, by: format!("{}, {}", file.path, Size(file.size)) }
        }
        (None, None, Some(file)) if is_of_the_future(file.changed_ms, now) => Told::Unknown(format!(
            "{} is from the future ({}): its age is not known",
            file.path,
            rfc3339(file.changed_ms)
        )),
        (None, None, Some(file)) => Told::Nothing(format!("{} is still being written", file.path)),
        (None, None, None) if seen.small > 0 => {
            let (noun, least) = (if seen.small == 1 { "file is" } else { "files are" }, Size(wanted.least));
            Told::Nothing(format!("{} {noun} there for {}, smaller than {least}", seen.small, wanted.glob))
        }
        (None, None, None) => Told::Nothing(format!("no file is there for {}", wanted.glob)),
    }
}

/// A program that prints no number says that all is well now.
fn ended_well(program: &str, output: &str, now: Moment) -> Told {
    let line = output.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.parse::<f64>() {
        Ok(number) => time(number, now, program),
        Err(_) => Told::Done { ms: now.wall_ms, by: format!("{program} ended with 0") },
    }
}

fn said(complaint: &str, output: &str) -> String {
    let mut lines = complaint.lines().rev().chain(output.lines().rev()).map(str::trim);
    lines
        .find(|line| !line.is_empty())
        .map_or_else(String::new, |line| format!(": {}", words::shortened(line)))
}

/// What a number says that should be a time.
fn time(seconds: f64, now: Moment, by: &str) -> Told {
    let (value, said) = (seconds * 1000.0, words::shortened(&seconds.to_string()));
    // Every time that is let through fits, and what does not is brought within its bounds by the conversion.
    #[expect(clippy::cast_possible_truncation, reason = "a conversion of a float saturates")]
    let ms = value.round() as i64;
    if seconds == 0.0 {
        Told::Nothing(format!("{by} says 0: never"))
    } else if !seconds.is_finite() || seconds < FIRST_SECOND {
        Told::Unknown(format!("{by} says {said}, which is no time in seconds since 1970"))
    } else if is_of_the_future(ms, now) {
        Told::Unknown(format!("{by} says {said}, which is in the future"))
    } else {
        Told::Done { ms, by: by.to_owned() }
    }
}

fn sample(text: &str, wanted: &Selector, success: Option<&Selector>, now: Moment) -> Told {
    let value = |selector: &Selector| metric::value(text, selector).map_err(Told::Unknown);
    let went_well = success.map(|selector| value(selector).map(|value| (selector, value))).transpose();
    match (went_well, value(wanted)) {
        (Err(unknown), _) | (_, Err(unknown)) => unknown,
        #[expect(clippy::float_cmp, reason = "the flag is 1 or it is not")]
        (Ok(Some((selector, flag))), _) if flag != 1.0 => {
            Told::Failed(format!("{selector} is {flag}, and not 1"))
        }
        (Ok(_), Ok(seconds)) => time(seconds, now, &wanted.to_string()),
    }
}

/// Whoever writes the file may have died: that it was not written for long is worth knowing.
fn with_age(told: Told, path: &str, changed_ms: i64, max_age: Duration, now: Moment) -> Told {
    let age =
        u64::try_from(now.wall_ms.saturating_sub(changed_ms)).map(Duration::from_millis).unwrap_or_default();
    if age <= max_age {
        return told;
    }
    let note = format!("{path} was last written at {}", rfc3339(changed_ms));
    let noted = |text: String| format!("{text}; {note}");
    match told {
        Told::Done { ms, by } => Told::Done { ms, by: noted(by) },
        Told::Nothing(text) => Told::Nothing(noted(text)),
        Told::Failed(text) => Told::Failed(noted(text)),
        Told::Unknown(text) => Told::Unknown(noted(text)),
    }
}

#[cfg(test)]
mod tests;
