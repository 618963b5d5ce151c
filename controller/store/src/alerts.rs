//! Alerts that came in, and the plans that were begun because of them.
//!
//! Owns the tables `alerts` and `alert_answers`, and the time of the last test alert. What came in together is one
//! transaction with the incidents that it opens and what somebody must hear of them. Never judges an alert.

use std::time::Duration;

use podsteward_domain::alert::{Alert, Answer};
use podsteward_domain::finding::Finding;
use podsteward_domain::intent::Intent;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::{Error, Result};
use crate::incidents::Incident;
use crate::store::{Durability, Store};
use crate::{incidents, outbox, row};

#[cfg(test)]
mod tests;

/// So many occurrences that are over are kept.
const OVER_KEPT: u32 = 5_000;
/// So many that are not over are kept, those that were heard of last.
const OPEN_KEPT: u32 = 2_000;
/// One that nobody spoke of for so long is forgotten.
const OPEN_KEPT_FOR: Duration = Duration::from_hours(30 * 24);
/// So many answers are kept.
const ANSWERS_KEPT: u32 = 5_000;
/// Where the time of the last test alert is kept.
const PROVEN: &str = "alert_path_proven";

/// What came in together.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The latest word on each alert.
    pub alerts: &'a [Alert],
    /// What they say of their objects: one finding an object.
    pub findings: &'a [Finding],
    /// A test alert was among them.
    pub proven: bool,
}

/// What was kept of what came in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// The incident of each finding, in their order, and whether it was opened now.
    pub incidents: Vec<(Incident, bool)>,
}

impl Store {
    /// Keeps what came in: the alerts, the incidents that they open, and what `tell` makes of those.
    pub fn receive_alerts(
        &self,
        received: &Received<'_>,
        now: Moment,
        mut tell: impl FnMut(&Incident) -> Option<Notification>,
    ) -> Result<Kept> {
        self.write("alerts", Durability::Full, |sqlite| {
            for alert in received.alerts {
                keep(sqlite, alert)?;
            }
            if received.proven {
                let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
                row::run(sqlite, sql, [PROVEN, &row::json(&now)?])?;
            }
            let incidents = received.findings.iter().map(|finding| incidents::open(sqlite, finding, now));
            let kept = Kept { incidents: incidents.collect::<Result<_>>()? };
            let opened = kept.incidents.iter().filter(|(_, opened)| *opened);
            let told: Vec<Notification> = opened.filter_map(|(incident, _)| tell(incident)).collect();
            outbox::insert_all(sqlite, &told, now)?;
            bring_within(sqlite)?;
            Ok(kept)
        })
    }

    /// The alerts that are not over, those that were heard of first at the beginning.
    pub fn open_alerts(&self) -> Result<Vec<Alert>> {
        let sql = "SELECT alert, resolved FROM alerts WHERE resolved = 0 ORDER BY id";
        self.read(|sqlite| row::all(sqlite, sql, [], decode))
    }

    /// The latest alerts of which nobody knows whether they are over, because nobody spoke of them any more, or there was no
    /// room for them.
    pub fn forgotten_alerts(&self) -> Result<Vec<Alert>> {
        let sql = "SELECT alert, 0 FROM alerts WHERE forgotten = 1 ORDER BY id DESC LIMIT ?1";
        self.read(|sqlite| row::all(sqlite, sql, [OPEN_KEPT], decode))
    }

    /// When the last test alert came in.
    pub fn alert_path_proven(&self) -> Result<Option<Moment>> {
        let Some(text) = self.meta(PROVEN)? else { return Ok(None) };
        let moment = serde_json::from_str(&text);
        moment.map(Some).map_err(|error| Error::Value { noun: "moment", detail: error.to_string() })
    }

    /// What was done because of alerts, by object, the oldest first.
    pub fn alert_answers(&self) -> Result<Vec<(Key, Answer)>> {
        let sql = "SELECT target, answer FROM alert_answers ORDER BY intent";
        self.read(|sqlite| {
            row::all(sqlite, sql, [], |row| Ok((row::key(row, 0)?, row::from_json("answer", row, 1)?)))
        })
    }
}

/// Keeps the latest word on one occurrence. One that follows another of the same alert ends it.
fn keep(sqlite: &Connection, alert: &Alert) -> Result<()> {
    let (episode, text) = (&alert.episode, row::json(alert)?);
    let end = "UPDATE alerts SET resolved = 1, forgotten = 0 WHERE fingerprint = ?1 AND starts_ms < ?2 \
               AND (resolved = 0 OR forgotten = 1)";
    row::run(sqlite, end, params![episode.fingerprint, episode.starts_ms])?;
    let sql = "INSERT INTO alerts (fingerprint, starts_ms, resolved, heard_ms, alert) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (fingerprint, starts_ms) \
               DO UPDATE SET resolved = ?3, heard_ms = ?4, alert = ?5, forgotten = 0";
    let values = params![episode.fingerprint, episode.starts_ms, alert.resolved, alert.heard.wall_ms, text];
    row::run(sqlite, sql, values)?;
    Ok(())
}

/// Whoever sends takes no more room than this.
fn bring_within(sqlite: &Connection) -> Result<()> {
    let open = "UPDATE alerts SET resolved = 1, forgotten = 1 WHERE resolved = 0 AND id IN \
                (SELECT id FROM alerts WHERE resolved = 0 ORDER BY heard_ms DESC, id DESC LIMIT -1 OFFSET ?1)";
    row::run(sqlite, open, [OPEN_KEPT])?;
    let over = "DELETE FROM alerts WHERE resolved = 1 AND id <= \
                (SELECT id FROM alerts WHERE resolved = 1 ORDER BY id DESC LIMIT 1 OFFSET ?1)";
    row::run(sqlite, over, [OVER_KEPT])?;
    Ok(())
}

/// Forgets what nobody spoke of for long, and deletes the oldest answers.
pub(crate) fn maintain(sqlite: &Connection, now: Moment) -> Result<()> {
    let before = now.wall_ms.saturating_sub(row::millis(OPEN_KEPT_FOR));
    let forget = "UPDATE alerts SET resolved = 1, forgotten = 1 WHERE resolved = 0 AND heard_ms < ?1";
    row::run(sqlite, forget, [before])?;
    let answers = "DELETE FROM alert_answers WHERE intent <= \
                   (SELECT intent FROM alert_answers ORDER BY intent DESC LIMIT 1 OFFSET ?1)";
    row::run(sqlite, answers, [ANSWERS_KEPT])?;
    Ok(())
}

/// Notes the plan that was begun because of alerts, if it was.
pub(crate) fn answer(sqlite: &Connection, intent: &Intent) -> Result<()> {
    let Some(answers) = &intent.answers else { return Ok(()) };
    let answer = Answer {
        intent: intent.id,
        route: answers.route.clone(),
        action: intent.action,
        episodes: answers.episodes.clone(),
        at: intent.begun,
    };
    let sql = "INSERT INTO alert_answers (intent, target, answer) VALUES (?1, ?2, ?3)";
    row::run(sqlite, sql, params![intent.id.0, intent.key.to_string(), row::json(&answer)?])?;
    Ok(())
}

/// What was done because of alerts about an object, the oldest first.
pub(crate) fn answers(sqlite: &Connection, key: &Key) -> Result<Vec<Answer>> {
    let sql = "SELECT answer FROM alert_answers WHERE target = ?1 ORDER BY intent";
    row::all(sqlite, sql, [key.to_string()], |row| row::from_json("answer", row, 0))
}

fn decode(row: &Row<'_>) -> Result<Alert> {
    Ok(Alert { resolved: row.get(1)?, ..row::from_json("alert", row, 0)? })
}
