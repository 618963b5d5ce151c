//! The decision log: every evaluation, also when nothing was done.
//!
//! Owns the table `decisions`. The same withholding again is counted, not repeated; a question and the plan that its
//! answer allows are one entry.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::ApprovalId;
use podsteward_domain::decision::{Decision, Gate, GateAnswer, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{Intent, IntentId, Outcome};
use podsteward_domain::learn::track::Learned;
use podsteward_domain::notification::Notification;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::time::Moment;
use podsteward_domain::verify::report::Report;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::close::Closing;
use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{incidents, outbox, row};

mod numbers;
mod outcome;
#[cfg(test)]
mod tests;

pub use numbers::DecisionCount;
pub use outcome::LoggedOutcome;

/// The columns of a decision, as [`decode`] reads them.
const COLUMNS: &str = "id, at, last, count, target, action, trigger, reason, verdict, judgement, digest, gates, \
                       withheld_by, intent, approval, outcome, detail, report, delta_bp, new_confidence_bp, \
                       rolled_back, snapshot, duration_ms";

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
    /// When it was last made, asked for, answered or begun.
    pub last: Moment,
    /// How often in a row.
    pub count: u64,
    /// What was decided. Of an old one, only the gate that withheld it is kept.
    pub decision: Decision,
    /// The gate that withheld it.
    pub withheld_by: Option<Gate>,
    /// The intent that carries it out.
    pub intent: Option<IntentId>,
    /// The approval that it asks for, or was begun with.
    pub approval: Option<ApprovalId>,
    /// What came of it; none while it is in progress.
    pub outcome: Option<LoggedOutcome>,
    /// For people: why it was withheld, or what came of it.
    pub detail: String,
    /// What verification found.
    pub report: Option<Report>,
    /// How far the confidence moved.
    pub delta: Option<Points>,
    /// The confidence from then on.
    pub new_confidence: Option<Score>,
    /// Whether what was done was taken back.
    pub rolled_back: bool,
    /// The snapshot taken before.
    pub snapshot: Option<String>,
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
    /// With this outcome.
    pub outcome: Option<LoggedOutcome>,
    /// Last made at or after this time, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for DecisionFilter {
    fn default() -> Self {
        Self { target: None, action: None, outcome: None, since_ms: None, limit: 1000 }
    }
}

impl Store {
    /// Records a decision that nothing carries out. What somebody must hear of it is told when it is a new entry.
    pub fn record_decision(
        &self,
        decision: &Decision,
        told: Option<&Notification>,
        now: Moment,
    ) -> Result<DecisionId> {
        self.write("decision", Durability::Normal, |sqlite| record(sqlite, decision, told, now))
    }

    /// The decisions asked for, the latest first.
    pub fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<LoggedDecision>> {
        let DecisionFilter { target, action, outcome, since_ms, limit } = filter;
        let sql = format!(
            "SELECT {COLUMNS} FROM decisions WHERE id IN ( \
             SELECT id FROM decisions INDEXED BY decisions_listed \
             WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR action = ?2) \
             AND (?3 IS NULL OR outcome = ?3) AND (?4 IS NULL OR last_ms >= ?4) \
             ORDER BY id DESC LIMIT ?5) ORDER BY id DESC"
        );
        let target = target.as_ref().map(ToString::to_string);
        let (action, outcome) = (action.as_ref().map(Action::as_str), outcome.map(LoggedOutcome::as_str));
        let values = params![target, action, outcome, since_ms, limit];
        self.read(|sqlite| row::all(sqlite, &sql, values, decode))
    }
}

/// Records a decision that nothing carries out; the same one again is counted, with the latest gates and reasons.
pub(crate) fn record(
    sqlite: &Connection,
    decision: &Decision,
    told: Option<&Notification>,
    now: Moment,
) -> Result<DecisionId> {
    if let Some(id) = latest_if_same(sqlite, decision)? {
        row::run(sqlite, "UPDATE decisions SET count = count + 1 WHERE id = ?1", [id.0])?;
        refresh(sqlite, id, decision, now)?;
        return Ok(id);
    }
    outbox::insert_all(sqlite, told, now)?;
    let entry = Entry { outcome: Some(LoggedOutcome::Withheld), intent: None, approval: None };
    insert(sqlite, decision, &entry, now)
}

/// Records the decision that asks a person.
pub(crate) fn queue(
    sqlite: &Connection,
    decision: &Decision,
    approval: ApprovalId,
    now: Moment,
) -> Result<DecisionId> {
    let entry = Entry { outcome: Some(LoggedOutcome::Queued), intent: None, approval: Some(approval) };
    insert(sqlite, decision, &entry, now)
}

/// Records the decision that an intent carries out. The entry that asked for its approval becomes this one.
pub(crate) fn begin(
    sqlite: &Connection,
    decision: &Decision,
    intent: &Intent,
    now: Moment,
) -> Result<DecisionId> {
    let Some(id) = intent.approval.map(|approval| queued(sqlite, approval)).transpose()?.flatten() else {
        let entry = Entry { outcome: None, intent: Some(intent.id), approval: intent.approval };
        return insert(sqlite, decision, &entry, now);
    };
    refresh(sqlite, id, decision, now)?;
    let sql =
        "UPDATE decisions SET intent = ?2, outcome = NULL, withheld_by = NULL, detail = '' WHERE id = ?1";
    row::run(sqlite, sql, params![id.0, intent.id.0])?;
    Ok(id)
}

/// Completes the decision of an intent that is closed.
pub(crate) fn complete(
    sqlite: &Connection,
    intent: &Intent,
    closing: &Closing<'_>,
    learned: Option<&Learned>,
) -> Result<()> {
    let sql = "UPDATE decisions SET outcome = ?2, detail = ?3, report = ?4, rolled_back = ?5, delta_bp = ?6, \
               new_confidence_bp = ?7, duration_ms = ?8, snapshot = ?9, withheld_by = ?10, repairs = ?11 \
               WHERE intent = ?1";
    let confidence = learned.and_then(|learned| learned.confidence);
    let values = params![
        intent.id.0,
        closing.outcome.as_str(),
        closing.detail,
        closing.report.map(row::json).transpose()?,
        closing.rolled_back,
        learned.map(|learned| learned.delta.0),
        confidence.map(|confidence| confidence.total.basis_points()),
        row::millis(closing.at.since(intent.begun)),
        closing.snapshot,
        // What had to hold before the first step is what it needs.
        (closing.outcome == Outcome::Withheld).then_some(Gate::Dependencies.as_str()),
        intent.repairs,
    ];
    row::run(sqlite, sql, values)?;
    Ok(())
}

/// Completes the decision that asked for an approval which will not be used, unless it has its outcome already.
pub(crate) fn end(
    sqlite: &Connection,
    approval: ApprovalId,
    outcome: LoggedOutcome,
    detail: &str,
    now: Moment,
) -> Result<()> {
    let Some(id) = queued(sqlite, approval)? else { return Ok(()) };
    let sql = "UPDATE decisions SET outcome = ?2, detail = ?3, last = ?4, last_ms = ?5 WHERE id = ?1";
    row::run(sqlite, sql, params![id.0, outcome.as_str(), detail, row::json(&now)?, now.wall_ms])?;
    Ok(())
}

/// What an entry has besides its decision.
struct Entry {
    outcome: Option<LoggedOutcome>,
    intent: Option<IntentId>,
    approval: Option<ApprovalId>,
}

fn insert(sqlite: &Connection, decision: &Decision, entry: &Entry, now: Moment) -> Result<DecisionId> {
    let sql = "INSERT INTO decisions (at, last, last_ms, count, target, action, trigger, reason, verdict, \
               judgement, confidence_bp, digest, gates, withheld_by, intent, approval, outcome, detail, incident) \
               VALUES (?1, ?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let values = params![
        row::json(&now)?,
        now.wall_ms,
        decision.target.to_string(),
        decision.action.as_str(),
        decision.trigger.as_str(),
        decision.reason,
        decision.verdict.as_str(),
        decision.judgement.as_ref().map(row::json).transpose()?,
        confidence_bp(decision),
        decision.digest,
        row::json(&decision.gates)?,
        withheld_by(decision),
        entry.intent.map(|intent| intent.0),
        entry.approval.map(|approval| approval.0),
        entry.outcome.map(LoggedOutcome::as_str),
        withheld_detail(decision),
        incidents::open_number(sqlite, &decision.target, decision.trigger)?,
    ];
    row::run(sqlite, sql, values)?;
    Ok(DecisionId(sqlite.last_insert_rowid()))
}

/// Brings an entry to what is known now.
fn refresh(sqlite: &Connection, id: DecisionId, decision: &Decision, now: Moment) -> Result<()> {
    let sql = "UPDATE decisions SET last = ?2, last_ms = ?3, reason = ?4, judgement = ?5, \
               confidence_bp = ?6, digest = ?7, gates = ?8, detail = ?9, compacted = 0 WHERE id = ?1";
    let values = params![
        id.0,
        row::json(&now)?,
        now.wall_ms,
        decision.reason,
        decision.judgement.as_ref().map(row::json).transpose()?,
        confidence_bp(decision),
        decision.digest,
        row::json(&decision.gates)?,
        withheld_detail(decision),
    ];
    row::run(sqlite, sql, values)?;
    Ok(())
}

/// The latest entry about an action on an object, if this decision is only counted there: it was withheld by the same
/// gate because of the same incident, or still asks for the same plan.
fn latest_if_same(sqlite: &Connection, decision: &Decision) -> Result<Option<DecisionId>> {
    let sql = "SELECT id, trigger = ?3 AND verdict = ?4 AND withheld_by IS ?5 \
               AND (outcome IS 'withheld' AND incident IS ?7 OR outcome IS 'queued' AND digest = ?6) \
               FROM decisions WHERE target = ?1 AND action = ?2 ORDER BY id DESC LIMIT 1";
    let values = params![
        decision.target.to_string(),
        decision.action.as_str(),
        decision.trigger.as_str(),
        decision.verdict.as_str(),
        withheld_by(decision),
        decision.digest,
        incidents::open_number(sqlite, &decision.target, decision.trigger)?,
    ];
    let latest = row::first(sqlite, sql, values, |row| Ok((DecisionId(row.get(0)?), row.get(1)?)))?;
    Ok(latest.and_then(|(id, same): (DecisionId, bool)| same.then_some(id)))
}

/// The entry that asked for an approval and waits for its answer.
fn queued(sqlite: &Connection, approval: ApprovalId) -> Result<Option<DecisionId>> {
    let sql = "SELECT id FROM decisions WHERE approval = ?1 AND outcome = 'queued'";
    row::first(sqlite, sql, [approval.0], |row| Ok(DecisionId(row.get(0)?)))
}

fn confidence_bp(decision: &Decision) -> Option<u16> {
    decision.judgement.as_ref().map(|judgement| judgement.confidence.total.basis_points())
}

fn withheld_by(decision: &Decision) -> Option<&'static str> {
    decision.withheld_by().map(|result| result.gate.as_str())
}

fn withheld_detail(decision: &Decision) -> &str {
    let answer = decision.withheld_by().map(|result| &result.answer);
    answer.and_then(GateAnswer::detail).unwrap_or_default()
}

fn decode(row: &Row<'_>) -> Result<LoggedDecision> {
    let decision = Decision {
        action: row::action(row, 5)?,
        target: row::key(row, 4)?,
        trigger: row::named("finding", row, 6, FindingKind::ALL, FindingKind::as_str)?,
        reason: row.get(7)?,
        verdict: row::named("verdict", row, 8, &Verdict::ALL, Verdict::as_str)?,
        judgement: row::optional_json("judgement", row, 9)?,
        digest: row.get(10)?,
        gates: row::from_json("gate", row, 11)?,
    };
    Ok(LoggedDecision {
        id: DecisionId(row.get(0)?),
        at: row::moment(row, 1)?,
        last: row::moment(row, 2)?,
        count: row.get(3)?,
        decision,
        withheld_by: row::optional_named("gate", row, 12, Gate::ALL, Gate::as_str)?,
        intent: row.get::<_, Option<i64>>(13)?.map(IntentId),
        approval: row.get::<_, Option<i64>>(14)?.map(ApprovalId),
        outcome: row::optional_named("outcome", row, 15, &LoggedOutcome::ALL, LoggedOutcome::as_str)?,
        detail: row.get(16)?,
        report: row::optional_json("report", row, 17)?,
        delta: row.get::<_, Option<i32>>(18)?.map(Points),
        new_confidence: row.get::<_, Option<u16>>(19)?.map(Score::new),
        rolled_back: row.get(20)?,
        snapshot: row.get(21)?,
        duration: row.get::<_, Option<u64>>(22)?.map(Duration::from_millis),
    })
}
