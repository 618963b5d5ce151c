//! Which decisions are asked for, as words.
//!
//! Owns how an action, an outcome and a span of time are read, on the command line and in an address alike. Never
//! reads the log.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::time::Moment;
use podsteward_specs::{duration, key};
use podsteward_store::{DecisionFilter, LoggedOutcome};
use serde::Deserialize;

/// How far back is looked where nobody says.
pub const LAST: &str = "7d";
/// How many decisions are shown where nobody says.
pub const LIMIT: &str = "200";

/// What cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A word that is none of the list.
    #[error("'{given}' is no {noun} (allowed: {allowed})")]
    Word {
        /// The word.
        given: String,
        /// What it should be.
        noun: &'static str,
        /// The list.
        allowed: String,
    },
    /// Not a span of time.
    #[error("last: {0}")]
    Last(#[from] duration::Error),
    /// Not an object.
    #[error("target: {0}")]
    Target(#[from] key::Error),
}

/// The parameters of an address, as they came.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Made within this time.
    pub last: Option<String>,
    /// Of this action.
    #[serde(rename = "type")]
    pub action: Option<String>,
    /// On this object.
    pub target: Option<String>,
    /// With this outcome.
    pub outcome: Option<String>,
    /// At most so many.
    pub limit: Option<String>,
}

impl Wanted {
    /// The same as the store is asked.
    pub fn filter(&self, now: Moment) -> Result<DecisionFilter, Error> {
        let last = duration::parse(self.last.as_deref().unwrap_or(LAST))?;
        Ok(DecisionFilter {
            target: self.target.as_deref().map(str::parse).transpose()?,
            action: self.action.as_deref().map(action).transpose()?,
            outcome: self.outcome.as_deref().map(outcome).transpose()?,
            since_ms: Some(since_ms(last, now)),
            limit: limit(self.limit.as_deref().unwrap_or(LIMIT))?,
        })
    }
}

/// The wall clock time so long ago.
pub fn since_ms(last: Duration, now: Moment) -> i64 {
    now.wall_ms.saturating_sub(i64::try_from(last.as_millis()).unwrap_or(i64::MAX))
}

/// `service-restart`.
pub fn action(text: &str) -> Result<Action, Error> {
    let allowed = || list(Action::ALL.map(Action::label).into_iter().chain(["playbook/NAME"]));
    Action::from_name(text).ok_or_else(|| word(text, "action", allowed()))
}

/// `rolled-back`.
pub fn outcome(text: &str) -> Result<LoggedOutcome, Error> {
    let allowed = || list(LoggedOutcome::ALL.map(LoggedOutcome::as_str));
    LoggedOutcome::from_name(text).ok_or_else(|| word(text, "outcome", allowed()))
}

/// `200`.
pub fn limit(text: &str) -> Result<u32, Error> {
    let allowed = || "a whole number from 1".to_owned();
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| word(text, "limit", allowed()))
}

fn word(given: &str, noun: &'static str, allowed: String) -> Error {
    Error::Word { given: given.to_owned(), noun, allowed }
}

fn list(names: impl IntoIterator<Item = &'static str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}
