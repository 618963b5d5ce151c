//! The decision log: every evaluation, also when nothing was done.
//!
//! Owns the table `decisions`. The same withholding again is counted, not repeated.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate, GateAnswer, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{Intent, IntentId, Outcome};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// The word of a decision that a gate stopped, where others have their outcome.
const WITHHELD: &str = "withheld";

/// A decision's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DecisionId(pub i64);

/// A decision as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedDecision {
    /// Its number.
    pub id: DecisionId,
    /// When it was first made.
    pub at: Moment,
    /// When it was last made.
    pub last: Moment,
    /// How often in a row.
    pub count: u64,
    /// What was decided.
    pub decision: Decision,
    /// The gate that withheld it.
    pub withheld_by: Option<Gate>,
    /// The intent that carries it out.
    pub intent: Option<IntentId>,
    /// What came of it; none while it is in progress, and if it was withheld.
    pub outcome: Option<Outcome>,
    /// For people: why it was withheld, or what came of it.
    pub detail: String,
    /// How long it took.
    pub duration: Option<Duration>,
}

/// Which decisions are asked for. The default is all of them, up to a thousand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFilter {
    /// On this object.
    pub target: Option<Key>,
    /// Of this action.
    pub action: Option<Action>,
    /// Last made at or after this time, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for DecisionFilter {
    fn default() -> Self {
        Self { target: None, action: None, since_ms: None, limit: 1000 }
    }
}

impl Store {
    /// Records a decision that is not carried out by an intent: withheld, queued or only told.
    pub fn record_decision(&self, decision: &Decision, now: Moment) -> Result<DecisionId> {
        self.write("decision", Durability::Normal, |sqlite| record(sqlite, decision, now))
    }

    /// The decisions asked for, the latest first.
    pub fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<LoggedDecision>> {
        let DecisionFilter { target, action, since_ms, limit } = filter;
        let sql = "SELECT id, at, last, count, target, action, trigger, reason, verdict, gates, withheld_by, \
                   intent, outcome, detail, duration_ms FROM decisions \
                   WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR action = ?2) \
                   AND (?3 IS NULL OR last_ms >= ?3) ORDER BY id DESC LIMIT ?4";
        let target = target.as_ref().map(ToString::to_string);
        let values = params![target, action.map(Action::as_str), since_ms, limit];
        self.read(|sqlite| row::all(sqlite, sql, values, decode))
    }
}

/// Records a decision without an intent; the same one again is counted, with the latest gates and reasons.
pub(crate) fn record(sqlite: &Connection, decision: &Decision, now: Moment) -> Result<DecisionId> {
    let Some(id) = latest_if_same(sqlite, decision)? else {
        return insert(sqlite, decision, None, now);
    };
    let sql = "UPDATE decisions SET count = count + 1, last = ?2, last_ms = ?3, reason = ?4, gates = ?5, \
               detail = ?6 WHERE id = ?1";
    let gates = row::json(&decision.gates)?;
    let values =
        params![id, row::json(&now)?, now.wall_ms, decision.reason, gates, withheld_detail(decision)];
    row::run(sqlite, sql, values)?;
    Ok(DecisionId(id))
}

/// Records the decision that an intent carries out.
pub(crate) fn insert(
    sqlite: &Connection,
    decision: &Decision,
    intent: Option<IntentId>,
    now: Moment,
) -> Result<DecisionId> {
    let sql = "INSERT INTO decisions (at, last, last_ms, count, target, action, trigger, reason, verdict, gates, \
               withheld_by, intent, outcome, detail) \
               VALUES (?1, ?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let withheld_by = withheld_by(decision);
    let values = params![
        row::json(&now)?,
        now.wall_ms,
        decision.target.to_string(),
        decision.action.as_str(),
        decision.trigger.as_str(),
        decision.reason,
        decision.verdict.as_str(),
        row::json(&decision.gates)?,
        withheld_by,
        intent.map(|intent| intent.0),
        withheld_by.map(|_| WITHHELD),
        withheld_detail(decision),
    ];
    row::run(sqlite, sql, values)?;
    Ok(DecisionId(sqlite.last_insert_rowid()))
}

/// Completes the decision of an intent that was closed.
pub(crate) fn complete(
    sqlite: &Connection,
    intent: &Intent,
    outcome: Outcome,
    detail: &str,
    now: Moment,
) -> Result<()> {
    let sql = "UPDATE decisions SET outcome = ?2, detail = ?3, duration_ms = ?4 WHERE intent = ?1";
    let millis = i64::try_from(now.since(intent.begun).as_millis()).unwrap_or(i64::MAX);
    row::run(sqlite, sql, params![intent.id.0, outcome.as_str(), detail, millis])?;
    Ok(())
}

fn latest_if_same(sqlite: &Connection, decision: &Decision) -> Result<Option<i64>> {
    let sql = "SELECT id, intent IS NULL AND trigger = ?3 AND verdict = ?4 AND withheld_by IS ?5 \
               FROM decisions WHERE target = ?1 AND action = ?2 ORDER BY id DESC LIMIT 1";
    let values = params![
        decision.target.to_string(),
        decision.action.as_str(),
        decision.trigger.as_str(),
        decision.verdict.as_str(),
        withheld_by(decision),
    ];
    let latest = row::first(sqlite, sql, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(latest.and_then(|(id, same): (i64, bool)| same.then_some(id)))
}

fn withheld_by(decision: &Decision) -> Option<&'static str> {
    decision.withheld_by().map(|result| result.gate.as_str())
}

fn withheld_detail(decision: &Decision) -> &str {
    let answer = decision.withheld_by().map(|result| &result.answer);
    answer.and_then(GateAnswer::detail).unwrap_or_default()
}

fn decode(row: &Row<'_>) -> Result<LoggedDecision> {
    let (action, trigger, verdict): (String, String, String) = (row.get(5)?, row.get(6)?, row.get(8)?);
    let withheld_by: Option<String> = row.get(10)?;
    let outcome: Option<String> = row.get(12)?;
    let gate = |gate: String| row::word("gate", &gate, &Gate::ALL, Gate::as_str);
    let ended = |outcome: String| row::word("outcome", &outcome, &Outcome::ALL, Outcome::as_str);
    let duration_ms: Option<u64> = row.get(14)?;
    Ok(LoggedDecision {
        id: DecisionId(row.get(0)?),
        at: row::moment(row, 1)?,
        last: row::moment(row, 2)?,
        count: row.get(3)?,
        decision: Decision {
            action: row::word("action", &action, &Action::ALL, Action::as_str)?,
            target: row::key(row, 4)?,
            trigger: row::word("finding", &trigger, FindingKind::ALL, FindingKind::as_str)?,
            reason: row.get(7)?,
            verdict: row::word("verdict", &verdict, &Verdict::ALL, Verdict::as_str)?,
            gates: row::from_json("gate", row, 9)?,
        },
        withheld_by: withheld_by.map(gate).transpose()?,
        intent: row.get::<_, Option<i64>>(11)?.map(IntentId),
        outcome: outcome.filter(|outcome| outcome != WITHHELD).map(ended).transpose()?,
        detail: row.get(13)?,
        duration: duration_ms.map(Duration::from_millis),
    })
}
