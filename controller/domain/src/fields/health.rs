//! Podman's own healthcheck.
//!
//! Owns its rows of the table. Never runs a check.

use podsteward_specs::container::{Healthcheck, HealthcheckCommand};
use podsteward_specs::duration;

use super::difference::Seen;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one("spec.healthcheck.command", |side| here(side, command), |side| live(side, command)),
    Row::one("spec.healthcheck.interval", |side| here(side, interval), |side| live(side, interval)),
    Row::one("spec.healthcheck.timeout", |side| here(side, timeout), |side| live(side, timeout)),
    Row::one("spec.healthcheck.retries", |side| here(side, retries), |side| live(side, retries)),
    Row::one(
        "spec.healthcheck.startPeriod",
        |side| here(side, start_period),
        |side| live(side, start_period),
    ),
];

fn here(side: &Side<'_>, value: fn(&Healthcheck) -> String) -> Option<String> {
    side.spec().healthcheck.as_ref().map(value)
}

fn live(side: &Side<'_>, value: fn(&Healthcheck) -> String) -> Seen {
    Seen::told(side.live().healthcheck.as_ref().map(value))
}

fn command(check: &Healthcheck) -> String {
    match &check.command {
        HealthcheckCommand::Shell(line) => format!("shell: {line}"),
        HealthcheckCommand::Exec(words) => text::words(words).unwrap_or_default(),
    }
}

fn interval(check: &Healthcheck) -> String {
    duration::print(check.interval)
}

fn timeout(check: &Healthcheck) -> String {
    duration::print(check.timeout)
}

fn retries(check: &Healthcheck) -> String {
    check.retries.to_string()
}

fn start_period(check: &Healthcheck) -> String {
    duration::print(check.start_period)
}
