//! The last good document of each object.
//!
//! Owns the table `documents`: what a file declared when it was last sound, so that a broken file keeps its
//! objects in force over a restart. Never validates: [`podsteward_specs::document::Document::from_canonical`] does.

use podsteward_specs::document::{Document, Origin};
use podsteward_specs::key::Key;
use podsteward_specs::problem::Place;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastGood {
    /// The object.
    pub key: Key,
    /// The document as canonical JSON.
    pub canonical: String,
    /// Where it stood.
    pub origin: Origin,
}

impl From<&Document> for LastGood {
    fn from(document: &Document) -> Self {
        Self {
            key: document.key.clone(),
            canonical: document.canonical.to_string(),
            origin: document.origin.clone(),
        }
    }
}

impl Store {
    /// All last good documents, by key.
    pub fn last_good(&self) -> Result<Vec<LastGood>> {
        self.read(read)
    }

    /// Makes the kept documents these, in one transaction: the documents in force of all files, those that are
    /// vanishing included. Writes only what changed; the answer tells whether anything did.
    pub fn replace_last_good(&self, documents: &[LastGood]) -> Result<bool> {
        let kept = self.last_good()?;
        let gone: Vec<&Key> = kept
            .iter()
            .map(|old| &old.key)
            .filter(|key| !documents.iter().any(|document| document.key == **key))
            .collect();
        let new: Vec<&LastGood> = documents.iter().filter(|document| !kept.contains(document)).collect();
        if gone.is_empty() && new.is_empty() {
            return Ok(false);
        }
        self.write("documents", Durability::Normal, |sqlite| {
            for key in &gone {
                remove(sqlite, key)?;
            }
            new.iter().try_for_each(|document| put(sqlite, document))
        })?;
        Ok(true)
    }
}

fn read(sqlite: &Connection) -> Result<Vec<LastGood>> {
    let sql = "SELECT key, canonical, file, line, col FROM documents";
    let mut documents = row::all(sqlite, sql, [], |row| {
        let place = Place { line: row.get(3)?, column: row.get(4)? };
        let origin = Origin { file: row.get(2)?, place };
        Ok(LastGood { key: row::key(row, 0)?, canonical: row.get(1)?, origin })
    })?;
    documents.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(documents)
}

fn put(sqlite: &Connection, document: &LastGood) -> Result<()> {
    let LastGood { key, canonical, origin } = document;
    let Place { line, column } = origin.place;
    let sql =
        "INSERT OR REPLACE INTO documents (key, canonical, file, line, col) VALUES (?1, ?2, ?3, ?4, ?5)";
    row::run(sqlite, sql, params![key.to_string(), canonical, origin.file, line, column])?;
    Ok(())
}

/// Takes one document away.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM documents WHERE key = ?1", [key.to_string()])?;
    Ok(())
}
