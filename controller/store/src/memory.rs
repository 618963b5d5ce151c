//! What is remembered of each object.
//!
//! Owns the table `memory`. Never looks into a memory: the domain learns, this keeps.

use std::collections::BTreeMap;

use podsteward_domain::memory::Memory;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::{Error, Result};
use crate::store::{Durability, Store};
use crate::{approvals, backups, forecasts, probes, reclaims, row, samples, status, tracks, vanished};

#[cfg(test)]
mod tests;

/// The version of the text that a memory is kept as. A new field with a default is no new version; a field that
/// means something else is one, and is read by a case of its own.
const VERSION: i64 = 1;

impl Store {
    /// The memory of one object; an empty one if there is none.
    pub fn memory(&self, key: &Key) -> Result<Memory> {
        self.read(|sqlite| read(sqlite, key))
    }

    /// All memories.
    pub fn memories(&self) -> Result<BTreeMap<Key, Memory>> {
        self.read(|sqlite| {
            let sql = "SELECT key, version, memory FROM memory";
            let read = row::all(sqlite, sql, [], |row| Ok((row::key(row, 0)?, decode(row, 1)?)))?;
            Ok(read.into_iter().collect())
        })
    }

    /// Keeps a memory; writes nothing, and answers false, if it is the one that is kept.
    pub fn put_memory(&self, key: &Key, memory: &Memory, durability: Durability) -> Result<bool> {
        let text = row::json(memory)?;
        if self.read(|sqlite| is_kept(sqlite, key, &text))? {
            return Ok(false);
        }
        self.write("memory", durability, |sqlite| {
            put(sqlite, key, &text)?;
            Ok(true)
        })
    }

    /// Writes the memory that follows from `before`; answers what is kept. Only a person's `retry` writes memories
    /// beside the controller: where one came in between, what it forgot is forgotten in the new memory, too.
    pub fn follow_memory(
        &self,
        key: &Key,
        before: &Memory,
        mut memory: Memory,
        durability: Durability,
    ) -> Result<Memory> {
        self.write("memory", durability, |sqlite| {
            if read(sqlite, key)? != *before {
                memory.forget_failures();
            }
            put(sqlite, key, &row::json(&memory)?)
        })?;
        Ok(memory)
    }

    /// Changes a memory in one transaction, so that the controller and a command do not write over each other;
    /// answers the new one.
    pub fn change_memory(
        &self,
        key: &Key,
        durability: Durability,
        mut change: impl FnMut(Memory) -> Memory,
    ) -> Result<Memory> {
        self.write("memory", durability, |sqlite| {
            let memory = change(read(sqlite, key)?);
            put(sqlite, key, &row::json(&memory)?)?;
            Ok(memory)
        })
    }

    /// Forgets an object: its memory, status, vanished document, how actions on it did, what was rejected about it, and
    /// the history of its filesystem. Events, incidents, decisions, snapshots stay.
    pub fn forget(&self, key: &Key) -> Result<()> {
        self.write("forget", Durability::Normal, |sqlite| {
            row::run(sqlite, "DELETE FROM memory WHERE key = ?1", [key.to_string()])?;
            status::remove(sqlite, key)?;
            samples::remove(sqlite, key)?;
            reclaims::remove(sqlite, key)?;
            forecasts::remove(sqlite, key)?;
            backups::remove(sqlite, key)?;
            probes::remove(sqlite, key)?;
            tracks::remove(sqlite, key)?;
            approvals::forget(sqlite, key)?;
            vanished::remove(sqlite, key)
        })
    }
}

fn read(sqlite: &Connection, key: &Key) -> Result<Memory> {
    let sql = "SELECT version, memory FROM memory WHERE key = ?1";
    let found = row::first(sqlite, sql, [key.to_string()], |row| decode(row, 0))?;
    Ok(found.unwrap_or_default())
}

fn put(sqlite: &Connection, key: &Key, text: &str) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO memory (key, version, memory) VALUES (?1, ?2, ?3)";
    row::run(sqlite, sql, params![key.to_string(), VERSION, text])?;
    Ok(())
}

fn is_kept(sqlite: &Connection, key: &Key, text: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM memory WHERE key = ?1 AND version = ?2 AND memory = ?3";
    Ok(row::first(sqlite, sql, params![key.to_string(), VERSION, text], |_| Ok(()))?.is_some())
}

fn decode(row: &Row<'_>, column: usize) -> Result<Memory> {
    match row.get(column)? {
        VERSION => row::from_json("memory", row, column + 1),
        other => Err(Error::Value { noun: "memory", detail: format!("version {other} is not known") }),
    }
}
