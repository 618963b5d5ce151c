//! The decision log in numbers.
//!
//! Owns the sums over the table, and what of it waits for people. What is about a drill's canary is left out of all of them: it was broken on purpose.

use std::collections::BTreeSet;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::report::{Left, Repair, Verified};
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

    /// The actions that were verified since, with what called for them, and how often.
    pub fn verified(&self, since_ms: i64) -> Result<Vec<Verified>> {
        let sql = "SELECT action, trigger, count(*) FROM decisions \
                   WHERE outcome IN ('success', 'warning') AND last_ms >= ?1 AND target <> ?2 \
                   GROUP BY action, trigger";
        let values = params![since_ms, Key::canary().to_string()];
        self.read(|sqlite| {
            row::all(sqlite, sql, values, |row| {
                let trigger = row::named("finding", row, 1, FindingKind::ALL, FindingKind::as_str)?;
                Ok(Verified { action: row::action(row, 0)?, trigger, times: row.get(2)? })
            })
        })
    }

    /// The incidents that an action ended since, of what had been in force before, each once, with how long it was open
    /// until then. By the wall clock, which may have been set meanwhile.
    pub fn repairs(&self, since_ms: i64) -> Result<Vec<Repair>> {
        let sql = "SELECT incidents.target, incidents.kind, \
                   max(last_ms + duration_ms) - (incidents.opened ->> '$.wall_ms') \
                   FROM decisions JOIN incidents ON incidents.id = decisions.incident \
                   WHERE outcome IN ('success', 'warning') AND last_ms >= ?1 AND decisions.target <> ?2 \
                   AND duration_ms IS NOT NULL AND repairs GROUP BY incidents.id ORDER BY incidents.id";
        let values = params![since_ms, Key::canary().to_string()];
        self.read(|sqlite| {
            row::all(sqlite, sql, values, |row| {
                let finding = row::named("finding", row, 1, FindingKind::ALL, FindingKind::as_str)?;
                let took_ms = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
                Ok(Repair { target: row::key(row, 0)?, finding, took_ms })
            })
        })
    }

    /// The numbers of the incidents that ended with what they are about made for the first time.
    pub fn first_made(&self, since_ms: i64) -> Result<BTreeSet<i64>> {
        let sql = "SELECT DISTINCT incident FROM decisions WHERE outcome IN ('success', 'warning') \
                   AND last_ms >= ?1 AND incident IS NOT NULL AND NOT repairs";
        let numbers = self.read(|sqlite| row::all(sqlite, sql, [since_ms], |row| Ok(row.get(0)?)))?;
        Ok(numbers.into_iter().collect())
    }

    /// What podsteward leaves to people: the latest word on an action says so, and what called for it is still there.
    pub fn left_to_people(&self) -> Result<Vec<Left>> {
        let sql = "SELECT decisions.action, decisions.target, trigger FROM decisions \
                   JOIN incidents ON incidents.id = decisions.incident \
                   WHERE verdict = 'alert-only' AND outcome = 'withheld' AND incidents.closed IS NULL \
                   AND decisions.target <> ?1 AND decisions.id = (SELECT max(latest.id) FROM decisions AS latest \
                   WHERE latest.target = decisions.target AND latest.action = decisions.action) \
                   ORDER BY decisions.target, decisions.action";
        let values = params![Key::canary().to_string()];
        self.read(|sqlite| {
            row::all(sqlite, sql, values, |row| {
                let finding = row::named("finding", row, 2, FindingKind::ALL, FindingKind::as_str)?;
                Ok(Left { action: row::action(row, 0)?, target: row::key(row, 1)?, finding })
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
