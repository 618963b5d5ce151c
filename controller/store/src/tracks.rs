//! How each action did: on each object, and anywhere.
//!
//! Owns the tables `tracks` and `overall`. Never learns: it keeps what the domain learned, and does by hand what
//! `resume` asks for.

use std::collections::BTreeMap;

use podsteward_domain::action::Action;
use podsteward_domain::track::{Overall, Track};
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// How each action did on each object, by object and action.
    pub fn tracks(&self) -> Result<Vec<(Key, Action, Track)>> {
        self.read(all)
    }

    /// How each action did anywhere.
    pub fn overall(&self) -> Result<BTreeMap<Action, Overall>> {
        self.read(overall)
    }

    /// Forgets what was learned on an object, its breakers with it, and its failures among those anywhere; the answer
    /// tells whether there was anything. When each action was last tried still counts.
    pub fn forget_tracks(&self, key: &Key) -> Result<bool> {
        self.write("tracks", Durability::Full, |sqlite| {
            let mut changed = false;
            for (action, track) in of(sqlite, key)? {
                let forgotten = track.forgotten();
                if forgotten != track {
                    put(sqlite, key, action, &forgotten)?;
                    changed = true;
                }
            }
            for (action, before) in overall(sqlite)? {
                let without = before.clone().without(key);
                if without != before {
                    put_overall(sqlite, action, &without)?;
                    changed = true;
                }
            }
            Ok(changed)
        })
    }

    /// What a person's `resume` of an object means for what was learned on it: it begins anew, unless that only ended a pause
    /// and none of its breakers is open. The answer tells whether there was anything to forget.
    pub fn begin_anew(&self, key: &Key, paused: bool) -> Result<bool> {
        let is_open = self.read(|sqlite| of(sqlite, key))?.values().any(|track| track.opened.is_some());
        if paused && !is_open { Ok(false) } else { self.forget_tracks(key) }
    }

    /// Closes all breakers by hand, and begins the count of failures anew; answers how many were open.
    pub fn close_breakers(&self) -> Result<usize> {
        self.write("tracks", Durability::Full, |sqlite| {
            let mut open = 0;
            for (key, action, track) in all(sqlite)? {
                open += usize::from(track.opened.is_some());
                put(sqlite, &key, action, &Track { opened: None, failures: 0, tried: Vec::new(), ..track })?;
            }
            for (action, overall) in overall(sqlite)? {
                open += usize::from(overall.opened.is_some());
                let closed = Overall { opened: None, failing: Vec::new(), ..overall };
                put_overall(sqlite, action, &closed)?;
            }
            Ok(open)
        })
    }
}

/// How each action did on an object.
pub(crate) fn of(sqlite: &Connection, key: &Key) -> Result<BTreeMap<Action, Track>> {
    let sql = "SELECT action, track FROM tracks WHERE key = ?1";
    let read = |row: &Row<'_>| Ok((row::action(row, 0)?, row::from_json("track", row, 1)?));
    Ok(row::all(sqlite, sql, [key.to_string()], read)?.into_iter().collect())
}

/// How each action did anywhere.
pub(crate) fn overall(sqlite: &Connection) -> Result<BTreeMap<Action, Overall>> {
    let read = |row: &Row<'_>| Ok((row::action(row, 0)?, row::from_json("overall", row, 1)?));
    Ok(row::all(sqlite, "SELECT action, overall FROM overall", [], read)?.into_iter().collect())
}

/// Keeps how an action did on an object.
pub(crate) fn put(sqlite: &Connection, key: &Key, action: Action, track: &Track) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO tracks (key, action, track) VALUES (?1, ?2, ?3)";
    row::run(sqlite, sql, params![key.to_string(), action.as_str(), row::json(track)?])?;
    Ok(())
}

/// Keeps how an action did anywhere.
pub(crate) fn put_overall(sqlite: &Connection, action: Action, overall: &Overall) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO overall (action, overall) VALUES (?1, ?2)";
    row::run(sqlite, sql, params![action.as_str(), row::json(overall)?])?;
    Ok(())
}

/// Takes away how every action did on an object.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM tracks WHERE key = ?1", [key.to_string()])?;
    Ok(())
}

fn all(sqlite: &Connection) -> Result<Vec<(Key, Action, Track)>> {
    let sql = "SELECT key, action, track FROM tracks";
    let read =
        |row: &Row<'_>| Ok((row::key(row, 0)?, row::action(row, 1)?, row::from_json("track", row, 2)?));
    let mut tracks: Vec<(Key, Action, Track)> = row::all(sqlite, sql, [], read)?;
    tracks.sort_by(|(key, action, _), (other, another, _)| (key, action).cmp(&(other, another)));
    Ok(tracks)
}
