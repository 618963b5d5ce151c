//! The decision log in numbers.
//!
//! Owns the sums over the table. What is about a drill's canary is left out of all of them: it was broken on purpose.

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::report::Repair;
use podsteward_specs::key::Key;
use rusqlite::{Row, params};
use serde::Serialize;

use super::LoggedOutcome;
use crate::error::Result;
use crate::row;
use crate::store::Store;

/// How many decisions are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionCount {
    /// Of this action.
    pub action: Action,
    /// With this verdict.
    pub verdict: Verdict,
    /// With this outcome; none while in progress.
    pub outcome: Option<LoggedOutcome>,
    /// Withheld by this gate.
    pub withheld_by: Option<Gate>,
    /// How many entries.
    pub rows: u64,
    /// How often they were made.
    pub times: u64,
    /// The sum of the confidences of the entries that have one, in basis points.
    pub confidence_sum_bp: u64,
    /// How many entries have a confidence.
    pub judged: u64,
}

impl Store {
    /// How many decisions are alike, of those last made at or after this time.
    pub fn decision_counts(&self, since_ms: Option<i64>) -> Result<Vec<DecisionCount>> {
        let sql = "SELECT action, verdict, outcome, withheld_by, count(*), sum(count), \
                   coalesce(sum(confidence_bp), 0), count(confidence_bp) \
                   FROM decisions INDEXED BY decisions_grouped \
                   WHERE (?1 IS NULL OR last_ms >= ?1) AND target <> ?2 \
                   GROUP BY action, verdict, outcome, withheld_by";
        let values = params![since_ms, Key::canary().to_string()];
        self.read(|sqlite| row::all(sqlite, sql, values, decode_count))
    }

    /// What called for the actions that were verified since, and how often.
    pub fn verified_triggers(&self, since_ms: i64) -> Result<Vec<(FindingKind, u64)>> {
        let sql = "SELECT trigger, count(*) FROM decisions \
                   WHERE outcome IN ('success', 'warning') AND last_ms >= ?1 AND target <> ?2 GROUP BY trigger";
        let values = params![since_ms, Key::canary().to_string()];
        self.read(|sqlite| {
            row::all(sqlite, sql, values, |row| {
                let kind = row::named("finding", row, 0, FindingKind::ALL, FindingKind::as_str)?;
                Ok((kind, row.get(1)?))
            })
        })
    }

    /// The incidents whose action was verified since, each once, with how long it was open until then. By the wall clock,
    /// which may have been set meanwhile.
    pub fn repairs(&self, since_ms: i64) -> Result<Vec<Repair>> {
        let sql = "SELECT incidents.target, incidents.kind, \
                   max(last_ms + duration_ms) - (incidents.opened ->> '$.wall_ms') \
                   FROM decisions JOIN incidents ON incidents.id = decisions.incident \
                   WHERE outcome IN ('success', 'warning') AND last_ms >= ?1 AND decisions.target <> ?2 \
                   AND duration_ms IS NOT NULL GROUP BY incidents.id ORDER BY incidents.id";
        let values = params![since_ms, Key::canary().to_string()];
        self.read(|sqlite| {
            row::all(sqlite, sql, values, |row| {
                let finding = row::named("finding", row, 1, FindingKind::ALL, FindingKind::as_str)?;
                let took_ms = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
                Ok(Repair { target: row::key(row, 0)?, finding, took_ms })
            })
        })
    }
}

#[cfg(test)]
mod tests;

fn decode_count(row: &Row<'_>) -> Result<DecisionCount> {
    Ok(DecisionCount {
        action: row::action(row, 0)?,
        verdict: row::named("verdict", row, 1, &Verdict::ALL, Verdict::as_str)?,
        outcome: row::optional_named("outcome", row, 2, &LoggedOutcome::ALL, LoggedOutcome::as_str)?,
        withheld_by: row::optional_named("gate", row, 3, Gate::ALL, Gate::as_str)?,
        rows: row.get(4)?,
        times: row.get(5)?,
        confidence_sum_bp: row.get(6)?,
        judged: row.get(7)?,
    })
}
