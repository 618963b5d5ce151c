//! The switch: the only table that every version of podsteward reads and writes.
//!
//! Owns the table `switch`, whose shape never changes, and keeps the pause marker in step with it.

use std::time::Duration;

use podsteward_domain::switch::{Pause, Switch, SwitchState};
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, Transaction, params};

use crate::error::{Error, Result};
use crate::store::{Durability, Store};
use crate::{approvals, marker, row};

#[cfg(test)]
mod tests;

/// The subject of the row that is about the whole controller.
const WHOLE: &str = "";

impl Store {
    /// The switch with all pauses. Works on a store of any version.
    pub fn switch(&self) -> Result<Switch> {
        self.read_any_version(read)
    }

    /// Sets the state of the whole controller; pauses of single objects stay. Works on a store of any version.
    ///
    /// The time of open approvals stood still since it was stopped; in a store of another version it did not, because
    /// its approvals may look otherwise.
    pub fn set_switch(&self, state: SwitchState, pause: Option<&Pause>, now: Moment) -> Result<Switch> {
        let pause = pause.filter(|_| state != SwitchState::Running);
        let knows_approvals = self.check_version().is_ok();
        self.change_switch(|sqlite| {
            if knows_approvals && let Some(since) = stopped_since(sqlite)? {
                approvals::stand_still(sqlite, now.since(since))?;
            }
            put(sqlite, WHOLE, state, pause)
        })
    }

    /// Pauses one object. Works on a store of any version.
    pub fn pause_object(&self, key: &Key, pause: &Pause) -> Result<Switch> {
        self.change_switch(|sqlite| put(sqlite, &key.to_string(), SwitchState::Paused, Some(pause)))
    }

    /// Ends the pause of one object; the answer tells whether there was one. Works on a store of any version.
    pub fn resume_object(&self, key: &Key) -> Result<bool> {
        let mut removed = 0;
        self.change_switch(|sqlite| {
            removed = row::run(sqlite, "DELETE FROM switch WHERE subject = ?1", [key.to_string()])?;
            Ok(())
        })?;
        Ok(removed > 0)
    }

    /// The marker says paused before the database does and as long as it does: if the power fails in between,
    /// the marker errs on the side of the pause. A marker that cannot be written is told, and holds up nothing.
    fn change_switch(&self, mut change: impl FnMut(&Transaction<'_>) -> Result<()>) -> Result<Switch> {
        let dir = self.dir();
        let (switch, marked) = self.write_any_version("switch", Durability::Full, |sqlite| {
            change(sqlite)?;
            let switch = read(sqlite)?;
            let runs = switch == Switch::default();
            let marked = if runs { Ok(()) } else { marker::write(dir, &switch) };
            Ok((switch, marked))
        })?;
        marked?;
        if switch == Switch::default() {
            marker::write(dir, &switch)?;
        }
        Ok(switch)
    }
}

/// Reads the switch. The pause of an object of a kind that this version does not know concerns nothing it does.
pub(crate) fn read(sqlite: &Connection) -> Result<Switch> {
    let sql = "SELECT subject, state, reason, by, since_wall_ms, since_boot_ms, since_boot_id, length_ms \
               FROM switch";
    let mut switch = Switch::default();
    row::all(sqlite, sql, [], |row| {
        let subject = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let pause = pause(row)?;
        if subject == WHOLE {
            let state = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            switch.state = row::word("switch state", state, &SwitchState::ALL, SwitchState::as_str)?;
            switch.pause = pause;
        } else if let (Ok(key), Some(pause)) = (subject.parse(), pause) {
            switch.objects.insert(key, pause);
        }
        Ok(())
    })?;
    Ok(switch)
}

/// Since when the whole controller is stopped, if it is.
pub(crate) fn stopped_since(sqlite: &Connection) -> Result<Option<Moment>> {
    let switch = read(sqlite)?;
    let stop = switch.pause.filter(|_| switch.state == SwitchState::Stopped);
    Ok(stop.map(|stop| stop.since))
}

/// Writes a whole switch into a new store.
pub(crate) fn take_over(sqlite: &Connection, switch: &Switch) -> Result<()> {
    put(sqlite, WHOLE, switch.state, switch.pause.as_ref())?;
    for (key, pause) in &switch.objects {
        put(sqlite, &key.to_string(), SwitchState::Paused, Some(pause))?;
    }
    Ok(())
}

fn put(sqlite: &Connection, subject: &str, state: SwitchState, pause: Option<&Pause>) -> Result<()> {
    let since = pause.map(|pause| pause.since);
    let sql = "INSERT OR REPLACE INTO switch VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![
        subject,
        state.as_str(),
        pause.map(|pause| &pause.reason),
        pause.map(|pause| &pause.by),
        since.map(|since| since.wall_ms),
        since.map(|since| since.boot_ms),
        since.map(|since| format!("{:032x}", since.boot_id.0)),
        pause.and_then(|pause| pause.length).map(row::millis),
    ];
    row::run(sqlite, sql, values)?;
    Ok(())
}

/// The pause of a row, which is there if its moment is.
fn pause(row: &Row<'_>) -> Result<Option<Pause>> {
    let Some(wall_ms) = row.get(4)? else { return Ok(None) };
    let boot: String = row.get(6)?;
    let boot_id = u128::from_str_radix(&boot, 16)
        .map_err(|error| Error::Value { noun: "boot id", detail: error.to_string() })?;
    let length: Option<i64> = row.get(7)?;
    Ok(Some(Pause {
        reason: row.get(2)?,
        by: row.get(3)?,
        since: Moment { wall_ms, boot_ms: row.get(5)?, boot_id: BootId(boot_id) },
        length: length.map(|millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0))),
    }))
}
