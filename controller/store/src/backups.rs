//! What the proofs of backups last said.
//!
//! Owns the table `backups`. Never looks at a backup. What is kept says which proof it was: the answer of another one is
//! nobody's.

use podsteward_domain::backup::{Look, ProofOf};
use podsteward_specs::backup::Proof;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// Keeps what a proof said; it takes the place of what it, or another one, said before.
    pub fn put_backup_look(&self, key: &Key, of: ProofOf, proof: &Proof, look: &Look) -> Result<()> {
        self.write("backup", Durability::Normal, |sqlite| {
            let sql = "INSERT OR REPLACE INTO backups (key, proof_of, proof, look) VALUES (?1, ?2, ?3, ?4)";
            let values = params![key.to_string(), of.as_str(), row::json(proof)?, row::json(look)?];
            row::run(sqlite, sql, values)?;
            Ok(())
        })
    }

    /// What a proof last said, if it was this one that was asked.
    pub fn backup_look(&self, key: &Key, of: ProofOf, proof: &Proof) -> Result<Option<Look>> {
        let sql = "SELECT look FROM backups WHERE key = ?1 AND proof_of = ?2 AND proof = ?3";
        let values = params![key.to_string(), of.as_str(), row::json(proof)?];
        self.read(|sqlite| row::first(sqlite, sql, values, |row: &Row<'_>| row::from_json("backup", row, 0)))
    }
}

/// Takes away everything about a check.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM backups WHERE key = ?1", [key.to_string()])?;
    Ok(())
}
