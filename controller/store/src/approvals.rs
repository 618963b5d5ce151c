//! What people were asked, and what they answered.
//!
//! Owns the table `approvals` and which answer may follow which. Never decides when one is over: the domain does.
//! Whatever ends an approval completes the decision that asked for it, in the same transaction.

use std::time::Duration;

use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState, Question};
use podsteward_domain::intent::Intent;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Params, Row, params};

use crate::decisions::{self, LoggedOutcome};
use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{playbook_requests, row, switch};

#[cfg(test)]
mod tests;

/// The columns of an approval, as [`decode`] reads them.
const SELECT: &str = "SELECT id, question, asked, state, stood_still_ms FROM approvals";

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It stands now.
    Done(Approval),
    /// It came too late: somebody else answered, or it is over.
    NotPending(Approval),
    /// There is no such approval.
    Unknown,
}

impl Store {
    /// The approvals, the latest last; at most so many of the latest.
    pub fn approvals(&self, open_only: bool, limit: u32) -> Result<Vec<Approval>> {
        let sql = format!("SELECT * FROM ({SELECT} WHERE open >= ?1 ORDER BY id DESC LIMIT ?2) ORDER BY id");
        self.read(|sqlite| all(sqlite, &sql, params![open_only, limit]))
    }

    /// All open approvals, the latest last.
    pub fn open_approvals(&self) -> Result<Vec<Approval>> {
        let sql = format!("{SELECT} WHERE open = 1 ORDER BY id");
        self.read(|sqlite| all(sqlite, &sql, []))
    }

    /// One approval.
    pub fn approval(&self, id: ApprovalId) -> Result<Option<Approval>> {
        self.read(|sqlite| read(sqlite, id))
    }

    /// Writes a person's answer down: a yes to what is pending, a no to what was not used yet.
    pub fn answer_approval(&self, id: ApprovalId, answer: ApprovalState) -> Result<Answered> {
        let answered = self.write("approval", Durability::Full, |sqlite| {
            let Some(approval) = read(sqlite, id)? else { return Ok(Answered::Unknown) };
            if !may_be_answered(&approval.state, &answer) {
                return Ok(Answered::NotPending(approval));
            }
            if let ApprovalState::Rejected { by, reason, at } = &answer {
                let detail = format!("rejected by {by}: {reason}");
                decisions::end(
                    sqlite,
                    id,
                    LoggedOutcome::Rejected,
                    detail.trim_end_matches([':', ' ']),
                    *at,
                )?;
                playbook_requests::refused(sqlite, &approval.question)?;
            }
            put_state(sqlite, id, &answer)?;
            Ok(Answered::Done(approval))
        })?;
        Ok(match answered {
            Answered::Done(approval) => {
                Answered::Done(Approval { state: answer, stood_still: Duration::ZERO, ..approval })
            }
            other => other,
        })
    }

    /// Ends approvals that are over. One that was answered or used meanwhile is left as it is.
    pub fn end_approvals(&self, ends: &[(ApprovalId, ApprovalState)], now: Moment) -> Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        self.write("approval", Durability::Normal, |sqlite| {
            ends.iter().try_for_each(|(id, end)| end_one(sqlite, *id, end, now))
        })
    }
}

fn may_be_answered(state: &ApprovalState, answer: &ApprovalState) -> bool {
    use ApprovalState::{Approved, Pending, Rejected};
    matches!(
        (state, answer),
        (Pending, Approved { .. } | Rejected { .. }) | (Approved { .. }, Rejected { .. })
    )
}

fn may_end(state: &ApprovalState, end: &ApprovalState) -> bool {
    use ApprovalState::{Approved, Closed, Expired, Lapsed, Pending};
    match end {
        Expired => matches!(state, Pending),
        Lapsed => matches!(state, Approved { .. }),
        Closed { .. } => state.is_open(),
        _ => false,
    }
}

fn end_one(sqlite: &Connection, id: ApprovalId, end: &ApprovalState, now: Moment) -> Result<()> {
    let Some(approval) = read(sqlite, id)? else { return Ok(()) };
    if !may_end(&approval.state, end) {
        return Ok(());
    }
    put_state(sqlite, id, end)?;
    if matches!(end, ApprovalState::Expired | ApprovalState::Lapsed) {
        playbook_requests::refused(sqlite, &approval.question)?;
    }
    let (outcome, detail) = match end {
        ApprovalState::Closed { why } => (LoggedOutcome::Inconclusive, why.as_str()),
        ApprovalState::Lapsed => (LoggedOutcome::Expired, "it was approved and could not be done in time"),
        _ => (LoggedOutcome::Expired, "nobody answered in time"),
    };
    decisions::end(sqlite, id, outcome, detail, now)
}

/// Asks a person.
pub(crate) fn ask(sqlite: &Connection, question: Question, now: Moment) -> Result<Approval> {
    let sql = "INSERT INTO approvals (target, open, question, asked, state, stood_still_ms) \
               VALUES (?1, 1, ?2, ?3, ?4, 0)";
    let state = ApprovalState::Pending;
    let (target, asked) = (question.target.to_string(), row::json(&now)?);
    row::run(sqlite, sql, params![target, row::json(&question)?, asked, row::json(&state)?])?;
    let id = ApprovalId(sqlite.last_insert_rowid());
    Ok(Approval { id, question, asked: now, state, stood_still: Duration::ZERO, stopped: None })
}

/// Writes down that an approval is used by the plan that begins.
pub(crate) fn spend(sqlite: &Connection, id: ApprovalId) -> Result<()> {
    put_state(sqlite, id, &ApprovalState::Used)
}

/// Ends what somebody was asked about an action that begins without the answer.
pub(crate) fn overtake(sqlite: &Connection, intent: &Intent, now: Moment) -> Result<()> {
    let overtaken = open_of(sqlite, &intent.key)?.into_iter().filter(|approval| {
        let waits = matches!(approval.state, ApprovalState::Pending | ApprovalState::Approved { .. });
        waits && approval.question.action == intent.action && Some(approval.id) != intent.approval
    });
    let why = format!("plan {} does it without an answer", intent.id);
    for approval in overtaken {
        end_one(sqlite, approval.id, &ApprovalState::Closed { why: why.clone() }, now)?;
    }
    Ok(())
}

/// The open approvals of an object, the latest last.
pub(crate) fn open_of(sqlite: &Connection, key: &Key) -> Result<Vec<Approval>> {
    let sql = format!("{SELECT} WHERE target = ?1 AND open = 1 ORDER BY id");
    all(sqlite, &sql, [key.to_string()])
}

/// Lets the time of all open approvals stand still for so long.
pub(crate) fn stand_still(sqlite: &Connection, length: Duration) -> Result<()> {
    let sql = "UPDATE approvals SET stood_still_ms = stood_still_ms + ?1 WHERE open = 1";
    row::run(sqlite, sql, [row::millis(length)])?;
    Ok(())
}

/// Ends what was rejected about an object that is forgotten: its plan cannot change any more. What still waits is ended
/// with its decision, see [`Store::end_approvals`].
pub(crate) fn forget(sqlite: &Connection, key: &Key) -> Result<()> {
    for approval in open_of(sqlite, key)? {
        if matches!(approval.state, ApprovalState::Rejected { .. }) {
            put_state(sqlite, approval.id, &ApprovalState::Closed { why: "the object is gone".to_owned() })?;
        }
    }
    Ok(())
}

fn all(sqlite: &Connection, sql: &str, params: impl Params) -> Result<Vec<Approval>> {
    let stopped = switch::stopped_since(sqlite)?;
    row::all(sqlite, sql, params, |row| Ok(Approval { stopped, ..decode(row)? }))
}

fn read(sqlite: &Connection, id: ApprovalId) -> Result<Option<Approval>> {
    Ok(all(sqlite, &format!("{SELECT} WHERE id = ?1"), [id.0])?.pop())
}

/// A new state has a time of its own, of which none stood still yet.
fn put_state(sqlite: &Connection, id: ApprovalId, state: &ApprovalState) -> Result<()> {
    let sql = "UPDATE approvals SET state = ?2, open = ?3, stood_still_ms = 0 WHERE id = ?1";
    row::run(sqlite, sql, params![id.0, row::json(state)?, state.is_open()])?;
    Ok(())
}

fn decode(row: &Row<'_>) -> Result<Approval> {
    Ok(Approval {
        id: ApprovalId(row.get(0)?),
        question: row::from_json("question", row, 1)?,
        asked: row::moment(row, 2)?,
        state: row::from_json("approval state", row, 3)?,
        stood_still: Duration::from_millis(row.get(4)?),
        stopped: None,
    })
}
