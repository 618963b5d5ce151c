//! The life of findings: what opened, what is kept, what closed.
//!
//! Owns the table `incidents`; an incident's identity is its object and the kind of finding. Never judges whether
//! a finding is over: what is unknown is still among the findings that come in.

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::health::Wrong;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{outbox, row};

#[cfg(test)]
mod tests;

/// The columns of an incident, as [`decode`] reads them.
const SELECT: &str = "SELECT id, target, kind, severity, message, opened, closed, forgotten FROM incidents";

/// An incident's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(pub i64);

/// A finding's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// The object.
    pub target: Key,
    /// The kind of finding.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// The latest sentence.
    pub message: String,
    /// When it was opened.
    pub opened: Moment,
    /// When it was closed.
    pub closed: Option<Moment>,
    /// It was closed, and nobody knows whether what it is about is over.
    pub forgotten: bool,
}

/// What becomes of an open incident whose finding is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is over.
    Over,
    /// It stays open: whether it is over cannot be told yet.
    Stays,
    /// It is closed, and whether it is over will never be known.
    Forgotten,
}

/// What was found about an object.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// What is wrong with it.
    pub findings: &'a [Finding],
    /// What becomes of whatever was wrong before; asked of incidents that were read before it is asked.
    pub fate: &'a dyn Fn(&Incident) -> Fate,
}

impl Incident {
    /// What it costs of the host's health.
    pub fn wrong(&self) -> Wrong<'_> {
        Wrong { kind: self.kind, severity: self.severity, message: &self.message }
    }
}

/// What became of an object's incidents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncidentChanges {
    /// Opened now.
    pub opened: Vec<Incident>,
    /// Closed now.
    pub closed: Vec<Incident>,
    /// Kept, and worse than before: what was suppressed is so no more.
    pub worse: Vec<Incident>,
    /// Kept, and less bad than before.
    pub milder: Vec<Incident>,
}

impl Store {
    /// Makes the open incidents of an object those of its findings: opens what is new, keeps what is there (with
    /// the latest sentence), closes the rest. Writes nothing if nothing changed.
    pub fn sync_incidents(&self, key: &Key, findings: &[Finding], now: Moment) -> Result<IncidentChanges> {
        let found = Found { findings, fate: &|_| Fate::Over };
        self.follow_incidents(key, &found, now, |_| Vec::new())
    }

    /// The same, with what `tell` makes of it in the outbox: nobody hears of an incident that is not kept, and none that is
    /// to be told of is kept in silence.
    pub fn follow_incidents(
        &self,
        key: &Key,
        found: &Found<'_>,
        now: Moment,
        mut tell: impl FnMut(&IncidentChanges) -> Vec<Notification>,
    ) -> Result<IncidentChanges> {
        let open = self.read(|sqlite| open_of(sqlite, key))?;
        let steps = Steps::between(&open, found);
        if steps.is_empty() {
            return Ok(IncidentChanges::default());
        }
        self.write("incidents", Durability::Normal, |sqlite| {
            for (incident, finding) in &steps.changed {
                update(sqlite, incident.id, finding)?;
            }
            let opened = steps.new.iter().map(|finding| insert(sqlite, key, finding, now));
            let closed = steps.gone.iter().map(|(incident, fate)| close(sqlite, incident, *fate, now));
            let changes = IncidentChanges {
                opened: opened.collect::<Result<_>>()?,
                closed: closed.collect::<Result<_>>()?,
                worse: steps.reweighed(|before, now| now > before),
                milder: steps.reweighed(|before, now| now < before),
            };
            outbox::insert_all(sqlite, &tell(&changes), now)?;
            Ok(changes)
        })
    }

    /// All open incidents, oldest first.
    pub fn open_incidents(&self) -> Result<Vec<Incident>> {
        let sql = format!("{SELECT} WHERE closed IS NULL ORDER BY id");
        self.read(|sqlite| row::all(sqlite, &sql, [], decode))
    }

    /// Every incident that was open at or after a time by the wall clock, oldest first.
    pub fn incidents_since(&self, since_ms: i64) -> Result<Vec<Incident>> {
        let sql = format!("{SELECT} WHERE closed IS NULL OR (closed ->> '$.wall_ms') >= ?1 ORDER BY id");
        self.read(|sqlite| row::all(sqlite, &sql, [since_ms], decode))
    }

    /// The incidents of an object, open and closed, the latest first.
    pub fn incidents(&self, key: &Key, limit: u32) -> Result<Vec<Incident>> {
        let sql = format!("{SELECT} WHERE target = ?1 ORDER BY id DESC LIMIT ?2");
        self.read(|sqlite| row::all(sqlite, &sql, params![key.to_string(), limit], decode))
    }
}

/// What has to happen so that the open incidents are those of the findings.
struct Steps<'a> {
    new: Vec<&'a Finding>,
    changed: Vec<(&'a Incident, &'a Finding)>,
    gone: Vec<(&'a Incident, Fate)>,
}

impl<'a> Steps<'a> {
    /// Two findings of one kind about one object are one incident; the first tells it.
    fn between(open: &'a [Incident], Found { findings, fate }: &Found<'a>) -> Self {
        let firsts: Vec<&Finding> = findings
            .iter()
            .enumerate()
            .filter(|(index, finding)| !findings[..*index].iter().any(|earlier| earlier.kind == finding.kind))
            .map(|(_, finding)| finding)
            .collect();
        let of = |finding: &Finding| open.iter().find(|incident| incident.kind == finding.kind);
        let changed = firsts.iter().filter_map(|finding| of(finding).map(|incident| (incident, *finding)));
        let gone = open.iter().filter(|incident| !firsts.iter().any(|f| f.kind == incident.kind));
        let gone = gone.map(|incident| (incident, fate(incident)));
        Self {
            new: firsts.iter().copied().filter(|finding| of(finding).is_none()).collect(),
            changed: changed.filter(|(incident, finding)| !incident.tells(finding)).collect(),
            gone: gone.filter(|(_, fate)| *fate != Fate::Stays).collect(),
        }
    }

    /// The incidents that are kept with another severity, as they are now.
    fn reweighed(&self, is_meant: impl Fn(Severity, Severity) -> bool) -> Vec<Incident> {
        let meant = self.changed.iter().filter(|(before, now)| is_meant(before.severity, now.severity));
        let as_now = meant.map(|(incident, finding)| Incident {
            severity: finding.severity,
            message: finding.message.clone(),
            ..(*incident).clone()
        });
        as_now.collect()
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

impl Incident {
    fn tells(&self, finding: &Finding) -> bool {
        self.message == finding.message && self.severity == finding.severity
    }
}

fn open_of(sqlite: &Connection, key: &Key) -> Result<Vec<Incident>> {
    let sql = format!("{SELECT} WHERE target = ?1 AND closed IS NULL ORDER BY id");
    row::all(sqlite, &sql, [key.to_string()], decode)
}

/// The open incident of an object and a kind of finding.
pub(crate) fn open_number(sqlite: &Connection, key: &Key, kind: FindingKind) -> Result<Option<i64>> {
    let sql = "SELECT id FROM incidents WHERE target = ?1 AND kind = ?2 AND closed IS NULL";
    row::first(sqlite, sql, params![key.to_string(), kind.as_str()], |row| Ok(row.get(0)?))
}

/// Opens the incident of a finding or keeps the one that is open, with the latest sentence; tells whether it is new.
pub(crate) fn open(sqlite: &Connection, finding: &Finding, now: Moment) -> Result<(Incident, bool)> {
    let known = open_of(sqlite, &finding.target)?.into_iter().find(|incident| incident.kind == finding.kind);
    let Some(known) = known else { return Ok((insert(sqlite, &finding.target, finding, now)?, true)) };
    Ok((known, false))
}

fn insert(sqlite: &Connection, key: &Key, finding: &Finding, now: Moment) -> Result<Incident> {
    let Finding { kind, severity, message, .. } = finding;
    let sql = "INSERT INTO incidents (target, kind, severity, message, opened) VALUES (?1, ?2, ?3, ?4, ?5)";
    row::run(
        sqlite,
        sql,
        params![key.to_string(), kind.as_str(), severity.as_str(), message, row::json(&now)?],
    )?;
    Ok(Incident {
        id: IncidentId(sqlite.last_insert_rowid()),
        target: key.clone(),
        kind: *kind,
        severity: *severity,
        message: message.clone(),
        opened: now,
        closed: None,
        forgotten: false,
    })
}

fn update(sqlite: &Connection, id: IncidentId, finding: &Finding) -> Result<()> {
    let sql = "UPDATE incidents SET message = ?2, severity = ?3 WHERE id = ?1";
    row::run(sqlite, sql, params![id.0, finding.message, finding.severity.as_str()])?;
    Ok(())
}

fn close(sqlite: &Connection, incident: &Incident, fate: Fate, now: Moment) -> Result<Incident> {
    let forgotten = fate == Fate::Forgotten;
    let sql = "UPDATE incidents SET closed = ?2, forgotten = ?3 WHERE id = ?1";
    row::run(sqlite, sql, params![incident.id.0, row::json(&now)?, forgotten])?;
    Ok(Incident { closed: Some(now), forgotten, ..incident.clone() })
}

fn decode(row: &Row<'_>) -> Result<Incident> {
    Ok(Incident {
        id: IncidentId(row.get(0)?),
        target: row::key(row, 1)?,
        kind: row::named("finding", row, 2, FindingKind::ALL, FindingKind::as_str)?,
        severity: row::named("severity", row, 3, &Severity::ALL, Severity::as_str)?,
        message: row.get(4)?,
        opened: row::moment(row, 5)?,
        closed: row::optional_json("moment", row, 6)?,
        forgotten: row.get(7)?,
    })
}
