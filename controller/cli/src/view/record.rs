//! Learned records, breakers and budgets in words.
//!
//! Owns their tables and sentences. Used by `why`, `describe` and `status`.

use std::time::Duration;

use podsteward_domain::breaker::BreakerState;
use podsteward_runtime::listing::{Breaker, Budget, Record};

use crate::output::colour::{BAD, GOOD, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// A table of records.
pub(crate) fn text(records: &[Record], screen: Screen) -> String {
    let rows: Vec<_> = records.iter().map(row).collect();
    table::text(&["ACTION", "WORKED", "LEARNED", "LAST TRIED", "BREAKER"], &rows, screen)
}

fn row(record: &Record) -> Vec<Cell> {
    let style = match record.breaker {
        BreakerState::Closed => GOOD,
        BreakerState::HalfOpen => LOOK,
        BreakerState::Open => BAD,
    };
    vec![
        record.action.as_str().into(),
        worked(record).into(),
        record.adjustment.to_string().into(),
        record.age.map_or_else(|| "never".to_owned(), |age| format!("{} ago", age::short(age))).into(),
        Cell::styled(breaker(record), style),
    ]
}

/// `3 of 4`, `3 of 6, the last 2 failed`.
fn worked(record: &Record) -> String {
    if record.attempts == 0 {
        return "not tried yet".to_owned();
    }
    let failed = match record.failures_in_a_row {
        0 => String::new(),
        1 => ", the last one failed".to_owned(),
        more => format!(", the last {more} failed"),
    };
    format!("{} of {}{failed}", record.successes, record.attempts)
}

fn breaker(record: &Record) -> String {
    state(record.breaker, record.breaker_until.as_deref(), record.left)
}

/// `closed`, `half-open: one trial is allowed`, `open until 2026-11-23T15:06:40Z, 20h left`.
fn state(state: BreakerState, until: Option<&str>, left: Option<Duration>) -> String {
    match (state, until) {
        (BreakerState::HalfOpen, _) => "half-open: one trial is allowed".to_owned(),
        (state, Some(until)) => {
            let left = left.map(|left| format!(", {} left", age::short(left))).unwrap_or_default();
            format!("{state} until {until}{left}")
        }
        (state, None) => state.to_string(),
    }
}

/// The learned record of an action in one line.
pub(crate) fn sentence(record: &Record) -> String {
    let learned =
        if record.adjustment.0 == 0 { String::new() } else { format!(", confidence {}", record.adjustment) };
    let breaker = match record.breaker {
        BreakerState::Closed => String::new(),
        _ => format!(", breaker {}", breaker(record)),
    };
    let worked = worked(record);
    let worked = if record.attempts == 0 { worked } else { format!("worked {worked}") };
    format!("{}: {worked}{learned}{breaker}", record.action)
}

/// `service-restart on container/web: open until 2026-11-23T15:06:40Z, 20h left`.
pub(crate) fn breaker_sentence(breaker: &Breaker) -> String {
    let what = match (breaker.action, &breaker.target) {
        (Some(action), Some(target)) => format!("{action} on {target}"),
        (Some(action), None) => format!("{action} anywhere"),
        (None, _) => "all remediation".to_owned(),
    };
    format!("{what}: {}", state(breaker.state, breaker.until.as_deref(), breaker.left))
}

/// `container/web: 2 of 5 restarts within the hour are spent`.
pub(crate) fn budget_sentence(budget: &Budget) -> String {
    let Budget { target, restarts, limit } = budget;
    format!("{target}: {restarts} of {limit} restarts within the hour are spent")
}
