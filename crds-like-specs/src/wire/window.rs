//! The wire form of a span of the week.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use crate::window::{DAY_RULE, TIME_RULE, ZONE_RULE};

/// A span of the week, in the time of a place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Window {
    /// The IANA time zone, for example `Europe/Berlin`.
    #[schemars(required, title = ZONE_RULE)]
    pub(crate) zone: Option<String>,
    /// The days on which it begins: `Mon` to `Sun`. Default: every day.
    pub(crate) days: Option<Vec<Day>>,
    /// When it begins, `HH:MM`.
    #[schemars(required, title = TIME_RULE)]
    pub(crate) from: Option<String>,
    /// When it ends, `HH:MM`. Before `from`: on the next day.
    #[schemars(required, title = TIME_RULE)]
    pub(crate) to: Option<String>,
}

/// A day of the week, in English, short or full.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, title = DAY_RULE)]
pub(crate) struct Day(pub(crate) String);
