//! Which playbooks a person wants carried out.
//!
//! Owns the table `playbook_requests`: a command asks, the controller carries out. Never carries anything out, and never
//! decides how long a request counts.

use std::collections::BTreeMap;

use podsteward_domain::action::Action;
use podsteward_domain::approval::Question;
use podsteward_domain::intent::Intent;
use podsteward_domain::playbook::{self, Request, Requests};
use podsteward_specs::key::{Key, Name};
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// Asks for a playbook to be carried out on a target; it replaces an earlier request for the same.
    pub fn put_playbook_request(&self, target: &Key, playbook: &Name, request: &Request) -> Result<()> {
        self.write("playbook request", Durability::Full, |sqlite| {
            let sql =
                "INSERT OR REPLACE INTO playbook_requests (target, playbook, request) VALUES (?1, ?2, ?3)";
            row::run(sqlite, sql, params![target.to_string(), playbook.as_str(), row::json(request)?])?;
            Ok(())
        })
    }

    /// What is asked for and not ended yet, by target.
    pub fn playbook_requests(&self) -> Result<BTreeMap<Key, Requests>> {
        let sql = "SELECT target, playbook, request FROM playbook_requests";
        let all: Vec<(Key, String, Request)> = self.read(|sqlite| {
            row::all(sqlite, sql, [], |row| {
                Ok((row::key(row, 0)?, row.get(1)?, row::from_json("playbook request", row, 2)?))
            })
        })?;
        let mut requests: BTreeMap<Key, Requests> = BTreeMap::new();
        for (target, playbook, request) in all {
            if let Ok(name) = Name::new(playbook) {
                requests.entry(target).or_default().insert(name, request);
            }
        }
        Ok(requests)
    }

    /// Ends a request, whatever came of it; the answer tells whether there was one.
    pub fn end_playbook_request(&self, target: &Key, playbook: &Name) -> Result<bool> {
        self.write("playbook request ended", Durability::Full, |sqlite| end(sqlite, target, playbook))
    }
}

/// A request is answered by the plan that begins, whatever comes of it: it asks for nothing a second time.
pub(crate) fn answer(sqlite: &Connection, intent: &Intent) -> Result<()> {
    let Action::Playbook(name) = intent.action else { return Ok(()) };
    if let Some(playbook) = name.key() {
        end(sqlite, &intent.key, &playbook.name)?;
    }
    Ok(())
}

/// What nobody says yes to is not asked for any more.
pub(crate) fn refused(sqlite: &Connection, question: &Question) -> Result<()> {
    let Some(name) = playbook::answered(question) else { return Ok(()) };
    end(sqlite, &question.target, &name).map(drop)
}

fn end(sqlite: &Connection, target: &Key, playbook: &Name) -> Result<bool> {
    let sql = "DELETE FROM playbook_requests WHERE target = ?1 AND playbook = ?2";
    Ok(row::run(sqlite, sql, params![target.to_string(), playbook.as_str()])? > 0)
}
